"""One route as a set of cases: the facts of each leg, decided in a posture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from narrows.catalog import Chip, System
from narrows.core import Gate, GateReading, GateState, Message, message
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
            **board_facts(self.system, self.chip, self._number(PEAK_WEIGHT)),
            **party_facts(self.parties.values()),
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

    @property
    def never_checked(self) -> tuple[Message, ...]:
        """What no card covers on any route."""
        return tuple(message(name) for name in self._words(NEVER_CHECKED))

    def _words(self, parameter: str) -> tuple[str, ...]:
        value = self._value(parameter)
        return value if isinstance(value, tuple) else ()

    def _number(self, parameter: str) -> float | None:
        value = self._value(parameter)
        return value if isinstance(value, float) else None

    def _value(self, parameter: str) -> object:
        known = self.pack.as_known_on(self.known_on)
        dated = known.value(parameter, self.on)
        return None if dated is None else dated.value
