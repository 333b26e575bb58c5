"""How a route puts the questions of the rulebook: within their scope, and not past counsel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from narrows.core import Truth
from narrows.rules.answer import Answer
from narrows.rules.regime import Regime
from narrows.rules.verdict import Verdict

LOCAL = "route.local_questions"
"""The parameter that names, for a state, the question about its own export rules."""
EASING = "route.easing_questions"
"""The parameter that lists the questions about exceptions."""
SCOPES = "route.question_scopes"
"""The parameter that names, for a question, the card within whose scope it is put."""
REPLACED = "route.replaced_where"
"""The parameter that names, for a question, the card that takes its place where it holds."""
ADVICE = "us.advice"
GIVES_WAY = "route.gives_way_to_advice"
"""The parameter that lists the questions that are not put where counsel is asked instead."""
SHOWN_AS_ADVICE = "route.shown_as_advice"
"""The parameter that lists those of them that counsel is shown."""
NEVER_CHECKED = "route.never_checked"
"""The parameter that names what no card covers, as message ids."""


@dataclass(frozen=True, slots=True)
class Questions:
    """The tables by which a route puts questions, as a regime knows them."""

    regime: Regime

    def covers(self, state: str, verdict: Verdict) -> bool:
        """Return whether a card about a state's own export rules was in force and known."""
        local = self._table(LOCAL).get(state)
        return any(answer.checked for answer in verdict.answers if answer.question.id == local)

    @property
    def never_checked(self) -> tuple[str, ...]:
        """What no card covers on any route, as message ids."""
        return self._words(NEVER_CHECKED)

    def put(self, answer: Answer, verdict: Verdict) -> bool:
        """Return whether a question is put to a leg at all.

        A question with a scope is put where the card of its scope may hold. Questions about a
        licence are not put where a card sends the reader to counsel instead.
        """
        scope = self._card_truth(SCOPES, answer, verdict)
        if scope is Truth.FALSE or self.replaced(answer, verdict) is Truth.TRUE:
            return False
        gives_way = answer.question.id in self._words(GIVES_WAY) and _advised(verdict)
        return not gives_way and not self.merely_eases(answer)

    def shown_as_advice(self, answer: Answer, verdict: Verdict) -> bool:
        """Return whether an answer is shown to counsel where it gives way to advice."""
        return answer.question.id in self._words(SHOWN_AS_ADVICE) and _advised(verdict)

    def replaced(self, answer: Answer, verdict: Verdict) -> Truth:
        """Return whether a card takes the place of a question, such as a licence already held."""
        truth = self._card_truth(REPLACED, answer, verdict)
        return Truth.FALSE if truth is None else truth

    def _card_truth(self, parameter: str, answer: Answer, verdict: Verdict) -> Truth | None:
        card = self._table(parameter).get(answer.question.id)
        return None if card is None else verdict.regime.truth(card, verdict.facts)

    def merely_eases(self, answer: Answer) -> bool:
        """Return whether an open answer could only ease what other answers ask.

        An exception that nobody has shown leaves no gate unknown: it is not relied on.
        """
        return not answer.truth.known and answer.question.id in self._words(EASING)

    def _words(self, parameter: str) -> tuple[str, ...]:
        value = self._value(parameter)
        return value if isinstance(value, tuple) else ()

    def _table(self, parameter: str) -> Mapping[str, str]:
        value = self._value(parameter)
        rows = value if isinstance(value, dict) else {}
        return {str(key): str(row) for key, row in rows.items()}

    def _value(self, parameter: str) -> object:
        dated = self.regime.pack.value(parameter, self.regime.on)
        return None if dated is None else dated.value


def _advised(verdict: Verdict) -> bool:
    asked = [answer for answer in verdict.answers if answer.question.id == ADVICE]
    return any(answer.truth is Truth.TRUE for answer in asked)
