"""What is asked of ``narrows fleet``: peaks, chips that are there, prices and power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from narrows.core import InputError

PERIODS_MAX = 40
"""Ten years of quarters; beyond, a rate of growth says nothing."""
GROWTH_MAX = 100.0
"""A hundredfold from period to period is a slip of the pen."""

PEAK_MAX = 1e9
"""Requests a second: every person on Earth asks once in ten seconds."""
CURRENCY_MAX_CHARS = 8
"""A code or a sign; it heads a column."""

Words = Annotated[tuple[str, ...], Parameter(consume_multiple=True, show_default=False)]


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The load of each period.

    Parameters
    ----------
    peaks
        Requests a second at the peak of each period; one only where it grows.
    growth
        Share by which the peak grows from period to period, such as 0.2.
    periods
        Periods of growth, the first included.
    """

    peaks: Annotated[tuple[float, ...], Parameter(consume_multiple=True, show_default=False)]
    growth: float | None = None
    periods: int | None = None

    @property
    def by_period(self) -> tuple[float, ...]:
        """The peak of each period.

        Raises
        ------
        InputError
            Growth and periods do not fit each other or the peaks.
        """
        for peak in self.peaks:
            if peak > PEAK_MAX:
                raise InputError(
                    "out of range", f"give at most {PEAK_MAX:,.0f}", fieldname="peaks", value=peak
                )
        if self.growth is None and self.periods is None:
            return self.peaks
        if self.growth is None or self.periods is None or len(self.peaks) != 1:
            raise InputError(
                "growth needs one peak and a number of periods",
                "write --peaks 20 --growth 0.2 --periods 8",
                fieldname="growth",
            )
        if not 1 <= self.periods <= PERIODS_MAX:
            raise InputError(
                "out of range", f"give 1 to {PERIODS_MAX}", fieldname="periods", value=self.periods
            )
        if not -1 < self.growth <= GROWTH_MAX:
            raise InputError(
                "out of range", "give a share such as 0.2", fieldname="growth", value=self.growth
            )
        return tuple(self.peaks[0] * (1 + self.growth) ** step for step in range(self.periods))


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Prices and power.

    Parameters
    ----------
    price
        Whole cost of a package for an hour by system: ``dgx-h200=3.2 hgx-h20=1.4``.
    currency
        Currency of the prices.
    pue
        What cooling and conversion add to the power.
    """

    price: Words = ()
    currency: str = "CNY"
    pue: float = 1.25

    @property
    def prices(self) -> dict[str, float]:
        """The price of each system.

        Raises
        ------
        InputError
            One is not written as ``SYSTEM=NUMBER``, not positive, or a system has two.
        """
        if not 0 < len(self.currency.strip()) <= CURRENCY_MAX_CHARS:
            raise InputError(
                "no currency", "give a code such as CNY", fieldname="currency", value=self.currency
            )
        prices: dict[str, float] = {}
        for name, price in numbers_by_system(self.price, "price"):
            if name in prices:
                raise InputError(
                    "two prices of one system", "give one", fieldname="price", value=name
                )
            prices[name] = price
        return prices


TERMS = Terms()


def numbers_by_system(words: Sequence[str], field: str) -> list[tuple[str, float]]:
    """Return systems and the positive numbers of words such as ``hgx-h20=64``.

    Raises
    ------
    InputError
        A word is written otherwise.
    """
    numbers = []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name or not value:
            raise InputError(
                "not SYSTEM=NUMBER", "write one such as hgx-h20=64", fieldname=field, value=word
            )
        numbers.append((name, _positive(value, field)))
    return numbers


def _positive(written: str, field: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = float("nan")
    if not 0 < value < float("inf"):
        raise InputError("not a positive number", "give one", fieldname=field, value=written)
    return value
