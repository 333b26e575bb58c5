"""A verdict in one word, for a headline and an exit status. It is a finding, never clearance."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from narrows.core import Gate, GateState
from narrows.rules.answer import Answer
from narrows.rules.quantity import TRUE
from narrows.rules.verdict import Verdict

GATES = frozenset({Gate.CLASSIFICATION, Gate.EXPORT_LICENCE})
"""The gates that the text of one side decides; others ask for a route."""


class Outcome(StrEnum):
    """What the licensing questions come to together."""

    SHUT = "finding_shut"
    CONDITIONAL = "finding_conditional"
    OPEN = "finding_open"
    UNSETTLED = "finding_unsettled"


def outcome(verdict: Verdict) -> Outcome:
    """Return the strictest thing that the answers establish, or that they establish nothing.

    A shut answer counts at once. Where an answer is open and one of its possible values is shut,
    nothing is settled, whatever the others say.
    """
    asked = [answer for answer in verdict.answers if answer.question.gate in GATES]
    if any(_state(answer) is GateState.SHUT for answer in asked):
        return Outcome.SHUT
    if not any(answer.checked for answer in asked) or any(_open(answer) for answer in asked):
        return Outcome.UNSETTLED
    licences = [answer for answer in asked if answer.question.gate is Gate.EXPORT_LICENCE]
    required = any(answer.truth is TRUE for answer in licences)
    return Outcome.CONDITIONAL if required else Outcome.OPEN


def _state(answer: Answer) -> GateState | None:
    if answer.word is None:
        return None
    return max(_states(answer, answer.word.split("+")), key=_STRICTNESS.index, default=None)


def _states(answer: Answer, words: Iterable[str]) -> list[GateState]:
    states = (answer.question.option(word).state for word in words)
    return [state for state in states if state is not None]


_STRICTNESS = (
    GateState.OPEN,
    GateState.CONDITIONAL,
    GateState.DISCRETIONARY,
    GateState.NOT_CHECKED,
    GateState.UNKNOWN,
    GateState.SHUT,
)


def _open(answer: Answer) -> bool:
    """Return whether an unsettled answer could still change what the licence gate comes to."""
    if not answer.checked:
        return False
    if answer.word is None:
        return len(set(_states(answer, answer.possible))) > 1
    return _state(answer) is GateState.UNKNOWN


__all__ = ["Outcome", "outcome"]
