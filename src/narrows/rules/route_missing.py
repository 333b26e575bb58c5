"""The facts that a route waits for, most decisive first."""

from __future__ import annotations

from narrows.rules.route_questions import Questions
from narrows.rules.route_verdict_leg import LegReading


def rank_missing_facts(legs: tuple[LegReading, ...]) -> tuple[str, ...]:
    """Return what would have to be learnt, the facts that can settle a gate alone before others.

    Among equals the one that more answers hang on comes first, then the alphabet decides.
    """
    settles: dict[str, int] = {}
    hangs: dict[str, int] = {}
    for leg in legs:
        for name, alone, outcomes in _asked(leg):
            settles[name] = settles.get(name, 0) + int(alone)
            hangs[name] = hangs.get(name, 0) + outcomes
    return tuple(sorted(hangs, key=lambda name: (-settles[name], -hangs[name], name)))


def _asked(leg: LegReading) -> list[tuple[str, bool, int]]:
    """Return each fact of a leg, whether it settles a question alone, and its outcomes."""
    questions = Questions(leg.verdict.regime)
    return [
        (name, one.settles, len(one.outcomes))
        for answer in leg.verdict.answers
        if answer.question.gate is not None and questions.put(answer, leg.verdict)
        for one in leg.verdict.missing(answer.question.id)
        for name in one.inputs
    ]
