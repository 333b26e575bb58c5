"""Two clocks: what was in force on a day, and what could be known on a day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from narrows.core.evidence import Evidence

T = TypeVar("T")

COMPILED_ON = date(2026, 11, 23)
"""The day on which the packaged facts were compiled.

A record whose first public date was never found is visible from this day on and not before.
"""

_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_QUARTER = re.compile(r"^(\d{4})-?Q([1-4])$")
_YEAR = re.compile(r"^(\d{4})$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def last_day(text: str) -> date:
    """Return the last day that a date of day, month, quarter or year precision can mean.

    >>> last_day("2026-02")
    datetime.date(2026, 2, 28)

    Raises
    ------
    ValueError
        The text is none of ``YYYY``, ``YYYY-Qn``, ``YYYY-MM``, ``YYYY-MM-DD``.
    """
    if _DAY.match(text):
        return date.fromisoformat(text)
    if found := _MONTH.match(text):
        return _month_end(int(found[1]), int(found[2]))
    if found := _QUARTER.match(text):
        return _month_end(int(found[1]), int(found[2]) * 3)
    if found := _YEAR.match(text):
        return date(int(found[1]), 12, 31)
    msg = f"not a date: {text!r} (write YYYY-MM-DD, YYYY-MM, YYYY-Qn or YYYY)"
    raise ValueError(msg)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from ``start`` to ``end``, both inclusive; ``None`` is open on that side."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.start > self.end:
            msg = f"interval ends before it starts: {self.start} > {self.end}"
            raise ValueError(msg)

    def __contains__(self, day: date) -> bool:
        after_start = self.start is None or self.start <= day
        return after_start and (self.end is None or day <= self.end)


class HasKnownOn(Protocol):
    """Anything that carries the day on which the public could first know it."""

    @property
    def known_on(self) -> date | None:
        """First public day, or ``None`` where it was not found."""


def visible(record: HasKnownOn, known_on: date) -> bool:
    """Return whether a record may be used by someone who stands on ``known_on``."""
    first_public = record.known_on or COMPILED_ON
    return first_public <= known_on


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value in force over an interval and public from ``known_on``."""

    value: T
    in_force: Interval
    known_on: date | None
    evidence: Evidence


def value_at(values: Iterable[Dated[T]], *, on: date, known_on: date) -> Dated[T] | None:
    """Return the value in force on ``on`` as somebody knew it on ``known_on``.

    Where several are visible and in force, the one that became known last wins: a correction
    supersedes what it corrects.

    Returns
    -------
    The dated value, or ``None`` where nothing visible is in force: unknown, not zero.
    """
    found = [value for value in values if on in value.in_force and visible(value, known_on)]
    if not found:
        return None
    return max(found, key=lambda value: value.known_on or COMPILED_ON)
