"""What the booked past leaves behind when a new quarter begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from narrows.study.rolling.bookings import Booking

Place = tuple[str, str]
"""Option and site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """Chips of one order that are still to come.

    Attributes
    ----------
    due
        Quarters from the new first quarter until they reach the gate; 0 for those that are late.
    """

    option: str
    site: str
    due: int
    chips: float
    money_cny: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The state from which the rest of a study is planned.

    Attributes
    ----------
    elapsed
        Quarters since the study's own first one.
    first_quarter
        The new one.
    rows
        The bookings behind it, in file order.
    delivered
        Chips that came on top of the study's holdings, by option and site.
    ported
        Quarters left until a workload runs on a stack, by stack and workload; 0 where it does.
    budget_cny, cap_chips
        What is left in the bank; ``None`` where the study has none, or it keeps nothing.
    """

    elapsed: int
    first_quarter: str
    rows: tuple[Booking, ...]
    delivered: Mapping[Place, float]
    under_way: tuple[UnderWay, ...]
    ported: Mapping[tuple[str, str], int]
    budget_cny: float | None
    cap_chips: float | None

    @property
    def options(self) -> frozenset[str]:
        """The options that stand or are under way."""
        standing = {option for option, _ in self.delivered}
        return frozenset(standing | {one.option for one in self.under_way})
