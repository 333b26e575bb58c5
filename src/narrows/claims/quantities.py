"""Numbers in their magnitudes: ranges, vague words, ``3 萬``, ``1.5 billion``, in three scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from narrows.claims.amount import Bound
from narrows.claims.compound import PART_MAGNITUDE, Part, compound
from narrows.claims.numerals import (
    ARABIC,
    CHINESE_DIGITS,
    ENGLISH_WORDS,
    decimals,
    read_number,
    scaled,
)
from narrows.claims.unit_words import follows
from narrows.core import Locale

_MAGNITUDE = (
    r"\s?[十百千]?(?:萬億|万亿|億|亿|萬|万|兆(?![瓦赫]))|[十百千](?![分瓦])"
    r"|\s*(?:trillion|billion|million|thousand|bn|tn|mn)\b|(?<=\d)\s?(?:[bm]|[kK])(?![A-Za-z0-9/])"
)
_RANGE = r"\s*(?:-|–|—|~|～|至|到|to|and)\s*"
_VAGUE_ZH = r"數|数|幾|几|多"

NUMBER = re.compile(
    rf"(?P<arabic>{ARABIC})|(?<![上下新這这每同第統统唯])(?P<han>[{CHINESE_DIGITS}]+)"
    rf"|\b(?P<word>(?i:{'|'.join(ENGLISH_WORDS)}))\b"
    rf"|(?P<vague>(?:{_VAGUE_ZH})(?=[十百千萬万億亿兆])|\b(?i:several|a\s+few|tens\s+of|hundreds\s+of|dozens\s+of))"
)
"""Where a number begins, and in which writing."""
_MAGNITUDE_AT = re.compile(_MAGNITUDE)
_RANGE_AT = re.compile(
    rf"{_RANGE}(?P<n>{ARABIC}|[{CHINESE_DIGITS}]+|\b(?i:{'|'.join(ENGLISH_WORDS)})\b)"
)
_MORE_AT = re.compile(r"\s*(?:多|餘|余|\+)")
_VAGUE_TENS = {"tens of": 10, "hundreds of": 100, "dozens of": 12}
_BETWEEN_CHARS = 20
"""``between`` stands so near before ``a and b``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What was read at one place: the numbers, in their magnitudes, and where they end."""

    low: Decimal
    high: Decimal
    step: Decimal
    end: int
    bound: Bound


def quantity_at(text: str, match: re.Match[str], locale: Locale) -> Quantity | None:
    """Return the number, or the range, that begins at a match of :data:`NUMBER`."""
    if match["vague"]:
        return _vague(text, match, locale)
    first = read_number(match[0])
    if first is None:
        return None
    step = Decimal(1).scaleb(-decimals(match[0])) if match["arabic"] else Decimal(1)
    end, magnitude = _magnitude(text, match.end())
    if (whole := _compound(text, first, magnitude, end, locale)) is not None:
        first, magnitude, step, end = whole.amount, "", whole.step, whole.end
    ends = _Ends(first, first, magnitude, magnitude, end)
    return _scaled(_with_more(text, _ranged(text, ends)), step, locale)


def _compound(text: str, first: Decimal, magnitude: str, end: int, locale: Locale) -> Part | None:
    if PART_MAGNITUDE.fullmatch(magnitude) is None:
        return None
    one = scaled(Decimal(1), magnitude, locale)
    return compound(text, Part(first * one, one, one, end), locale)


class _Ends(NamedTuple):
    """Both ends of a range with their magnitude words, and where its text ends."""

    low: Decimal
    high: Decimal
    low_magnitude: str
    high_magnitude: str
    end: int
    bound: Bound = Bound.STATED


def _ranged(text: str, one: _Ends) -> _Ends:
    """Take in the second number of ``3 to 4 billion``; its magnitude serves both."""
    found = _RANGE_AT.match(text, one.end)
    second = None if found is None else read_number(found["n"])
    if found is None or second is None or second < one.low:
        return one
    end, magnitude = _magnitude(text, found.end())
    if not _is_range(text, found, end):
        return one
    low_magnitude = one.low_magnitude or magnitude
    return _Ends(one.low, second, low_magnitude, magnitude or low_magnitude, end)


def _with_more(text: str, one: _Ends) -> _Ends:
    """Take in the 多 of ``3 多萬``: at least so much; a magnitude may follow it."""
    more = _MORE_AT.match(text, one.end)
    if more is None:
        return one
    one = one._replace(bound=Bound.AT_LEAST, end=more.end())
    if one.low_magnitude:
        return one
    end, magnitude = _magnitude(text, one.end)
    return one._replace(end=end, low_magnitude=magnitude, high_magnitude=magnitude)


def _scaled(one: _Ends, step: Decimal, locale: Locale) -> Quantity | None:
    try:
        return Quantity(
            low=scaled(one.low, one.low_magnitude, locale),
            high=scaled(one.high, one.high_magnitude, locale),
            step=scaled(step, one.low_magnitude, locale),
            end=one.end,
            bound=one.bound,
        )
    except ValueError:
        return None


def _is_range(text: str, found: re.Match[str], end: int) -> bool:
    """``4.8 TB/s and 141`` is no range: the second number must carry the unit itself."""
    separator = found[0][: -len(found["n"])].strip()
    if separator == "and":
        return "between" in text[max(0, found.start() - _BETWEEN_CHARS) : found.start()].lower()
    return follows(text, end) is not None or separator in "-–—~～至到"


def _vague(text: str, match: re.Match[str], locale: Locale) -> Quantity | None:
    word = " ".join(match[0].lower().split())
    end, magnitude = _magnitude(text, match.end())
    if not magnitude:
        return None
    several = Decimal(_VAGUE_TENS.get(word, 1))
    try:
        low = scaled(several, magnitude, locale)
    except ValueError:
        return None
    return Quantity(low=low, high=low * 10, step=low, end=end, bound=Bound.VAGUE)


def _magnitude(text: str, at: int) -> tuple[int, str]:
    words = ""
    # 十億 and "million million" do not occur; at most one magnitude word follows a space.
    while found := _MAGNITUDE_AT.match(text, at):
        words += found[0].strip()
        at = found.end()
        if found[0].strip().isascii():
            break
    return at, words
