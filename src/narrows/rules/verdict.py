"""A verdict: answers with proofs, both dates, the posture and the hash of what was visible."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from narrows.core import UnknownNameError
from narrows.rules.answer import Answer, Missing
from narrows.rules.posture import Posture
from narrows.rules.quantity import Facts

if TYPE_CHECKING:
    from narrows.rules.regime import Regime


class Verdict(NamedTuple):
    """Answers about one case. Findings for review; never clearance."""

    regime: Regime
    facts: Facts
    answers: tuple[Answer, ...]

    @property
    def on(self) -> date:
        """The day whose law was applied."""
        return self.regime.on

    @property
    def known_on(self) -> date:
        """The day whose knowledge was used."""
        return self.regime.known_on

    @property
    def posture(self) -> Posture:
        """The layers that were heard."""
        return self.regime.posture

    @property
    def pack_hash(self) -> str:
        """The hash over the records that were visible, overlays included."""
        return self.regime.pack_hash

    def answer(self, question: str) -> Answer:
        """Return the answer to one question.

        Raises
        ------
        UnknownNameError
            The verdict does not answer it.
        """
        for answer in self.answers:
            if answer.question.id == question:
                return answer
        raise UnknownNameError("question", question)

    def missing(self, question: str) -> tuple[Missing, ...]:
        """Return the facts that an open answer waits for, most decisive first."""
        return self.answer(question).missing

    @property
    def not_checked(self) -> tuple[str, ...]:
        """The questions to which no card speaks on the day."""
        return tuple(answer.question.id for answer in self.answers if not answer.checked)

    def facts_used(self) -> tuple[str, ...]:
        """Return the facts that the proofs looked at, by id."""
        return tuple(sorted(set(_looked_at(self.answers))))


def _looked_at(answers: tuple[Answer, ...]) -> Iterator[str]:
    for answer in answers:
        for proof in answer.proofs:
            for step in proof.walk():
                fact = getattr(step.step, "fact", None)
                if isinstance(fact, str):
                    yield fact


__all__ = ["Verdict"]
