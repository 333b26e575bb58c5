"""Quantities as a planner writes them: ``40 MW``, ``3 bn CNY``, ``27,000 USD/chip``, ``50 %``."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from narrows.core import UNITS, FieldValueError, Locale, convert, power_of_ten

QUANTITY_MAX_CHARS = 60
"""No quantity that a person writes is longer; it bounds what the pattern has to look at."""

_PLURALS = {
    "chips": "chip", "systems": "system", "tokens": "token", "tokens/s": "token/s",
    "racks": "rack", "quarters": "quarter", "lots": "lot", "days": "day", "weeks": "week",
}  # fmt: skip
_QUANTITY = re.compile(r"^\s*([-+]?[\d,]*\.?\d+(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


def parse_quantity(text: str | float, *, unit: str) -> float:
    """Return the amount of ``text`` in ``unit``.

    >>> parse_quantity("2.5 bn CNY", unit="CNY")
    2500000000.0
    >>> parse_quantity("40 MW", unit="kW")
    40000.0

    Raises
    ------
    FieldValueError
        The text is no number with a unit, or its unit measures something else.
    """
    number, words = _split(text, unit)
    magnitude, unit_text = _magnitude(words)
    written = _PLURALS.get(unit_text, unit_text)
    if not written and unit == "1":
        return _finite(float(number.scaleb(magnitude)))
    if written not in UNITS:
        raise FieldValueError(f"unknown or missing unit {written!r}", f"write a quantity in {unit}")
    try:
        amount = convert(float(number.scaleb(magnitude)), unit=written, to=unit)
    except ValueError as error:
        raise FieldValueError(f"wrong unit: {error}", f"write a quantity in {unit}") from error
    return _finite(amount)


def _finite(amount: float) -> float:
    if math.isinf(amount):
        raise FieldValueError("too large a number", "write one that can be")
    return amount


def _split(text: str | float, unit: str) -> tuple[Decimal, str]:
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        raise FieldValueError("not a quantity", f"write a number and a unit, such as `1 {unit}`")
    written = str(text)
    found = _QUANTITY.match(written) if len(written) <= QUANTITY_MAX_CHARS else None
    if not found:
        raise FieldValueError("not a quantity", f"write a number and a unit, such as `1 {unit}`")
    return Decimal(found[1].replace(",", "")), found[2]


def _magnitude(words: str) -> tuple[int, str]:
    """Split leading magnitude words off a unit: ``bn CNY`` is 9 and ``CNY``."""
    first, _, rest = words.partition(" ")
    if first in UNITS or first in _PLURALS or first == "":
        return 0, words
    if first == "兆":
        raise FieldValueError(
            "兆 is a trillion in Hong Kong and a million on the mainland", "write tn, 萬億 or m"
        )
    try:
        return power_of_ten(first, Locale.ZH_HANT), rest.strip()
    except ValueError:
        return 0, words
