"""Amounts of one thing at several years, and the year that each belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from narrows.claims.amount import Amount
from narrows.claims.checks.conversion import converted
from narrows.claims.days import bare_years
from narrows.claims.reading import Sentence

_YEAR_FOLLOWS = re.compile(
    r"^\W*(?:\([^)]*\)\W*)?(?:in|by|for|at the end of|during|as of)\s*$", re.I
)
_FOLLOWS_MAX_CHARS = 40
"""``$94.44 billion (HK$736.6 billion) in 2025``: the bracket may stand between."""


@dataclass(frozen=True, slots=True)
class Point:
    """An amount and the calendar year it is about."""

    amount: Amount
    year: int


def points(sentence: Sentence, unit: str | None = None) -> list[Point]:
    """Return the amounts of a sentence with their years, conversions left out."""
    twins = {second.start for _, second in converted(sentence)}
    found = []
    for amount in sentence.amounts:
        if amount.start in twins or (unit is not None and amount.unit != unit):
            continue
        year = year_of(amount, sentence)
        if year is not None:
            found.append(Point(amount, year))
    return found


def year_of(amount: Amount, sentence: Sentence) -> int | None:
    """Return the calendar year that a figure is about; ``None`` where no year is near."""
    years = list(bare_years(list(sentence.days)))
    for one in years:
        # English sets the year behind the amount ("USD 94 bn in 2025"), Chinese before it.
        gap = sentence.between(amount.end, one.start)
        if 0 <= one.start - amount.end <= _FOLLOWS_MAX_CHARS and _YEAR_FOLLOWS.match(gap):
            return one.first.year
    before = [one for one in years if one.end <= amount.start]
    return before[-1].first.year if before else None
