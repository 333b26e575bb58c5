"""The figures of a text: numbers that carry a unit, and those that a list lends one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from narrows.claims.amount import Amount, Bound
from narrows.claims.bounds import bound_before
from narrows.claims.numerals import ARABIC, read_number
from narrows.claims.quantities import NUMBER, Quantity, quantity_at
from narrows.claims.unit_words import money_before, unit_at
from narrows.claims.worded import worded_spans
from narrows.core import Locale

_BARE = re.compile(
    rf"(?P<number>{ARABIC})\s*(?:[,，、]\s*(?:and\s+)?|and\s+|or\s+|和|及|與|与|以及)\s*"
)


def find_amounts(
    text: str, taken: bytearray, locale: Locale, products: frozenset[int] = frozenset()
) -> tuple[list[Amount], list[int]]:
    """Return the figures of a text outside the taken places, and where a bare number stands.

    ``products`` are the places where product names start; ``taken`` marks what dates
    and names hold, and what is read here is marked as well.
    """
    found = list(_worded(text, taken))
    bare: list[int] = []
    for match in NUMBER.finditer(text):
        if taken[match.start()] or _inside_word(text, match):
            continue
        read = quantity_at(text, match, locale)
        amount = None if read is None else _amount(text, match.start(), read, products)
        if amount is not None and not any(taken[amount.start : amount.end]):
            taken[amount.start : amount.end] = b"\x01" * (amount.end - amount.start)
            found.append(amount)
        elif amount is None and match["arabic"]:
            bare.append(match.start())
    found.sort(key=lambda amount: amount.start)
    listed = list(_listed(text, bare, found))
    places = {amount.start for amount in listed}
    found = sorted([*found, *listed], key=lambda amount: amount.start)
    return found, [place for place in bare if place not in places]


def _listed(text: str, bare: list[int], found: list[Amount]) -> Iterator[Amount]:
    """Yield ``40`` and ``35`` of ``40, 35 and 25 racks``: the unit ends the list."""
    behind = {amount.start: amount for amount in found}
    for place in reversed(bare):
        match = _BARE.match(text, place)
        last = None if match is None else behind.get(match.end())
        number = None if match is None else read_number(match["number"])
        if match is None or last is None or number is None or last.step > 1:
            continue
        end = place + len(match["number"])
        value = float(number)
        amount = replace(
            last,
            start=place,
            end=end,
            text=text[place:end],
            value=value,
            low=value,
            high=value,
            bound=Bound.STATED,
        )
        behind[place] = amount
        yield amount


def _inside_word(text: str, match: re.Match[str]) -> bool:
    """Return whether a digit belongs to a name: it touches a Latin letter that is no currency."""
    before = text[max(match.start() - 2, 0) : match.start()]
    if not match["arabic"] or not before or money_before(text, match.start()):
        return False
    last = before[-1]
    return (
        (last.isascii() and last.isalpha())
        or last in "._"
        or (last in "-/" and len(before) > 1 and before[-2].isascii() and before[-2].isalnum())
    )


def _amount(text: str, start: int, read: Quantity, products: frozenset[int]) -> Amount | None:
    place = unit_at(text, start, read.end, read.low, products)
    if place is None:
        return None
    stated = read.bound is Bound.STATED
    factor = Decimal(str(place.unit.factor))
    low, high = float(read.low * factor), float(read.high * factor)
    return Amount(
        start=place.start,
        end=place.end,
        text=text[place.start : place.end],
        value=low if low == high else (low + high) / 2,
        low=low,
        high=high,
        unit=place.unit.unit,
        role=place.unit.role,
        bound=bound_before(text, place.start) if stated else read.bound,
        step=float(read.step * factor),
    )


def _worded(text: str, taken: bytearray) -> Iterator[Amount]:
    """Yield fractions and multiples that are written as words."""
    for start, end, value, unit in worded_spans(text):
        if any(taken[start:end]):
            continue
        taken[start:end] = b"\x01" * (end - start)
        role = "multiple" if unit == "ratio" else "share"
        yield Amount(
            start=start,
            end=end,
            text=text[start:end],
            value=value,
            low=value,
            high=value,
            unit=unit,
            role=role,
            bound=bound_before(text, start),
            step=0.01 * value,
        )
