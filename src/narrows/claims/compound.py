"""Chinese numbers in several magnitudes: ``1億2000萬``, ``兩萬五千``, ``3萬5``."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from narrows.claims.numerals import ARABIC, CHINESE_DIGITS, decimals, read_number, scaled
from narrows.claims.unit_words import follows
from narrows.core import Locale

PART_MAGNITUDE = re.compile(r"[十百千]?(?:萬億|万亿|億|亿|萬|万)|[十百千](?![分瓦])")
_NUMBER_AT = re.compile(rf"{ARABIC}|[{CHINESE_DIGITS}]+")
_DATE_MARKS = "年月日號号季"
"""``3萬2026年`` ends before the year."""
_MORE = "多餘余"


class Part(NamedTuple):
    """A number so far: its amount, the magnitude of its last part, its step, and where it ends."""

    amount: Decimal
    magnitude: Decimal
    step: Decimal
    end: int


def compound(text: str, first: Part, locale: Locale) -> Part | None:
    """Return a number with the smaller parts behind it; ``None`` where none follows.

    Each part is smaller than the magnitude before it; a lone digit at the end counts in tenths of
    that magnitude, as it is spoken.
    """
    found, part = None, first
    while (larger := _next(text, part, locale)) is not None:
        found = part = larger
    return found


def _next(text: str, before: Part, locale: Locale) -> Part | None:
    match = _NUMBER_AT.match(text, before.end)
    number = None if match is None else read_number(match[0])
    if match is None or number is None:
        return None
    word = PART_MAGNITUDE.match(text, match.end())
    end = match.end() if word is None else word.end()
    magnitude = Decimal(1) if word is None else scaled(Decimal(1), word[0], locale)
    behind = text[end : end + 1]
    goes_on = word is not None or behind in _MORE or follows(text, end) is not None
    if not behind or behind in _DATE_MARKS or not goes_on:
        return None
    if word is None and len(match[0]) == 1:
        magnitude = before.magnitude / 10
    amount = number * magnitude
    if not 0 < amount < before.magnitude:
        return None
    step = magnitude.scaleb(-decimals(match[0]))
    return Part(before.amount + amount, magnitude, step, end)
