"""One leg of a route as the law of both sides sees it."""

from __future__ import annotations

from dataclasses import dataclass, field

from narrows.core import Gate, GateReading
from narrows.rules.route_records import Leg
from narrows.rules.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class LegReading:
    """One leg as the law of both sides sees it.

    ``readings`` holds one reading for each gate that a rule speaks to on this leg, in gate order.
    ``verdict`` keeps the proofs.
    """

    leg: Leg
    readings: tuple[GateReading, ...]
    verdict: Verdict = field(repr=False, compare=False)

    def reading(self, gate: Gate) -> GateReading | None:
        """Return the reading of a gate, or ``None`` where no rule speaks to it on this leg."""
        return next((reading for reading in self.readings if reading.gate is gate), None)
