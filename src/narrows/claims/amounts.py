"""Figures with a unit: ranges, bounds, fractions, and magnitudes as written in three scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache

from narrows.claims.numerals import (
    ARABIC,
    CHINESE_DIGITS,
    ENGLISH_WORDS,
    decimals,
    read_number,
    scaled,
)
from narrows.claims.units import UnitWords, unit_index
from narrows.claims.worded import worded_spans
from narrows.core import Locale


class Bound(StrEnum):
    """How a figure binds what it describes."""

    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    STATED = "stated"
    VAGUE = "vague"
    """``several billion``: between one and ten of the magnitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A figure in the text.

    ``value`` is in ``unit``; ``low`` and ``high`` differ where a range or a vague word is written.
    ``step`` is the unit of the last printed digit: half of it is lost by rounding.
    """

    start: int
    end: int
    text: str
    value: float
    low: float
    high: float
    unit: str
    role: str
    bound: Bound
    step: float


_MAGNITUDE = (
    r"\s?[十百千]?(?:萬億|万亿|億|亿|萬|万|兆(?![瓦赫]))|[十百千](?![分瓦])"
    r"|\s*(?:trillion|billion|million|thousand|bn|tn|mn)\b|(?<=\d)\s?(?:[bm]|[kK])(?![A-Za-z0-9/])"
)
_RANGE = r"\s*(?:-|–|—|~|～|至|到|to|and)\s*"
_VAGUE_ZH = r"數|数|幾|几|多"

_ABOUT = re.compile(
    r"(?:約|约|大約|大约|近|將近|将近|接近|左右|about|around|roughly|approximately|nearly|some|almost|circa|~|≈)\s*$",
    re.I,
)
_AT_LEAST = re.compile(
    r"(?<!不得)(?<!不)(?:超過|超过|逾|高於|高于|多於|多于|至少|不低於|不低于"
    r"|more than|over|above|at least|exceed(?:s|ed|ing)?|upwards of|no less than)\s*$",
    re.I,
)
_AT_MOST = re.compile(
    r"(?:不得超過|不得超过|不超過|不超过|最多|至多|高達|高达|不高於|不高于|低於|低于|少於|少于|不足|上限為|上限为"
    r"|up to|at most|no more than|below|under|less than|not exceed|cap of|ceiling of)\s*的?\s*$",
    re.I,
)
_LOOK_BACK_CHARS = 16

_NUMBER = re.compile(
    rf"(?P<arabic>{ARABIC})|(?<![上下新這这每同第統统唯])(?P<han>[{CHINESE_DIGITS}]+)"
    rf"|\b(?P<word>(?i:{'|'.join(ENGLISH_WORDS)}))\b"
    rf"|(?P<vague>(?:{_VAGUE_ZH})(?=[十百千萬万億亿兆])|\b(?i:several|a\s+few|tens\s+of|hundreds\s+of|dozens\s+of))"
)
_BARE = re.compile(
    rf"(?P<number>{ARABIC})\s*(?:[,，、]\s*(?:and\s+)?|and\s+|or\s+|和|及|與|与|以及)\s*"
)
_MAGNITUDE_AT = re.compile(_MAGNITUDE)
_RANGE_AT = re.compile(
    rf"{_RANGE}(?P<n>{ARABIC}|[{CHINESE_DIGITS}]+|\b(?i:{'|'.join(ENGLISH_WORDS)})\b)"
)
_MORE_AT = re.compile(r"\s*(?:多|餘|余|\+)")
_NOUN = re.compile(
    r"\s+(?:[A-Za-z][A-Za-z-]*\s+){1,2}(?P<noun>chips|cards|GPUs|accelerators|processors|racks|NPUs)\b"
)
_VAGUE_TENS = {"tens of": 10, "hundreds of": 100, "dozens of": 12}
_PREFIX_CHARS = 12
DIGITS_MIN = 4
AHEAD_CHARS = 26
COUNTED_MIN = 100
"""``4 H100`` may be a server; a number of three digits before a product counts it."""


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


@dataclass(slots=True)
class _Read:
    """What was read at one place: the numbers, in their magnitudes, and where they end."""

    low: Decimal
    high: Decimal
    step: Decimal
    end: int
    bound: Bound
    magnitude: str


def find_amounts(
    text: str, taken: bytearray, locale: Locale, products: frozenset[int] = frozenset()
) -> tuple[list[Amount], list[int]]:
    """Return the figures of a text outside the taken places, and where a bare number stands.

    ``products`` are the places where product names start; ``taken`` marks what dates
    and names hold, and what is read here is marked as well.
    """
    found = list(_worded(text, taken))
    bare: list[int] = []
    for match in _NUMBER.finditer(text):
        if taken[match.start()] or _inside_word(text, match):
            continue
        read = _read_at(text, match, locale)
        amount = None if read is None else _with_unit(text, match.start(), read, products)
        if amount is not None:
            taken[amount.start : amount.end] = b"\x01" * (amount.end - amount.start)
            found.append(amount)
        elif match["arabic"]:
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
    before = text[max(match.start() - _PREFIX_CHARS, 0) : match.start()]
    if not match["arabic"] or not before or _before().search(before):
        return False
    last = before[-1]
    return (
        (last.isascii() and last.isalpha())
        or last in "._"
        or (last in "-/" and len(before) > 1 and before[-2].isascii() and before[-2].isalnum())
    )


def _read_at(text: str, match: re.Match[str], locale: Locale) -> _Read | None:
    if match["vague"]:
        return _vague(text, match, locale)
    first = read_number(match[0])
    if first is None:
        return None
    end, magnitude = _magnitude(text, match.end())
    low, step = first, Decimal(1).scaleb(-decimals(match[0])) if match["arabic"] else Decimal(1)
    high, high_magnitude = first, magnitude
    if found := _RANGE_AT.match(text, end):
        second = read_number(found["n"])
        second_end, second_magnitude = _magnitude(text, found.end())
        if second is not None and second >= first and _is_range(text, found, second_end):
            high, high_magnitude, end = second, second_magnitude or magnitude, second_end
            magnitude = magnitude or second_magnitude
    bound = Bound.STATED
    if more := _MORE_AT.match(text, end):
        bound, end = Bound.AT_LEAST, more.end()
        if not magnitude:
            end, magnitude = _magnitude(text, end)
            high_magnitude = magnitude
    try:
        return _Read(
            scaled(low, magnitude, locale),
            scaled(high, high_magnitude, locale),
            scaled(step, magnitude, locale),
            end,
            bound,
            magnitude,
        )
    except ValueError:
        return None


def _is_range(text: str, found: re.Match[str], end: int) -> bool:
    """``4.8 TB/s and 141`` is no range: the second number must carry the unit itself."""
    separator = found[0][: -len(found["n"])].strip()
    if separator == "and":
        return "between" in text[max(0, found.start() - 20) : found.start()].lower()
    return _after().match(text, end) is not None or separator in "-–—~～至到"


def _vague(text: str, match: re.Match[str], locale: Locale) -> _Read | None:
    word = " ".join(match[0].lower().split())
    end, magnitude = _magnitude(text, match.end())
    if not magnitude:
        return None
    several = Decimal(_VAGUE_TENS.get(word, 1))
    try:
        low = scaled(several, magnitude, locale)
    except ValueError:
        return None
    return _Read(low, low * 10, low, end, Bound.VAGUE, magnitude)


def _magnitude(text: str, at: int) -> tuple[int, str]:
    words = ""
    # 十億 and "million million" do not occur; at most one magnitude word follows a space.
    while found := _MAGNITUDE_AT.match(text, at):
        words += found[0].strip()
        at = found.end()
        if found[0].strip().isascii():
            break
    return at, words


def _with_unit(text: str, start: int, read: _Read, products: frozenset[int]) -> Amount | None:
    money = _before().search(text, max(start - _PREFIX_CHARS, 0), start)
    after = _after().match(text, read.end)
    unit: UnitWords | None = None if after is None else unit_index().after[after["unit"]]
    end = read.end if after is None else after.end()
    if money is not None:
        unit = unit_index().before[money["money"]]
        start = money.start()
        end = end if after and after["unit"] in ("元", *unit.words) else read.end
    if unit is None:
        unit = _unit_ahead(text, start) or _counted(text, read, products) or _noun(text, read)
    if unit is None:
        return None
    factor = Decimal(str(unit.factor))
    low, high = float(read.low * factor), float(read.high * factor)
    return Amount(
        start=start,
        end=end,
        text=text[start:end],
        value=low if low == high else (low + high) / 2,
        low=low,
        high=high,
        unit=unit.unit,
        role=unit.role,
        bound=_bound(text, start, read),
        step=float(read.step * factor),
    )


def _unit_ahead(text: str, start: int) -> UnitWords | None:
    """Return the unit of ``TPP below 21,000``, where no other number stands between."""
    before = text[max(start - AHEAD_CHARS, 0) : start]
    found = list(_ahead().finditer(before))
    if not found or any(character.isdigit() for character in before[found[-1].end() :]):
        return None
    return unit_index().ahead[found[-1][0]]


def _counted(text: str, read: _Read, products: frozenset[int]) -> UnitWords | None:
    """Return chips as the unit of ``900,000 H20``: the product itself is what is counted."""
    at = read.end + (text[read.end : read.end + 1] == " ")
    return unit_index().after["chips"] if at in products and read.low >= COUNTED_MIN else None


def _noun(text: str, read: _Read) -> UnitWords | None:
    """Return the unit of ``1.65 million domestic cards``: a word or two stand between."""
    found = _NOUN.match(text, read.end)
    return None if found is None else unit_index().after[found["noun"]]


def _bound(text: str, start: int, read: _Read) -> Bound:
    if read.bound is not Bound.STATED:
        return read.bound
    before = text[max(start - _LOOK_BACK_CHARS, 0) : start]
    for pattern, bound in (
        (_AT_MOST, Bound.AT_MOST),
        (_AT_LEAST, Bound.AT_LEAST),
        (_ABOUT, Bound.ABOUT),
    ):
        if pattern.search(before):
            return bound
    return Bound.STATED


def _worded(text: str, taken: bytearray) -> Iterator[Amount]:
    """Yield fractions and multiples that are written as words."""
    for start, end, value, unit in worded_spans(text):
        if any(taken[start:end]):
            continue
        taken[start:end] = b"\x01" * (end - start)
        role = "multiple" if unit == "ratio" else "share"
        read = _Read(Decimal(0), Decimal(0), Decimal(1), end, Bound.STATED, "")
        yield Amount(
            start=start,
            end=end,
            text=text[start:end],
            value=value,
            low=value,
            high=value,
            unit=unit,
            role=role,
            bound=_bound(text, start, read),
            step=0.01 * value,
        )


def rewritten(amount: Amount, right: float) -> str:
    """Return an amount's own words with another value: ``94.44 億美元`` becomes ``944.4 億美元``.

    Four significant digits at least, and as many as the article prints.
    """
    found = re.search(ARABIC, amount.text)
    printed = None if found is None else read_number(found[0])
    if found is None or not printed or not amount.value:
        return f"{right:,.4g} {amount.unit}"
    digits = max(len(found[0].replace(",", "").replace(".", "").lstrip("0")), DIGITS_MIN)
    number = float(f"{float(printed) * right / amount.value:.{digits}g}")
    return amount.text[: found.start()] + f"{number:,.15g}" + amount.text[found.end() :]
