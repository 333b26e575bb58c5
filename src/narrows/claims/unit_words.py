"""Which unit a number carries: behind it, before it, or in the noun that it counts."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from narrows.claims.units import UnitWords, unit_index

_NOUN = re.compile(
    r"\s+(?:[A-Za-z][A-Za-z-]*\s+){1,2}(?P<noun>chips|cards|GPUs|accelerators|processors|racks|NPUs)\b"
)
_PREFIX_CHARS = 12
"""A currency and a hedge, ``US$ 大約``, fit before a number in so many characters."""
AHEAD_CHARS = 26
"""``total processing performance below`` and its like fit in so many."""
COUNTED_MIN = 100
"""``4 H100`` may be a server; a number of three digits before a product counts it."""


class UnitPlace(NamedTuple):
    """A unit, and the span of its figure with it."""

    unit: UnitWords
    start: int
    end: int


def unit_at(
    text: str, start: int, end: int, low: Decimal, products: frozenset[int]
) -> UnitPlace | None:
    """Return the unit of the number ``low`` at ``start`` to ``end``; ``None``: a bare number.

    ``products`` are the places where product names start.
    """
    after = follows(text, end)
    money = money_before(text, start)
    if money is not None:
        unit = unit_index().before[money["money"]]
        wide = after is not None and after["unit"] in ("元", *unit.words)
        return UnitPlace(unit, money.start(), after.end() if after and wide else end)
    if after is not None:
        return UnitPlace(unit_index().after[after["unit"]], start, after.end())
    far = _ahead_of(text, start) or _counted(text, end, low, products) or _noun(text, end)
    return None if far is None else UnitPlace(far, start, end)


def follows(text: str, end: int) -> re.Match[str] | None:
    """Return the unit's word directly behind a place, as group ``unit``."""
    return _after().match(text, end)


def money_before(text: str, start: int) -> re.Match[str] | None:
    """Return the currency directly before a place, as group ``money``."""
    return _before().search(text, max(start - _PREFIX_CHARS, 0), start)


def _ahead_of(text: str, start: int) -> UnitWords | None:
    """Return the unit of ``TPP below 21,000``, where no other number stands between."""
    before = text[max(start - AHEAD_CHARS, 0) : start]
    found = list(_ahead().finditer(before))
    if not found or any(character.isdigit() for character in before[found[-1].end() :]):
        return None
    return unit_index().ahead[found[-1][0]]


def _counted(text: str, end: int, low: Decimal, products: frozenset[int]) -> UnitWords | None:
    """Return chips as the unit of ``900,000 H20``: the product itself is what is counted."""
    at = end + (text[end : end + 1] == " ")
    return unit_index().after["chips"] if at in products and low >= COUNTED_MIN else None


def _noun(text: str, end: int) -> UnitWords | None:
    """Return the unit of ``1.65 million domestic cards``: a word or two stand between."""
    found = _NOUN.match(text, end)
    return None if found is None else unit_index().after[found["noun"]]


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf"[\s-]{{0,2}}(?P<unit>{unit_index().after_pattern})")


@cache
def _before() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<money>{unit_index().before_pattern})\s*(?:大?[約约]|逾|近|超過|超过)?\s*$"
    )


@cache
def _ahead() -> re.Pattern[str]:
    return re.compile(unit_index().ahead_pattern)
