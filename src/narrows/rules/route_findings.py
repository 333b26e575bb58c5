"""Findings that move no gate: advice, matters to watch, levers, and duty as a cost."""

from __future__ import annotations

from dataclasses import replace

from narrows.core import Truth, message
from narrows.rules.answer import Answer
from narrows.rules.card import Card
from narrows.rules.gates import distinct
from narrows.rules.gates_reading import options_of, speaking
from narrows.rules.gates_said import said_by, titled, weakest
from narrows.rules.parameter import ParameterValue
from narrows.rules.question import Question
from narrows.rules.route_questions import Questions
from narrows.rules.route_verdict import Duty, Finding, LegReading
from narrows.rules.verdict import Verdict

DUTY_QUESTION = "us.tariff"
CONFLICT_QUESTION = "cn.conflict"
APART = frozenset({DUTY_QUESTION, CONFLICT_QUESTION})
"""Questions whose answers have a form of their own: a duty, a conflict of laws."""


def findings_of(legs: tuple[LegReading, ...]) -> tuple[Finding, ...]:
    """Return what the cards say that moves no gate, the legs together."""
    merged: dict[tuple[str, str], Finding] = {}
    for leg in legs:
        for answer in leg.verdict.answers:
            if answer.question.id not in APART:
                _merge(merged, _findings(answer, leg))
    return tuple(merged[key] for key in sorted(merged))


def _merge(merged: dict[tuple[str, str], Finding], found: list[Finding]) -> None:
    for finding in found:
        key = (finding.question, str(finding.message.values.get("card", finding.answer)))
        before = merged.get(key)
        legs = finding.legs if before is None else distinct([*before.legs, *finding.legs])
        merged[key] = replace(before or finding, legs=legs)


def _findings(answer: Answer, leg: LegReading) -> list[Finding]:
    if answer.truth is Truth.FALSE or not answer.checked:
        return []
    missing = _missing(leg.verdict, answer)
    truths = {
        one.card.id: proof.truth for one, proof in zip(answer.held, answer.proofs, strict=True)
    }
    return [
        Finding(
            question=answer.question.id,
            answer=card.effect.answer,
            truth=truths[card.id],
            message=said_by(card),
            cites=tuple(cite.text for cite in card.cite),
            certainty=weakest(card.cite),
            legs=(leg.leg.id,),
            rate=card.effect.rate,
            value=_rate(leg.verdict, card.effect.rate),
            missing=missing if truths[card.id] is Truth.UNKNOWN else (),
        )
        for card in speaking(answer)
        if card.effect is not None and _is_advice(answer, card, leg)
    ]


def moves_no_gate(question: Question, card: Card) -> bool:
    """Return whether a card's answer bears on no gate, so that it is advice and not a reading."""
    if question.gate is None or card.effect is None:
        return True
    return question.option(card.effect.answer).state is None


def _is_advice(answer: Answer, card: Card, leg: LegReading) -> bool:
    return moves_no_gate(answer.question, card) or Questions(leg.verdict.regime).shown_as_advice(
        answer, leg.verdict
    )


def duties_of(legs: tuple[LegReading, ...]) -> tuple[Duty, ...]:
    """Return the duty on each leg where it is due, or may be due."""
    return tuple(duty for leg in legs for duty in _duty(leg))


def _duty(leg: LegReading) -> list[Duty]:
    answers = [one for one in leg.verdict.answers if one.question.id == DUTY_QUESTION]
    return [_one_duty(answer, leg) for answer in answers if _bears(answer)]


def _bears(answer: Answer) -> bool:
    return answer.checked and answer.truth is not Truth.FALSE


def _one_duty(answer: Answer, leg: LegReading) -> Duty:
    cards = speaking(answer)
    rates = [_rate(leg.verdict, card.effect.rate) for card in cards if card.effect is not None]
    rate = next((value for value in rates if isinstance(value, float)), None)
    said = message("rules.route.duty", leg=leg.leg.id, rate=rate)
    if answer.truth is Truth.UNKNOWN:
        said = titled("rules.route.duty_open", options_of(answer)[-1].title, leg=leg.leg.id)
    return Duty(
        leg=leg.leg.id,
        truth=answer.truth,
        rate=rate,
        message=said,
        cites=distinct(cite.text for card in cards for cite in card.cite),
        missing=_missing(leg.verdict, answer),
    )


def _missing(verdict: Verdict, answer: Answer) -> tuple[str, ...]:
    asked = verdict.missing(answer.question.id)
    return distinct(name for one in asked for name in one.inputs)


def _rate(verdict: Verdict, parameter: str | None) -> ParameterValue:
    if parameter is None:
        return None
    dated = verdict.regime.pack.value(parameter, verdict.on)
    return None if dated is None else dated.value
