"""What a route's judgment holds: findings for review, never clearance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from narrows.core import Gate, GateReading, Message, Truth
from narrows.rules.law import Layer
from narrows.rules.parameter import ParameterValue
from narrows.rules.posture import Posture
from narrows.rules.route_approvals import Approval
from narrows.rules.route_conflict import ConflictFinding
from narrows.rules.route_delays import Delay
from narrows.rules.route_shares import HomeMadeShare
from narrows.rules.route_verdict_leg import LegReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An answer that moves no gate: advice for counsel, a matter to watch, a lever.

    ``rate`` is the parameter that the rule applies, ``value`` what it stands at, where it has one.
    """

    question: str
    answer: str
    truth: Truth
    message: Message
    cites: tuple[str, ...]
    certainty: str | None
    legs: tuple[str, ...]
    rate: str | None = None
    value: ParameterValue = None
    notes: tuple[Message, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A duty that falls due on a leg: a cost with a day, not a gate.

    ``rate`` is a share of customs value; the cash goes out when the leg lands, before the
    laboratory test, and nothing of it comes back at export.
    """

    leg: str
    truth: Truth
    rate: float | None
    message: Message
    cites: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteVerdict:
    """The seven gates of a route in order, each leg apart, each layer apart.

    Attributes
    ----------
    row
        Seven readings, the strictest over the legs, in the posture that was asked for.
    layers
        The same row as each layer alone gives it.
    findings, duties, conflicts, delays, approvals, shares
        What moves no gate and still costs money, time or advice.
    not_checked
        What no card covers. It is never to be read as allowed.
    missing
        Facts that could change a gate, most decisive first.
    sources
        Ids of the instruments that were cited.
    """

    chip: str
    on: date
    known_on: date
    posture: Posture
    pack_hash: str
    row: tuple[GateReading, ...]
    legs: tuple[LegReading, ...]
    layers: Mapping[Layer, tuple[GateReading, ...]]
    findings: tuple[Finding, ...]
    duties: tuple[Duty, ...]
    conflicts: tuple[ConflictFinding, ...]
    delays: tuple[Delay, ...]
    approvals: tuple[Approval, ...]
    shares: tuple[HomeMadeShare, ...]
    not_checked: tuple[Message, ...]
    missing: tuple[str, ...]
    sources: tuple[str, ...]

    def gate(self, gate: Gate) -> GateReading:
        """Return the reading of one gate."""
        return next(reading for reading in self.row if reading.gate is gate)


__all__ = ["Duty", "Finding", "LegReading", "RouteVerdict"]
