"""Quarters as words and as places on the axis of a plan."""

from __future__ import annotations

QUARTERS_PER_YEAR = 4.0
HOURS_PER_QUARTER = 8_766.0 / QUARTERS_PER_YEAR
"""A mean quarter of the Julian year of 365.25 days."""
SECONDS_PER_QUARTER = HOURS_PER_QUARTER * 3_600.0


def quarters_from(start: str, count: int) -> tuple[str, ...]:
    """Return ``count`` quarters from ``start``.

    >>> quarters_from("2026Q4", 2)
    ('2026Q4', '2027Q1')
    """
    first = int(start[:4]) * 4 + int(start[-1]) - 1
    return tuple(f"{n // 4}Q{n % 4 + 1}" for n in range(first, first + count))


def place(quarter: str, start: str) -> int:
    """Return how many quarters lie between ``start`` and ``quarter``; negative before it."""
    return (int(quarter[:4]) * 4 + int(quarter[-1])) - (int(start[:4]) * 4 + int(start[-1]))
