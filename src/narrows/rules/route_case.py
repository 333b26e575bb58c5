"""One route as a set of cases: the facts of each leg, decided in a posture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from narrows.catalog import Chip, System
from narrows.rules.pack import Pack
from narrows.rules.posture import Posture
from narrows.rules.quantity import Facts, FactValue
from narrows.rules.regime import Regime
from narrows.rules.route_approvals import Approval
from narrows.rules.route_chip import board_facts, chip_facts
from narrows.rules.route_facts import approval_facts, leg_facts, party_facts, use_facts
from narrows.rules.route_records import EndUse, Leg, PartyFacts
from narrows.rules.verdict import Verdict

PEAK_WEIGHT = "tw.app.weight"
"""The parameter that holds the weight of a vector computer."""


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

    @property
    def here(self) -> Regime:
        """The regime in the route's own posture."""
        return self.regime(self.posture)

    def decide(self, leg: Leg, posture: Posture) -> Verdict:
        """Return what the cards say to one leg."""
        return self.regime(posture).decide(self.facts(leg))

    def facts(self, leg: Leg) -> Facts:
        """Return the facts of a leg; what the caller stated overrides what follows from records."""
        derived: dict[str, FactValue] = {
            **chip_facts(self.chip),
            **board_facts(self.chip, self.system, form=leg.form, weight=self._weight()),
            **party_facts(leg, self.parties, end_use=self.end_use),
            **use_facts(self.end_use, self.parties),
            **leg_facts(leg, self.parties),
            **approval_facts(
                self.approvals,
                self.parties[self.end_use.buyer],
                chip=self.chip.id,
                on=self.on,
                known_on=self.known_on,
            ),
        }
        asked = {name: value for name, value in derived.items() if name in self.pack.facts}
        return {**asked, **self.given}

    def _weight(self) -> float | None:
        dated = self.here.pack.value(PEAK_WEIGHT, self.on)
        value = None if dated is None else dated.value
        return value if isinstance(value, float) else None
