"""Approvals by buyer and date: objects with a state, of which only the last counts as supply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.core import STRICT, read_records, visible
from narrows.rules.law import Citation, Formality, Title


class ApprovalState(StrEnum):
    """How far an approval has come, in order."""

    NONE = "none"
    POLLED = "polled"
    IN_PRINCIPLE = "in_principle"
    APPROVED_CONDITIONAL = "approved_conditional"
    CONDITIONS_SET = "conditions_set"
    EUS_ISSUED = "eus_issued"
    """The end-user statement is sealed: the one documentary sign on the way."""
    ORDER_PLACED = "order_placed"
    CUSTOMS_RELEASED = "customs_released"
    """Only this counts as supply."""
    LICENSED = "licensed"
    """A United States licence. It stands apart from the Chinese order."""


class Side(StrEnum):
    """Whose approval it is."""

    CN = "CN"
    US = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What one side was reported to allow to named buyers, for named chips, on a day.

    Attributes
    ----------
    buyers
        Groups, as in ``PartyFacts.group``.
    quantity_cap_chips
        Chips for each buyer; ``None`` where none was stated.
    total_chips
        Chips for all the buyers together; ``None`` where none was stated.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    side: Side
    buyers: tuple[str, ...]
    chips: tuple[str, ...]
    state: ApprovalState
    issuer: str
    issued: date
    known_on: date | None
    formality: Formality
    cite: tuple[Citation, ...]
    quantity_cap_chips: int | None = None
    total_chips: int | None = None
    conditions: tuple[Title, ...] = ()
    notes: str | None = None


PACKAGED = Path(__file__).resolve().parents[1] / "data" / "rules" / "cn" / "approvals.yaml"


def load_approvals(path: Path | None = None) -> tuple[Approval, ...]:
    """Return the approvals that the packaged rulebook knows, or those of another file.

    Raises
    ------
    InputError
        The file is not a list of approvals.
    """
    return _load(PACKAGED if path is None else path)


@lru_cache(maxsize=8)
def _load(path: Path) -> tuple[Approval, ...]:
    return tuple(read_records(path, Approval))


def approvals_for(
    approvals: Iterable[Approval], group: str | None, *, chip: str, on: date, known_on: date
) -> tuple[Approval, ...]:
    """Return what is visible and issued for a group and a chip, oldest first."""
    found = [
        approval
        for approval in approvals
        if group in approval.buyers
        and chip in approval.chips
        and approval.issued <= on
        and visible(approval, known_on)
    ]
    return tuple(sorted(found, key=lambda approval: (approval.issued, approval.id)))


def reported_state(
    approvals: Iterable[Approval], group: str | None, *, chip: str, on: date, known_on: date
) -> str | None:
    """Return how far the Chinese approval of a group is reported to have come.

    A buyer whose group is not named could be anybody, so its state is unknown; a named group of
    which nothing is reported stands at ``none``.
    """
    if group is None:
        return None
    found = approvals_for(approvals, group, chip=chip, on=on, known_on=known_on)
    chinese = [approval for approval in found if approval.side is Side.CN]
    return chinese[-1].state.value if chinese else ApprovalState.NONE.value
