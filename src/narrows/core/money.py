"""Money in three currencies, converted only at a dated rate that has a source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from narrows.core.dated import visible
from narrows.core.errors import RefusalError


class Currency(StrEnum):
    """The currencies that the packaged facts are stated in."""

    USD = "USD"
    CNY = "CNY"
    HKD = "HKD"


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """Units of ``quote`` for one ``base`` on a day."""

    base: Currency
    quote: Currency
    rate: float
    on: date
    known_on: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency."""

    amount: float
    currency: Currency


def convert_money(
    money: Money, to: Currency, rates: Iterable[ExchangeRate], *, known_on: date
) -> tuple[Money, ExchangeRate | None]:
    """Return the amount in another currency and the rate used (``None`` for the same currency).

    Raises
    ------
    RefusalError
        No rate between the two was public on ``known_on``.
    """
    if money.currency is to:
        return money, None
    pair = {money.currency, to}
    found = [rate for rate in rates if {rate.base, rate.quote} == pair and visible(rate, known_on)]
    if not found:
        reason = f"no exchange rate {money.currency}/{to} known on {known_on}"
        raise RefusalError(reason, (f"rate {money.currency}/{to}",))
    rate = max(found, key=lambda candidate: candidate.on)
    factor = rate.rate if rate.base is money.currency else 1.0 / rate.rate
    return Money(money.amount * factor, to), rate
