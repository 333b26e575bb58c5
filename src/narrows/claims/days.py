"""Dates as articles write them, each as the span of days that it can mean."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from narrows.claims.numerals import read_number

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "|".join(
    [*(m.capitalize() for m in _MONTHS), *(m[:3].capitalize() for m in _MONTHS), "Sept"]
)
_YEAR_WORDS = (
    r"(?:民國|民国)\s*(?P<roc>\d{2,3})\s*年"
    r"|(?P<y>(?:19|20)\d\d|二[〇零○][一二三四五六七八九〇零○]{2})\s*年"
)
_YEAR_ZH = f"(?:{_YEAR_WORDS})"
_BEFORE_REPUBLIC = 1911
"""The Republic counts 1912 as its first year: 民國115年 is 2026."""
_ZH = r"[一二三四五六七八九十]{1,3}"
_PARTS = r"(?P<part>上旬|中旬|下旬|月初|月中|月底|月末|初|中|底|末)"

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR_ZH}\s*(?P<m>\d{{1,2}}|{_ZH})\s*月\s*(?P<d>\d{{1,2}}|{_ZH})\s*[日號号]",
        rf"{_YEAR_ZH}\s*(?P<m>\d{{1,2}}|{_ZH})\s*月\s*{_PARTS}?(?!\s*[\d])",
        rf"{_YEAR_ZH}\s*(?:第)?\s*(?P<q>[一二三四1-4])\s*季(?:度)?",
        rf"{_YEAR_ZH}\s*Q(?P<q>[1-4])",
        rf"{_YEAR_ZH}\s*(?P<half>上半年|下半年)",
        rf"{_YEAR_ZH}(?!\s*[期来來])",
        r"(?<![\d.])(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日號号]",
        r"(?<![\d.個个])(?P<m>\d{1,2})\s*月(?:份)?\s*(?P<part>上旬|中旬|下旬|初|底|末)?",
        r"(?<![\d-])(?P<y>(?:19|20)\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?![\d-])",
        rf"(?<!\w)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<mon>{_MONTH})\.?,?\s+(?P<y>(?:19|20)\d\d)\b",
        rf"(?<!\w)(?P<mon>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)\b",
        rf"(?<!\w)(?:(?P<part>early|mid|late)[\s-]+)?(?P<mon>{_MONTH})\.?,?\s+(?P<y>(?:19|20)\d\d)\b",
        rf"(?<!\w)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<mon>{_MONTH})\b",
        rf"(?<!\w)(?P<mon>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?![,.]?\d|\s*(?:%|percent|billion|million))",
        rf"(?<!\w)(?P<part>early|mid|late)[\s-]+(?P<mon>{_MONTH})\b",
        rf"(?<!\w)(?i:in|since|until|by|from|of|during|last|this)\s+(?P<mon>{_MONTH})\b",
        r"\bQ(?P<q>[1-4])\s+(?:of\s+)?(?P<y>(?:19|20)\d\d)\b",
        r"(?<![\d.])(?P<y>(?:19|20)\d\d)\s*Q(?P<q>[1-4])\b",
        r"\b(?:the\s+)?(?P<qw>first|second|third|fourth)\s+quarter\s+of\s+(?P<y>(?:19|20)\d\d)\b",
        r"\b(?P<halfw>first|second)\s+half\s+of\s+(?P<y>(?:19|20)\d\d)\b",
        r"\b(?P<fy>FY|fiscal\s+(?:year\s+)?)\s?(?P<y>(?:19|20)\d\d)\b",
        r"(?<![\d.])(?P<y>(?:19|20)\d\d)\s*(?P<fy>財年|财年)",
        r"(?<![\d.,$A-Za-z-])(?P<y>(?:19|20)\d\d)(?=\s*(?:至|到|-|–|—|~)\s*(?:19|20)\d\d\s*年)",
        r"(?<![\d.,$A-Za-z-])(?P<y>(?:19|20)\d\d)(?!\d|,\d|\.\d|\s*[A-Za-z%％萬万億亿兆顆颗枚片張张倍])",
        r"(?<![\d.,$A-Za-z-])(?P<y>20[0-4]\d)(?=\s+(?!(?:chips|units|cards|GPUs|dollars|times|TFLOPS|GB|TB|W|kW|MW|million|billion|packages|dies|watts|yuan|percent)\b)[A-Za-z])",
    )
)
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}
_EARLY, _MIDDLE, _LATE = (1, 11), (9, 22), (19, 31)
"""Days of a month that early, middle and late can mean; they overlap, as speech does."""
_SPANS = {
    "上旬": (1, 10),
    "中旬": (11, 20),
    "下旬": (21, 31),
    "月初": _EARLY,
    "月中": _MIDDLE,
    "月底": _LATE,
    "月末": _LATE,
    "初": _EARLY,
    "中": _MIDDLE,
    "底": _LATE,
    "末": _LATE,
    "early": _EARLY,
    "mid": _MIDDLE,
    "late": _LATE,
}


@dataclass(frozen=True, slots=True)
class Days:
    """A date in the text: its place and the first and last day that it can mean."""

    start: int
    end: int
    first: date
    last: date
    precision: str
    fiscal: bool = False
    year_stated: bool = True

    def covers(self, day: date) -> bool:
        """Return whether a day lies in the span."""
        return self.first <= day <= self.last


def find_days(text: str, *, today: date) -> list[Days]:
    """Return the dates of a text in order; a date without a year is the last one before today."""
    taken = bytearray(len(text))
    found: list[Days] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            days = _days(match, today)
            if days is not None:
                taken[start:end] = b"\x01" * (end - start)
                found.append(days)
    return sorted(found, key=lambda days: days.start)


def _days(match: re.Match[str], today: date) -> Days | None:
    parts = {key: value for key, value in match.groupdict().items() if value}
    month, day = _month(parts), _number(parts.get("d"))
    year = _year(parts)
    stated = year is not None
    if year is None:
        year = _last_year(month, day, today)
    try:
        first, last, precision = _span(year, month, day, parts)
    except ValueError:
        return None
    fiscal = "fy" in parts
    return Days(match.start(), match.end(), first, last, precision, fiscal, stated)


def _span(
    year: int, month: int | None, day: int | None, parts: dict[str, str]
) -> tuple[date, date, str]:
    if month is not None and day is not None:
        return date(year, month, day), date(year, month, day), "day"
    if month is not None:
        end = calendar.monthrange(year, month)[1]
        low, high = _SPANS.get(parts.get("part", ""), (1, end))
        return date(year, month, low), date(year, month, min(high, end)), "month"
    quarter = _quarter(parts)
    if quarter is not None:
        last_month = 3 * quarter
        end = calendar.monthrange(year, last_month)[1]
        return date(year, last_month - 2, 1), date(year, last_month, end), "quarter"
    if half := parts.get("half") or parts.get("halfw"):
        second = half in ("下半年", "second")
        first, last = (
            (date(year, 7, 1), date(year, 12, 31))
            if second
            else (date(year, 1, 1), date(year, 6, 30))
        )
        return first, last, "half"
    return date(year, 1, 1), date(year, 12, 31), "year"


def _month(parts: dict[str, str]) -> int | None:
    if "mon" in parts:
        return next(i for i, m in enumerate(_MONTHS, 1) if m.startswith(parts["mon"].lower()[:3]))
    return _number(parts.get("m"))


def _quarter(parts: dict[str, str]) -> int | None:
    word = parts.get("q") or parts.get("qw")
    if word is None:
        return None
    return _QUARTERS.get(word) or int(word)


def _number(text: str | None) -> int | None:
    number = None if text is None else read_number(text)
    return None if number is None else int(number)


def _year(parts: dict[str, str]) -> int | None:
    of_republic = _number(parts.get("roc"))
    return _number(parts.get("y")) if of_republic is None else of_republic + _BEFORE_REPUBLIC


def _last_year(month: int | None, day: int | None, today: date) -> int:
    if month is None or not 1 <= month <= 12:  # months
        return today.year
    begins = (month, day or 1)
    return today.year if begins <= (today.month, today.day) else today.year - 1


def bare_years(days: list[Days]) -> Iterator[Days]:
    """Return the dates that are a whole year."""
    return (one for one in days if one.precision == "year")


def days_between(first: date, last: date) -> int:
    """Return the number of days from one day to another."""
    return (last - first) // timedelta(days=1)
