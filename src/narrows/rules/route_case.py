"""One route as a set of cases: the facts of each leg, decided in a posture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from narrows.catalog import Chip, System
from narrows.core import Gate, GateReading, GateState, Message, Truth, message
from narrows.rules.answer import Answer
from narrows.rules.pack import Pack
from narrows.rules.posture import Posture
from narrows.rules.quantity import Facts, FactValue
from narrows.rules.regime import Regime
from narrows.rules.route_approvals import Approval
from narrows.rules.route_facts import (
    approval_facts,
    board_facts,
    chip_facts,
    leg_facts,
    party_facts,
    use_facts,
)
from narrows.rules.route_records import EndUse, Leg, PartyFacts
from narrows.rules.verdict import Verdict

COVERED = "route.covered_states"
"""The parameter that lists the states whose own export rules have a pack."""
PEAK_WEIGHT = "tw.app.weight"
"""The parameter that holds the weight of a vector computer."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteCase:
    """What a route is decided on; see :func:`narrows.rules.route`."""

    pack: Pack
    chip: Chip
    system: System | None
    parties: Mapping[str, PartyFacts]
    end_use: EndUse
    given: Facts
    approvals: tuple[Approval, ...]
    on: date
    known_on: date
    posture: Posture

    def regime(self, posture: Posture) -> Regime:
        """Return the regime of the route's two days in a posture."""
        return self.pack.at(on=self.on, known_on=self.known_on, posture=posture)

    def decide(self, leg: Leg, posture: Posture) -> Verdict:
        """Return what the cards say to one leg."""
        return self.regime(posture).decide(self.facts(leg))

    def facts(self, leg: Leg) -> Facts:
        """Return the facts of a leg; what the caller stated overrides what follows from records."""
        derived: dict[str, FactValue] = {
            **chip_facts(self.chip),
            **board_facts(leg, self.system, self.chip, self._number(PEAK_WEIGHT)),
            **party_facts(leg, self.parties, self.end_use),
            **use_facts(self.end_use, self.parties),
            **leg_facts(leg, self.parties),
            **approval_facts(
                self.approvals,
                self.parties[self.end_use.buyer],
                self.chip,
                on=self.on,
                known_on=self.known_on,
            ),
        }
        asked = {name: value for name, value in derived.items() if name in self.pack.facts}
        return {**asked, **self.given}

    def uncovered(self, leg: Leg) -> Iterator[GateReading]:
        """Yield an unknown export gate for each state of a leg whose own rules have no pack."""
        covered = self._words(COVERED)
        for state in dict.fromkeys((leg.origin, *leg.via)):
            if state not in covered:
                said = message("rules.route.state_not_covered", state=state)
                yield GateReading(Gate.EXPORT_LICENCE, GateState.UNKNOWN, said, leg=leg.id)

    def put(self, answer: Answer, verdict: Verdict) -> bool:
        """Return whether a question is put to a leg at all.

        A question with a scope is put where the card of its scope may hold. Questions about a
        licence are not put where a card sends the reader to counsel instead.
        """
        scope = self._card_truth(SCOPES, answer, verdict)
        if scope is Truth.FALSE or self.replaced(answer, verdict) is Truth.TRUE:
            return False
        gives_way = answer.question.id in self._words(GIVES_WAY) and self._advised(verdict)
        return not gives_way and not self.merely_eases(answer)

    def shown_as_advice(self, answer: Answer, verdict: Verdict) -> bool:
        """Return whether an answer is shown to counsel where it gives way to advice."""
        return answer.question.id in self._words(SHOWN_AS_ADVICE) and self._advised(verdict)

    def _advised(self, verdict: Verdict) -> bool:
        asked = [answer for answer in verdict.answers if answer.question.id == ADVICE]
        return any(answer.truth is Truth.TRUE for answer in asked)

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

    @property
    def never_checked(self) -> tuple[Message, ...]:
        """What no card covers on any route."""
        return tuple(message(name) for name in self._words(NEVER_CHECKED))

    def _words(self, parameter: str) -> tuple[str, ...]:
        value = self._value(parameter)
        return value if isinstance(value, tuple) else ()

    def _table(self, parameter: str) -> Mapping[str, str]:
        value = self._value(parameter)
        rows = value if isinstance(value, dict) else {}
        return {str(key): str(row) for key, row in rows.items()}

    def _number(self, parameter: str) -> float | None:
        value = self._value(parameter)
        return value if isinstance(value, float) else None

    def _value(self, parameter: str) -> object:
        dated = self.regime(self.posture).pack.value(parameter, self.on)
        return None if dated is None else dated.value
