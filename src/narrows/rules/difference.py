"""What an overlay, or a later day of knowledge, changes over many cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from narrows.rules.quantity import Facts
from narrows.rules.regime import Regime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One question about one case that two regimes answer differently.

    A word is ``None`` where the regime leaves the question open or no card speaks.
    """

    case: str
    question: str
    before: str | None
    after: str | None


def differences(
    before: Regime, after: Regime, cases: Mapping[str, Facts], *questions: str
) -> tuple[Change, ...]:
    """Return every change between two regimes, by case and question.

    Parameters
    ----------
    cases
        Facts by the name of the case, such as every chip of a catalogue.
    questions
        Ids; all that either regime answers where none is given.
    """
    asked = questions or tuple(sorted({*before.questions, *after.questions}))
    return tuple(
        Change(case=name, question=question, before=old, after=new)
        for name in sorted(cases)
        for question in asked
        if (old := _word(before, cases[name], question))
        != (new := _word(after, cases[name], question))
    )


def _word(regime: Regime, facts: Facts, question: str) -> str | None:
    return regime.decide(facts, question).answer(question).word


__all__ = ["Change", "differences"]
