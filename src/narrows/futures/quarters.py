"""Days at whole quarters from a day."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date

MONTHS_PER_QUARTER = 3


def quarters_after(day: date, quarters: int) -> date:
    """Return the day some quarters later, the last of the month where there is no such day.

    >>> quarters_after(date(2026, 11, 30), 1)
    datetime.date(2027, 2, 28)
    """
    months = day.year * 12 + day.month - 1 + MONTHS_PER_QUARTER * quarters
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_month_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_month_end else min(day.day, last))


def quarter_ends(first: date, last: date) -> Iterator[date]:
    """Yield ``first`` and each day whole quarters after it, up to and with ``last``."""
    step = 0
    while (day := quarters_after(first, step)) <= last:
        yield day
        step += 1


QUARTERS_AHEAD_MAX = 80


def nearest_quarter(start: date, by: date) -> int:
    """Return the number of quarters after ``start``, 1 to 80, whose end lies nearest to a day."""
    counts = range(1, QUARTERS_AHEAD_MAX + 1)
    return min(counts, key=lambda count: abs((quarters_after(start, count) - by).days))
