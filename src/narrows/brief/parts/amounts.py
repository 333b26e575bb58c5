"""A column of money: one magnitude for all, named in its head, aligned on the decimal point."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.brief import figures
from narrows.core import Locale, largest_step

_FIGURE_SPACE = "\u2007"
_POINT_SPACE = "\u2008"


@dataclass(frozen=True, slots=True)
class AmountColumn:
    """A currency with its magnitude word, and the cells as text (``None`` where unknown)."""

    currency: str
    word: str
    cells: tuple[str | None, ...]


def amount_column(amounts: list[float | None], currency: str, language: Locale) -> AmountColumn:
    """Return amounts in the magnitude of the largest, three significant figures each."""
    known = [abs(amount) for amount in amounts if amount is not None]
    largest = max(known, default=0.0)
    mantissa, word = largest_step(figures.rounded(largest), language)
    step = largest / mantissa if mantissa else 1.0
    written = [
        None if amount is None else figures.number(amount / step, language) for amount in amounts
    ]
    return AmountColumn(currency, word, align_decimals(written))


def align_decimals(cells: list[str | None]) -> tuple[str | None, ...]:
    r"""Pad cells behind, so that right-aligned figures of equal width stand point under point.

    >>> align_decimals(["12", "3.4", None])
    ('12\\u2008\\u2007', '3.4', None)
    """
    longest = max((len(_decimals(cell)) for cell in cells if cell is not None), default=0)
    return tuple(None if cell is None else _padded(cell, longest) for cell in cells)


def _decimals(cell: str) -> str:
    return cell.partition(".")[2]


def _padded(cell: str, longest: int) -> str:
    missing = longest - len(_decimals(cell))
    point = _POINT_SPACE if longest and "." not in cell else ""
    return f"{cell}{point}{_FIGURE_SPACE * missing}"
