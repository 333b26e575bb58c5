"""The seven gates that a delivery passes, their order, and the states of a gate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from narrows.core.message import Message
from narrows.core.truth import Truth


class Gate(StrEnum):
    """The gates in the order in which a delivery meets them."""

    CLASSIFICATION = "classification"
    EXPORT_LICENCE = "export_licence"
    CN_APPROVAL = "cn_approval"
    QUOTA = "quota"
    SLOT = "slot"
    CUSTOMS = "customs"
    ACCEPTANCE = "acceptance"


GATE_ORDER: tuple[Gate, ...] = tuple(Gate)


class GateState(StrEnum):
    """What can be said of a gate."""

    OPEN = "open"
    CONDITIONAL = "conditional"
    DISCRETIONARY = "discretionary"
    SHUT = "shut"
    UNKNOWN = "unknown"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One thing that a gate asks to see, and whether it was shown."""

    id: str
    shown: Truth
    message: Message
    cite: str


@dataclass(frozen=True, slots=True)
class GateReading:
    """One gate of one route on one day.

    ``p_low`` and ``p_high`` are given exactly when the state is discretionary: the cited band for
    the chance that the discretion is used in the applicant's favour.

    Raises
    ------
    ValueError
        A discretionary gate without a band, a band elsewhere, or a band outside [0, 1].
    """

    gate: Gate
    state: GateState
    message: Message
    cites: tuple[str, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    missing: tuple[str, ...] = ()
    p_low: float | None = None
    p_high: float | None = None
    clock: date | None = None
    leg: str | None = None
    layer: str | None = None
    certainty: str | None = None
    notes: tuple[Message, ...] = field(default=())

    def __post_init__(self) -> None:
        has_band = self.p_low is not None and self.p_high is not None
        if has_band != (self.state is GateState.DISCRETIONARY):
            msg = f"a band belongs to a discretionary gate and only there: {self.gate}"
            raise ValueError(msg)
        if self.p_low is not None and self.p_high is not None:
            _check_band(self.p_low, self.p_high)


def _check_band(p_low: float, p_high: float) -> None:
    if not 0.0 <= p_low <= p_high <= 1.0:
        msg = f"band must satisfy 0 <= p_low <= p_high <= 1: {p_low}, {p_high}"
        raise ValueError(msg)
