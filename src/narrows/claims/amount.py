"""A figure of a text: its place, its value in a unit, and how it binds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from narrows.claims.numerals import ARABIC, read_number

DIGITS_MIN = 4
"""Significant digits of a corrected figure at least: fewer could hide the correction."""


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
