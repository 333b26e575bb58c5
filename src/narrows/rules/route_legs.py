"""Each leg read by its gates, and the row of seven that comes of the legs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from narrows.core import GATE_ORDER, Gate, GateReading, GateState, Truth, message
from narrows.rules.answer import Answer
from narrows.rules.gates import distinct, strictest
from narrows.rules.gates_reading import Context, read_gate
from narrows.rules.law import Layer
from narrows.rules.route_questions import Questions
from narrows.rules.route_records import Leg
from narrows.rules.route_verdict_leg import LegReading
from narrows.rules.verdict import Verdict

BEYOND_RULES = {
    Gate.SLOT: "rules.route.slot_beyond_rules",
    Gate.ACCEPTANCE: "rules.route.acceptance_beyond_rules",
}
"""Gates that turn on capacity and on work at the site; no rule can open them."""


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


def read_leg(leg: Leg, verdict: Verdict) -> LegReading:
    """Return one reading for each gate that a rule speaks to on a leg."""
    questions = Questions(verdict.regime)
    found = [
        reading
        for answer in verdict.answers
        if questions.put(answer, verdict)
        and (reading := _read(answer, leg, verdict, missing=_missing(answer, verdict))) is not None
    ]
    found.extend(_uncovered(leg, verdict))
    return LegReading(leg=leg, readings=_by_gate(found), verdict=verdict)


def read_layer(layer: Layer, leg: Leg, *, verdict: Verdict) -> tuple[GateReading, ...]:
    """Return the readings of a leg as one layer alone gives them."""
    questions = Questions(verdict.regime)
    answers = [answer.in_layer(layer) for answer in verdict.answers]
    return _by_gate(
        [
            reading
            for answer in answers
            if questions.put(answer, verdict)
            and (reading := _read(answer, leg, verdict)) is not None
        ]
    )


def _read(
    answer: Answer, leg: Leg, verdict: Verdict, *, missing: tuple[str, ...] = ()
) -> GateReading | None:
    """Return a reading; a shut gate is unknown where a card may yet take its question's place."""
    reading = read_gate(answer, Context(verdict.regime, verdict.facts, leg.id, missing))
    if reading is None or reading.state is not GateState.SHUT:
        return reading
    replaced = Questions(verdict.regime).replaced(answer, verdict)
    return replace(reading, state=GateState.UNKNOWN) if replaced is Truth.UNKNOWN else reading


def _missing(answer: Answer, verdict: Verdict) -> tuple[str, ...]:
    if answer.question.gate is None:
        return ()
    return distinct(name for one in verdict.missing(answer.question.id) for name in one.inputs)


def _uncovered(leg: Leg, verdict: Verdict) -> Iterator[GateReading]:
    """Yield an unknown export gate for each state of a leg of whose own rules no card speaks."""
    for state in dict.fromkeys((leg.origin, *leg.via)):
        if not Questions(verdict.regime).covers(state, verdict):
            said = message("rules.route.state_not_covered", state=state)
            yield GateReading(Gate.EXPORT_LICENCE, GateState.UNKNOWN, said, leg=leg.id)


def _by_gate(readings: list[GateReading]) -> tuple[GateReading, ...]:
    gates = [gate for gate in GATE_ORDER if any(reading.gate is gate for reading in readings)]
    return tuple(
        strictest(gate, [reading for reading in readings if reading.gate is gate]) for gate in gates
    )
