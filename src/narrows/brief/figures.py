"""How numbers, shares, money, dates and intervals are written in each language."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from babel.dates import format_date
from babel.numbers import format_decimal

from narrows.core import Locale, largest_step

SIGNIFICANT_DIGITS = 3
"""No result of ours is better known than three figures; more would pretend."""
UNKNOWN = "?"
"""How a figure is written that nobody knows."""

_BABEL: Mapping[Locale, str] = MappingProxyType(
    {Locale.EN: "en_GB", Locale.ZH_HANT: "zh_Hant_HK", Locale.ZH_HANS: "zh_Hans_CN"}
)
_NO_BREAK_SPACE = "\u00a0"
_QUARTER = re.compile(r"^(\d{4})-?Q([1-4])$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_MONEY: Mapping[str, Mapping[Locale, str]] = MappingProxyType(
    {
        "USD": {
            Locale.EN: "USD {number}{word}",
            Locale.ZH_HANT: "{number}{word}美元",
            Locale.ZH_HANS: "{number}{word}美元",
        },
        "CNY": {
            Locale.EN: "CNY {number}{word}",
            Locale.ZH_HANT: "{number}{word}元人民幣",
            Locale.ZH_HANS: "{number}{word}元人民币",
        },
        "HKD": {
            Locale.EN: "HKD {number}{word}",
            Locale.ZH_HANT: "{number}{word}港元",
            Locale.ZH_HANS: "{number}{word}港元",
        },
    }
)
_CHINESE_QUARTERS = ("第一季", "第二季", "第三季", "第四季")


def rounded(value: float, digits: int = SIGNIFICANT_DIGITS) -> float:
    """Return a number rounded to significant digits.

    >>> rounded(123456.0), rounded(0.012345)
    (123000.0, 0.0123)
    """
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def count(value: float, language: Locale) -> str:
    """Write a whole number with its thousands grouped."""
    if abs(value) >= WRITTEN_OUT_BELOW:
        return f"{value:.3g}"
    return format_decimal(round(value), format="#,##0", locale=_BABEL[language])


def number(value: float, language: Locale) -> str:
    """Write a number with at most three significant figures."""
    return _decimal(rounded(value), _decimals(value), language)


def _decimals(value: float) -> int:
    if value == 0:
        return 0
    return max(0, SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(abs(value))))


WRITTEN_OUT_BELOW = 1e21
"""A longer row of digits is a slip of the pen; it is written with its exponent."""


def _decimal(value: float, decimals: int, language: Locale) -> str:
    if abs(value) >= WRITTEN_OUT_BELOW:
        return f"{value:.3g}"
    pattern = f"#,##0.{'#' * decimals}" if decimals else "#,##0"
    return format_decimal(value, format=pattern, locale=_BABEL[language])


WORDED_FROM = 1e6
"""From here a magnitude word reads faster than a row of noughts."""


def amount(value: float, language: Locale) -> str:
    """Write a number, with a magnitude word from a million on: ``12 tn``, ``12 兆``."""
    if abs(value) < WORDED_FROM:
        return number(value, language)
    mantissa, word = largest_step(rounded(value), language)
    return f"{number(mantissa, language)}{_NO_BREAK_SPACE}{word}"


def percent(share: float, language: Locale) -> str:
    """Write a share as per cent: 0.14 is ``14 %`` in English and ``14%`` in Chinese."""
    return f"{number(share * 100, language)}{_percent_sign(language)}"


def percents(shares: list[float], language: Locale) -> str:
    """Write several shares with one sign: ``0/20/50/80 %``."""
    return "/".join(number(share * 100, language) for share in shares) + _percent_sign(language)


def percent_range(shares: list[float], language: Locale) -> str:
    """Write the ends of a band of shares with one sign: ``20-60 %``."""
    return "-".join(number(share * 100, language) for share in shares) + _percent_sign(language)


def _percent_sign(language: Locale) -> str:
    return f"{_NO_BREAK_SPACE}%" if language is Locale.EN else "%"


def change(share: float, language: Locale) -> str:
    """Write a relative change with its sign: ``+3 %``."""
    return f"{_signed(share * 100, language)}{_percent_sign(language)}"


def tick_change(share: float, language: Locale) -> str:
    """Write a relative change on an axis, where nothing is nothing: ``0 %``, not ``+0 %``."""
    return percent(0.0, language) if share == 0 else change(share, language)


def changes(shares: list[float], language: Locale) -> str:
    """Write several relative changes with one sign of per cent: ``+0/+3/+11/+29 %``."""
    decimals = _list_decimals([share * 100 for share in shares])
    written = "/".join(_signed(round(share * 100, decimals), language) for share in shares)
    return f"{written}{_percent_sign(language)}"


def _list_decimals(values: list[float]) -> int:
    """Return the decimals that show two figures of the largest value of a list."""
    largest = max((abs(value) for value in values), default=0.0)
    return 0 if largest == 0 else max(0, 1 - math.floor(math.log10(largest)))


def change_range(shares: list[float], language: Locale) -> str:
    """Write the least and the most of several changes: ``+23 to +46 %``; equal ends once."""
    decimals = _list_decimals([share * 100 for share in shares])
    low, high = (_signed(round(end(shares) * 100, decimals), language) for end in (min, max))
    if low == high:
        return f"{low}{_percent_sign(language)}"
    between = f"{_NO_BREAK_SPACE}{'to' if language is Locale.EN else '至'}{_NO_BREAK_SPACE}"
    return f"{low}{between}{high}{_percent_sign(language)}"


def _signed(value: float, language: Locale) -> str:
    """Write a number with its sign, zero included."""
    return f"{'-' if value < 0 else '+'}{number(abs(value), language)}"


def money(amount: float, currency: str, language: Locale) -> str:
    """Write an amount with the magnitude word of its language: ``86.3 億元人民幣``."""
    mantissa, word = largest_step(rounded(amount), language)
    written = number(mantissa, language)
    spaced = f"{_NO_BREAK_SPACE}{word}" if word else ""
    pattern = _MONEY.get(currency)
    if pattern is None:
        return f"{written}{spaced}{_NO_BREAK_SPACE}{currency}"
    # Without a magnitude word a Chinese unit stands behind a space, as after any numeral.
    gap = "" if word or language is Locale.EN else _NO_BREAK_SPACE
    return (
        pattern[language]
        .format(number=written, word=f"{spaced}{gap}")
        .replace(" ", _NO_BREAK_SPACE)
    )


def day(value: date, language: Locale) -> str:
    """Write a day: ``14 Jan 2026``, ``2026年1月14日``."""
    written: str = format_date(value, "medium", locale=_BABEL[language])
    return written.replace(" ", _NO_BREAK_SPACE)


def period(text: str, language: Locale) -> str:
    """Write a quarter, a month or a day given as text; anything else comes back as it is."""
    if found := _QUARTER.match(text):
        year, quarter = found[1], int(found[2])
        if language is Locale.EN:
            return f"Q{quarter}{_NO_BREAK_SPACE}{year}"
        return f"{year}年{_CHINESE_QUARTERS[quarter - 1]}"
    if found := _MONTH.match(text):
        return _month(int(found[1]), int(found[2]), language)
    try:
        return day(date.fromisoformat(text), language)
    except ValueError:
        return text


def _month(year: int, month: int, language: Locale) -> str:
    if not 1 <= month <= len(_MONTH_DAYS):
        return f"{year:04}-{month:02}"
    pattern = "MMM y" if language is Locale.EN else "y年M月"
    written: str = format_date(date(year, month, 1), pattern, locale=_BABEL[language])
    return written.replace(" ", _NO_BREAK_SPACE)


_MONTH_DAYS = range(1, 13)


def interval(low: float, middle: float, high: float, language: Locale) -> str:
    """Write a median and its interval with one number of decimals: ``2.3 (1.7-3.1)``.

    The decimals follow the width of the interval (two figures of it), and never exceed three
    significant figures of the largest number.
    """
    decimals = _interval_decimals(low, middle, high)
    low_text, middle_text, high_text = (
        _fixed(value, decimals, language) for value in (low, middle, high)
    )
    if low == high:
        return middle_text
    return f"{middle_text}{_NO_BREAK_SPACE}({low_text}-{high_text})"


def _interval_decimals(low: float, middle: float, high: float) -> int:
    largest = max(abs(low), abs(middle), abs(high))
    if largest == 0:
        return 0
    by_size = SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(largest))
    if high == low:
        return by_size
    by_width = 1 - math.floor(math.log10(high - low))
    return min(by_size, by_width)


def _fixed(value: float, decimals: int, language: Locale) -> str:
    if value == 0:
        return "0"
    if abs(value) >= WRITTEN_OUT_BELOW:
        return f"{value:.3g}"
    pattern = f"#,##0.{'0' * decimals}" if decimals > 0 else "#,##0"
    return format_decimal(round(value, decimals), format=pattern, locale=_BABEL[language])


def percent_interval(low: float, middle: float, high: float, language: Locale) -> str:
    """Write a share with its interval: ``14 % (5-31)``."""
    written = interval(low * 100, middle * 100, high * 100, language)
    if low == high:
        return f"{written}{_percent_sign(language)}"
    middle_text, _, rest = written.partition(_NO_BREAK_SPACE)
    return f"{middle_text}{_percent_sign(language)}{_NO_BREAK_SPACE}{rest}"
