"""The facts that a route waits for, most decisive first."""

from __future__ import annotations

from collections import Counter

from narrows.core import GateState
from narrows.rules.answer import JOIN_SIGN, Missing
from narrows.rules.question import Question
from narrows.rules.route_questions import Questions
from narrows.rules.route_verdict_leg import LegReading


def rank_missing_facts(legs: tuple[LegReading, ...]) -> tuple[str, ...]:
    """Return what would have to be learnt: first what moves a gate, then what settles an answer.

    Among equals the fact that more answers hang on comes first, then the alphabet decides.
    """
    moves: Counter[str] = Counter()
    settles: Counter[str] = Counter()
    hangs: Counter[str] = Counter()
    for leg in legs:
        for question, missing in _asked(leg):
            for name in missing.inputs:
                moves[name] += len(_states(question, missing)) > 1
                settles[name] += missing.settles
                hangs[name] += len(missing.outcomes)
    return tuple(sorted(hangs, key=lambda name: (-moves[name], -settles[name], -hangs[name], name)))


def _asked(leg: LegReading) -> list[tuple[Question, Missing]]:
    questions = Questions(leg.verdict.regime)
    return [
        (answer.question, missing)
        for answer in leg.verdict.answers
        if answer.question.gate is not None and questions.put(answer, leg.verdict)
        for missing in leg.verdict.missing(answer.question.id)
    ]


def _states(question: Question, missing: Missing) -> set[frozenset[GateState | None]]:
    """Return the states into which the outcomes put the gate; an open outcome is one of its own."""
    return {
        frozenset({question.option(single).state for single in word.split(JOIN_SIGN)})
        if word is not None
        else frozenset()
        for word in missing.outcomes
    }
