"""A route judged leg by leg, and the row of seven gates that comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from narrows.catalog import Chip, System
from narrows.core import GATE_ORDER, Gate, GateReading, GateState, Message, Truth, message
from narrows.rules.answer import Answer
from narrows.rules.gates import distinct, strictest
from narrows.rules.gates_reading import Context, read_gate, titled
from narrows.rules.law import Layer
from narrows.rules.pack import Pack
from narrows.rules.posture import Posture
from narrows.rules.quantity import Facts
from narrows.rules.route_approvals import Approval, approvals_for, load_approvals
from narrows.rules.route_case import RouteCase
from narrows.rules.route_conflict import conflicts_of
from narrows.rules.route_delays import delays_of
from narrows.rules.route_findings import duties_of, findings_of
from narrows.rules.route_records import EndUse, Leg, PartyFacts, check_route
from narrows.rules.route_shares import shares_of
from narrows.rules.route_verdict import LegReading, RouteVerdict
from narrows.rules.verdict import Verdict

NO_FACTS: Facts = MappingProxyType({})

BEYOND_RULES = {
    Gate.SLOT: "rules.route.slot_beyond_rules",
    Gate.ACCEPTANCE: "rules.route.acceptance_beyond_rules",
}
"""Gates that turn on capacity and on work at the site; no rule can open them."""


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
    check_route(legs, parties, end_use)
    known = tuple(load_approvals() if approvals is None else approvals)
    case = RouteCase(
        pack=pack, chip=chip, system=system, parties=parties, end_use=end_use, given=facts,
        approvals=known, on=on, known_on=known_on, posture=posture,
    )  # fmt: skip
    heard = [(leg, case.decide(leg, posture)) for leg in legs]
    read = tuple(_leg_reading(leg, verdict, case) for leg, verdict in heard)
    conflicts = conflicts_of(case.regime(posture), legs, parties, facts)
    return RouteVerdict(
        chip=chip.id,
        on=on,
        known_on=known_on,
        posture=posture,
        pack_hash=heard[0][1].pack_hash,
        row=compose(leg.readings for leg in read),
        legs=read,
        layers=_layers(legs, case),
        findings=findings_of(read, case),
        duties=duties_of(read),
        conflicts=conflicts,
        delays=delays_of(read, conflicts, pack),
        approvals=approvals_for(
            known, parties[end_use.buyer].group, chip.id, on=on, known_on=known_on
        ),
        shares=shares_of(read),
        not_checked=_not_checked(read, case),
        missing=distinct(name for leg in read for r in leg.readings for name in r.missing),
        sources=_sources(read),
    )


def compose(readings: Iterable[tuple[GateReading, ...]]) -> tuple[GateReading, ...]:
    """Return one reading for each of the seven gates, the strictest over the legs."""
    legs = list(readings)
    return tuple(_composed(gate, legs) for gate in GATE_ORDER)


def _composed(gate: Gate, legs: list[tuple[GateReading, ...]]) -> GateReading:
    found = [reading for leg in legs for reading in leg if reading.gate is gate]
    if gate in BEYOND_RULES:
        beyond = message(BEYOND_RULES[gate])
        found.append(GateReading(gate, GateState.NOT_CHECKED, beyond))
    if not found:
        found = [GateReading(gate, GateState.NOT_CHECKED, message("rules.route.no_card"))]
    governing = strictest(gate, found)
    return replace(governing, leg=None) if _on_every_leg(governing, legs) else governing


def _on_every_leg(governing: GateReading, legs: list[tuple[GateReading, ...]]) -> bool:
    """Return whether a gate reads alike on every leg, so that no leg is to blame."""
    return all(
        any(
            (reading.gate, reading.state, reading.message, reading.p_high)
            == (governing.gate, governing.state, governing.message, governing.p_high)
            for reading in leg
        )
        for leg in legs
    )


def _leg_reading(leg: Leg, verdict: Verdict, case: RouteCase) -> LegReading:
    found = [
        reading
        for answer in verdict.answers
        if case.put(answer, verdict) and (reading := _read(answer, leg, verdict, case)) is not None
    ]
    found.extend(case.uncovered(leg))
    return LegReading(leg=leg, readings=_by_gate(found), verdict=verdict)


def _read(answer: Answer, leg: Leg, verdict: Verdict, case: RouteCase) -> GateReading | None:
    asked = verdict.missing(answer.question.id) if answer.question.gate is not None else ()
    missing = distinct(name for one in asked for name in one.inputs)
    reading = read_gate(answer, Context(verdict.regime, verdict.facts, leg.id, missing))
    return _unless_replaced(reading, case.replaced(answer, verdict))


def _unless_replaced(reading: GateReading | None, replaced: Truth) -> GateReading | None:
    """Return a shut gate as unknown where it is unknown whether a card takes its place."""
    if reading is None or replaced is not Truth.UNKNOWN or reading.state is not GateState.SHUT:
        return reading
    return replace(reading, state=GateState.UNKNOWN)


def _by_gate(readings: list[GateReading]) -> tuple[GateReading, ...]:
    gates = [gate for gate in GATE_ORDER if any(reading.gate is gate for reading in readings)]
    return tuple(
        strictest(gate, [reading for reading in readings if reading.gate is gate]) for gate in gates
    )


def _layers(legs: tuple[Leg, ...], case: RouteCase) -> Mapping[Layer, tuple[GateReading, ...]]:
    verdicts = [(leg, case.decide(leg, Posture.CAUTIOUS)) for leg in legs]
    return MappingProxyType(
        {
            layer: compose(_in_layer(layer, leg, verdict, case) for leg, verdict in verdicts)
            for layer in Layer
        }
    )


def _in_layer(layer: Layer, leg: Leg, verdict: Verdict, case: RouteCase) -> tuple[GateReading, ...]:
    asked = [answer.in_layer(layer) for answer in verdict.answers]
    answers = [answer for answer in asked if case.put(answer, verdict)]
    context = Context(verdict.regime, verdict.facts, leg.id)
    return _by_gate(
        [
            reading
            for answer in answers
            if (heard := read_gate(answer, context)) is not None
            and (reading := _unless_replaced(heard, case.replaced(answer, verdict))) is not None
        ]
    )


def _not_checked(legs: tuple[LegReading, ...], case: RouteCase) -> tuple[Message, ...]:
    silent = distinct(
        answer.question
        for answer in legs[0].verdict.answers
        if all(not leg.verdict.answer(answer.question.id).checked for leg in legs)
    )
    return distinct(
        [
            *(titled("rules.route.silent", question.title) for question in silent),
            *(message(name) for name in BEYOND_RULES.values()),
            *case.never_checked,
        ]
    )


def _sources(legs: tuple[LegReading, ...]) -> tuple[str, ...]:
    cited = {
        cite.instrument
        for leg in legs
        for answer in leg.verdict.answers
        for card, _ in answer.deciding
        for cite in card.cite
    }
    return tuple(sorted(cited))
