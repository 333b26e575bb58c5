"""Conflict of laws: where a step that one side asks for is a regulated act on the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from narrows.core import Message, Truth, message
from narrows.rules.gates import distinct
from narrows.rules.gates_reading import options_of, speaking
from narrows.rules.gates_said import said_by, titled
from narrows.rules.quantity import Facts
from narrows.rules.regime import Regime
from narrows.rules.route_records import Leg, PartyFacts

QUESTION = "cn.conflict"
ACTORS = "cn.steps.actors"
"""The parameter that says who takes each step: ``exporter`` or ``consignee``."""
CHINA = "CN"
US_CHIP_RULES = "us_chip_rules"


class Bound(StrEnum):
    """Who is bound by the Chinese counter-measures, and how far."""

    FULL = "full"
    """A Chinese person, or a unit founded in China, whoever owns it."""
    EXPOSED = "exposed"
    """A foreign party with assets, staff or sales in China."""
    REMOTE = "remote"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictFinding:
    """One step of due diligence, and what Chinese law says to the act of taking it.

    ``code`` runs from ``k0`` (no rule touched) to ``k3`` (opposite commands: stop); where it is
    open, the strictest that is possible is given and ``truth`` is unknown. It changes no finding of
    the other side; it adds a task and a lead time.
    """

    step: str
    code: str
    truth: Truth
    party: str
    bound: Bound | None
    message: Message
    ask: Message
    cites: tuple[str, ...]
    rules: tuple[Message, ...] = ()
    missing: tuple[str, ...] = ()


def bound_of(party: PartyFacts) -> Bound | None:
    """Return how far a party is bound; ``None`` where its exposure is not known."""
    if party.country == CHINA:
        return Bound.FULL
    if not party.china_exposure.known:
        return None
    return Bound.EXPOSED if party.china_exposure is Truth.TRUE else Bound.REMOTE


def conflicts_of(
    regime: Regime,
    legs: tuple[Leg, ...],
    *,
    parties: Mapping[str, PartyFacts],
    given: Facts,
) -> tuple[ConflictFinding, ...]:
    """Return a finding for each step that the way into China asks of each party on it."""
    if QUESTION not in regime.questions:
        return ()
    acts = distinct(act for leg in legs for act in _acts(regime, leg))
    return tuple(_finding(regime, step, parties[party], given) for step, party in acts)


def _acts(regime: Regime, leg: Leg) -> Iterator[tuple[str, str]]:
    """Yield each step with the party that takes it, on a leg that enters China."""
    dated = regime.pack.value(ACTORS, regime.on)
    if leg.destination != CHINA or leg.origin == CHINA or dated is None:
        return
    table = dated.value if isinstance(dated.value, dict) else {}
    for step, actor in sorted(table.items()):
        yield step, leg.exporter if actor == "exporter" else leg.consignee


def _finding(regime: Regime, step: str, party: PartyFacts, given: Facts) -> ConflictFinding:
    bound = bound_of(party)
    facts: Facts = {
        "diligence_step": step,
        "bound": None if bound is None else bound.value,
        "foreign_measure": given.get("foreign_measure", US_CHIP_RULES),
    }
    verdict = regime.decide(facts, QUESTION)
    answer = verdict.answer(QUESTION)
    strictest = options_of(answer)[-1] if answer.checked else answer.question.none
    cards = speaking(answer)
    return ConflictFinding(
        step=step,
        code=strictest.id,
        truth=answer.truth if answer.checked else Truth.UNKNOWN,
        party=party.id,
        bound=bound,
        message=titled("rules.route.answer", strictest.title, step=step),
        ask=message(f"rules.route.step.{step}"),
        cites=distinct(cite.text for card in cards for cite in card.cite),
        rules=tuple(said_by(card) for card in cards),
        missing=distinct(name for one in verdict.missing(QUESTION) for name in one.inputs),
    )
