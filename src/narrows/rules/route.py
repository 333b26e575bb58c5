"""A route judged leg by leg, and the row of seven gates that comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from narrows.catalog import Chip, System
from narrows.core import GateReading, Message, message
from narrows.rules.gates import distinct
from narrows.rules.gates_reading import speaking
from narrows.rules.gates_said import titled
from narrows.rules.law import Layer
from narrows.rules.pack import Pack
from narrows.rules.posture import Posture
from narrows.rules.quantity import Facts
from narrows.rules.route_approvals import Approval, approvals_for, load_approvals
from narrows.rules.route_case import RouteCase
from narrows.rules.route_conflict import conflicts_of
from narrows.rules.route_delays import delays_of
from narrows.rules.route_findings import duties_of, findings_of
from narrows.rules.route_legs import BEYOND_RULES, compose, read_layer, read_leg
from narrows.rules.route_missing import rank_missing_facts
from narrows.rules.route_questions import Questions
from narrows.rules.route_records import EndUse, Leg, PartyFacts, check_route
from narrows.rules.route_shares import shares_of
from narrows.rules.route_verdict import LegReading, RouteVerdict

NO_FACTS: Facts = MappingProxyType({})


def route(
    pack: Pack,
    *,
    chip: Chip,
    legs: tuple[Leg, ...],
    parties: Mapping[str, PartyFacts],
    end_use: EndUse,
    on: date,
    known_on: date,
    system: System | None = None,
    facts: Facts = NO_FACTS,
    posture: Posture = Posture.CAUTIOUS,
    approvals: Iterable[Approval] | None = None,
) -> RouteVerdict:
    """Judge each leg of a route and compose the seven gates, the strictest leg first.

    Parameters
    ----------
    chip, system
        Catalogue records, as known on ``known_on``; ``system`` where more than a chip is sold.
    legs, parties, end_use
        The movements, who takes part (by id) and what for.
    facts
        Further facts by id, such as the evidence of the January 2026 window: true for shown,
        false for not shown, absent or ``None`` for unknown. They hold on every leg and override
        what follows from the records.
    posture
        The layers that are heard; ``cautious`` hears all and lets the strictest win.

    Raises
    ------
    InputError
        A leg names a party that is not described, a fact has no such id, or there is no leg.
    """
    check_route(legs, parties, end_use=end_use)
    known = tuple(load_approvals() if approvals is None else approvals)
    case = RouteCase(
        pack=pack, chip=chip, system=system, parties=parties, end_use=end_use, given=facts,
        approvals=known, on=on, known_on=known_on, posture=posture,
    )  # fmt: skip
    return _verdict(case, legs)


def _verdict(case: RouteCase, legs: tuple[Leg, ...]) -> RouteVerdict:
    read = tuple(read_leg(leg, case.decide(leg, case.posture)) for leg in legs)
    conflicts = conflicts_of(case.here, legs, parties=case.parties, given=case.given)
    return RouteVerdict(
        chip=case.chip.id,
        on=case.on,
        known_on=case.known_on,
        posture=case.posture,
        pack_hash=case.here.pack_hash,
        row=compose(leg.readings for leg in read),
        legs=read,
        layers=_layers(legs, case),
        findings=findings_of(read),
        duties=duties_of(read),
        conflicts=conflicts,
        delays=delays_of(read, conflicts, pack=case.pack),
        approvals=_approvals(case),
        shares=shares_of(read),
        not_checked=_not_checked(read, Questions(case.here)),
        missing=rank_missing_facts(read),
        sources=_sources(read),
    )


def _layers(legs: tuple[Leg, ...], case: RouteCase) -> Mapping[Layer, tuple[GateReading, ...]]:
    """Return the row as each layer alone gives it; the cautious posture hears them all."""
    heard = [(leg, case.decide(leg, Posture.CAUTIOUS)) for leg in legs]
    return MappingProxyType(
        {
            layer: compose(read_layer(layer, leg, verdict=verdict) for leg, verdict in heard)
            for layer in Layer
        }
    )


def _approvals(case: RouteCase) -> tuple[Approval, ...]:
    group = case.parties[case.end_use.buyer].group
    return approvals_for(
        case.approvals, group, chip=case.chip.id, on=case.on, known_on=case.known_on
    )


def _not_checked(legs: tuple[LegReading, ...], questions: Questions) -> tuple[Message, ...]:
    silent = distinct(
        answer.question
        for answer in legs[0].verdict.answers
        if all(not leg.verdict.answer(answer.question.id).checked for leg in legs)
    )
    return distinct(
        [
            *(titled("rules.route.silent", question.title) for question in silent),
            *(message(name) for name in (*BEYOND_RULES.values(), *questions.never_checked)),
        ]
    )


def _sources(legs: tuple[LegReading, ...]) -> tuple[str, ...]:
    cited = {
        cite.instrument
        for leg in legs
        for answer in leg.verdict.answers
        for card in speaking(answer)
        for cite in card.cite
    }
    return tuple(sorted(cited))
