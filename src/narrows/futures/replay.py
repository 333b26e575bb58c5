"""What would have been said of a line at each quarter, beside what was public of its orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from narrows.catalog import Catalog
from narrows.core import (
    Estimate,
    Gate,
    GateState,
    Obtained,
    RefusalError,
    UnknownNameError,
    from_draws,
)
from narrows.futures.arrivals import arrivals
from narrows.futures.chains import GateChains, fit_chains, propagate
from narrows.futures.funnel import StageSeen, funnel_seen
from narrows.futures.quarters import quarter_ends
from narrows.futures.states import STATE_INDEX, STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What would have been said on one day, from what was public on it.

    Attributes
    ----------
    now
        Likeliest state of each followed gate.
    not_shut
        Chance that the gate is not shut ``quarters`` later, over posterior draws.
    arrived
        Chips of the order delivered by the end of each quarter ahead; empty where no gate of the
        line was known.
    seen
        The stages of which something was public.
    """

    known_on: date
    quarters: int
    now: Mapping[Gate, GateState]
    not_shut: Mapping[Gate, Estimate]
    arrived: tuple[Estimate, ...]
    seen: tuple[StageSeen, ...]
    evidence: tuple[str, ...]


def replay(
    catalog: Catalog,
    line: str,
    *,
    first: date,
    to: date,
    chips_ordered: int,
    quarters: int = 4,
    seed: int = 0,
) -> tuple[Said, ...]:
    """Return what would have been said on ``first`` and each quarter after it, up to ``to``.

    Each day is answered from its own records alone; the order is asked as if placed that day.
    """
    return tuple(
        _said(catalog, line, day, chips_ordered, quarters, seed) for day in quarter_ends(first, to)
    )


def _said(
    catalog: Catalog, line: str, day: date, chips_ordered: int, quarters: int, seed: int
) -> Said:
    seen = funnel_seen(catalog, known_on=day)
    try:
        chains = fit_chains(catalog, known_on=day)
        gates = chains.gates_of(line)
    except (RefusalError, UnknownNameError):
        # Nothing was known of the line yet: that is what would have been said.
        return Said(
            known_on=day, quarters=quarters, now={}, not_shut={}, arrived=(), seen=seen, evidence=()
        )
    got = arrivals(
        catalog,
        line,
        known_on=day,
        chips_ordered=chips_ordered,
        quarters=quarters,
        seed=seed,
        chains=chains,
    )
    return Said(
        known_on=day,
        quarters=quarters,
        now={gate: STATES[int(chains.start(line, gate).argmax())] for gate in gates},
        not_shut={gate: _not_shut(chains, line, gate, quarters, seed) for gate in gates},
        arrived=got.by_quarter,
        seen=seen,
        evidence=got.evidence,
    )


def _not_shut(chains: GateChains, line: str, gate: Gate, quarters: int, seed: int) -> Estimate:
    matrices = chains.quarter_matrices(gate, seed=seed)
    chances = propagate(chains.start(line, gate), matrices, quarters=quarters)
    shut = STATE_INDEX[GateState.SHUT]
    return from_draws(1.0 - chances[:, -1, shut], "1", Obtained.FITTED_EVENTS)
