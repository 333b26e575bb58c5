"""From rows to orders: what was delivered of each, what turned back, what is still to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrows.core import InputError
from narrows.study.bridge.calendar import place
from narrows.study.rolling.bookings import ENDINGS, Booking, Event
from narrows.study.rolling.standing import UnderWay

ROUNDING = 1e-9
"""Share of an order below which nothing is left of it."""

Key = tuple[str, str, str]
"""Option, site, quarter of the order."""


@dataclass(frozen=True, slots=True)
class Order:
    """All that was ordered of an option for a site in a quarter, and what has ended of it."""

    chips: float
    money_cny: float
    ended: float

    @property
    def left(self) -> float:
        """Chips still to come."""
        left = self.chips - self.ended
        return left if left > ROUNDING * self.chips else 0.0


def read_orders(rows: Sequence[Booking], file: Path) -> dict[Key, Order]:
    """Return the orders.

    Raises
    ------
    InputError
        Chips belong to no order, come before it, or are more than were ordered.
    """
    orders: dict[Key, Order] = {}
    for row in rows:
        if row.event is Event.ORDERED:
            key = (row.what, row.where, row.quarter)
            old = orders.get(key, Order(0.0, 0.0, 0.0))
            orders[key] = Order(old.chips + row.chips, old.money_cny + row.money_cny, 0.0)
    for row in rows:
        if row.event in ENDINGS:
            key = (row.what, row.where, row.ordered_in)
            orders[key] = _less(orders.get(key), row, file)
    return orders


def _less(order: Order | None, row: Booking, file: Path) -> Order:
    if order is None:
        problem = f"no order of {row.what} for {row.where} was booked in that quarter"
        raise _fault(file, row, "ordered_in", problem, "book the order too", row.ordered_in)
    if place(row.quarter, row.ordered_in) < 0:
        raise _fault(file, row, "quarter", "is before the order", "correct one of the two",
                     row.quarter)  # fmt: skip
    ended = order.ended + row.chips
    if ended > order.chips * (1.0 + ROUNDING):
        problem = f"more than ordered: {ended:g} of {order.chips:g} chips"
        raise _fault(file, row, "chips", problem, "correct it, or book the order", row.chips)
    return Order(order.chips, order.money_cny, ended)


def _fault(
    file: Path, row: Booking, column: str, problem: str, mend: str, value: object
) -> InputError:
    return InputError(problem, mend, file=file, line=row.line, fieldname=column, value=value)


def delivered(rows: Sequence[Booking]) -> dict[tuple[str, str], float]:
    """Return the chips that came, by option and site."""
    chips: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        if row.event is Event.DELIVERED:
            chips[row.what, row.where] += row.chips
    return dict(chips)


def under_way(
    orders: Mapping[Key, Order], leads: Mapping[str, Mapping[int, float]], first_quarter: str
) -> Iterator[UnderWay]:
    """Yield what is still to come, by the study's lead times.

    What has ended of an order is taken to be what was due first; the overdue is due now.
    """
    for (option, site, quarter), order in orders.items():
        before, ended = place(quarter, first_quarter), order.ended
        due: defaultdict[int, float] = defaultdict(float)
        for lead, share in sorted(leads[option].items()):
            tranche = share * order.chips
            taken = min(tranche, ended)
            ended -= taken
            due[max(before + lead, 0)] += tranche - taken
        for quarters, chips in sorted(due.items()):
            if order.left and chips > ROUNDING * order.chips:
                money = order.money_cny * chips / order.chips
                yield UnderWay(option=option, site=site, due=quarters, chips=chips, money_cny=money)
