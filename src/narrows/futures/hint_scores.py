"""What each piece of soft news was worth, once the whole record is in view."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date

from narrows.catalog import Catalog
from narrows.core import COMPILED_ON, Gate, GateState
from narrows.futures.chains import fit_chains
from narrows.futures.history import Register, histories
from narrows.futures.lines import load_lines
from narrows.futures.soft_news import SoftNews, load_soft_news
from narrows.futures.states import STATE_INDEX


@dataclass(frozen=True, slots=True, kw_only=True)
class HintScore:
    """Gain of one hint in nats: ``ln (b'(s) / b(s))`` of the state ``s`` that held on its day."""

    cites: tuple[str, ...]
    line: str
    gate: Gate
    day: date
    held: GateState
    gain_nats: float


def score_hints(catalog: Catalog, soft_news: SoftNews | None = None) -> tuple[HintScore, ...]:
    """Return the gain of each hint over the belief without it, in order of day.

    A hint about a gate that was not followed on its day has no score and is left out.
    """
    soft = soft_news or load_soft_news()
    register = Register(catalog, COMPILED_ON)
    truth = {(h.line, h.gate): h for h in histories(load_lines(), catalog, known_on=COMPILED_ON)}
    scored = []
    for hint in soft.news:
        if not register.shows(hint.cites):
            continue
        day = register.day(hint.cites)
        held = truth[hint.line, hint.gate].state_on(day)
        others = tuple(other for other in soft.news if other is not hint)
        without = replace(soft, news=others)
        beliefs = fit_chains(catalog, known_on=day, soft_news=without).beliefs
        belief = beliefs.get((hint.line, hint.gate))
        if held is None or belief is None:
            continue
        expected = float(belief @ hint.likelihood)
        gain = math.log(float(hint.likelihood[STATE_INDEX[held]]) / expected)
        scored.append(
            HintScore(
                cites=hint.cites, line=hint.line, gate=hint.gate, day=day, held=held, gain_nats=gain
            )
        )
    return tuple(sorted(scored, key=lambda one: (one.day, one.cites, one.gate)))
