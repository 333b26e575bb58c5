"""Currency conversions in brackets or behind ``about``, at a dated rate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from narrows.claims.amount import Amount, Bound
from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import has
from narrows.claims.knowledge import Knowledge
from narrows.claims.nearness import factor_of, power_of_ten_between
from narrows.claims.reading import Sentence
from narrows.claims.units import MONEY
from narrows.core import Currency, ExchangeRate, Value, message, visible

GAP_MAX_CHARS = 14
"""Between an amount and its conversion stand a bracket and ``about``, not a clause."""
RATE_SLACK = 0.012
"""The band of the Hong Kong dollar is 0.6 % to either side, and writers round the rate."""
CNY_SLACK = 0.02
"""The renminbi moves, and an article does not say the day of its rate."""
RATES_DAYS = 400
"""Rates of the last year count; writers keep an old rate for a while."""


def converted(sentence: Sentence) -> Iterator[tuple[Amount, Amount]]:
    """Yield each amount with the amount in another currency that converts it."""
    money = [amount for amount in sentence.amounts if amount.unit in MONEY]
    for first, second in pairwise(money):
        between = sentence.between(first.end, second.start).lower()
        if first.unit == second.unit or len(between) > GAP_MAX_CHARS:
            continue
        if has("conversion", between) or not between.strip():
            yield first, second


def check_conversions(sentence: Sentence, knowledge: Knowledge) -> Iterator[Finding]:
    """Yield a finding for each conversion between currencies whose rate is on record."""
    for first, second in converted(sentence):
        rates = _rates(first.unit, second.unit, knowledge)
        if rates:
            yield _finding(first, second, rates)


def _finding(first: Amount, second: Amount, rates: list[ExchangeRate]) -> Finding:
    factors = [_factor(rate, first.unit) for rate in rates]
    low, high = min(factors), max(factors)
    slack = RATE_SLACK if len(rates) == 1 else CNY_SLACK
    start = first.low if first.bound is Bound.VAGUE else first.value
    expected = start * factors[-1]
    implied = second.value / start if start else 0.0
    fits = any(
        _within(printed, base, low, high, slack, first, second)
        for printed, base in ((second.low, first.low), (second.high, first.high))
    )
    arithmetic = (
        f"{start:,.6g} {first.unit} x {factors[-1]:.4g} = {expected:,.6g} {second.unit}; "
        f"printed {second.value:,.6g} ({implied:.4g} {second.unit}/{first.unit})"
    )
    shared: dict[str, Value] = {
        "rate": factors[-1],
        "on": rates[-1].on,
        "expected": expected,
        "printed": second.value,
        "base": first.unit,
        "quote": second.unit,
    }
    verdict, what = _verdict(first, second, expected, fits=fits)
    tenfold = power_of_ten_between(second.value, expected)
    return Finding(
        start=second.start,
        end=second.end,
        verdict=verdict,
        role="conversion",
        about=first.text,
        why=message(f"claims.conversion.{what}", **shared, factor=factor_of(tenfold)),
        arithmetic=arithmetic,
        sources=tuple(sorted({rate.source for rate in rates[-1:]})),
        right=None if fits else expected,
    )


def _verdict(first: Amount, second: Amount, expected: float, *, fits: bool) -> tuple[Verdict, str]:
    if not fits:
        slip = power_of_ten_between(second.value, expected) is not None
        return Verdict.INCONSISTENT_INSIDE, "slipped" if slip else "off"
    if first.bound is Bound.VAGUE:
        return Verdict.OK_WITH_CAVEAT, "lowest"
    return Verdict.OK, "fits"


def _within(
    printed: float,
    base: float,
    low: float,
    high: float,
    slack: float,
    first: Amount,
    second: Amount,
) -> bool:
    """Allow the band of rates, and half of the last digit of either figure."""
    rounding = second.step / 2 + first.step / 2 * high
    # A round figure in the base is exact more often than not; its step may not excuse a slip.
    rounding = min(rounding, 0.05 * base * low)
    floor = base * low * (1 - slack) - rounding
    ceiling = base * high * (1 + slack) + rounding
    return floor <= printed <= ceiling


def _rates(base: str, quote: str, knowledge: Knowledge) -> list[ExchangeRate]:
    if base not in set(Currency) or quote not in set(Currency):
        return []
    pair = {Currency(base), Currency(quote)}
    earliest = knowledge.day - timedelta(days=RATES_DAYS)
    found = sorted(
        (
            rate
            for rate in knowledge.catalog.exchange_rates
            if {rate.base, rate.quote} == pair and visible(rate, knowledge.day)
        ),
        key=lambda rate: rate.on,
    )
    recent = [rate for rate in found if rate.on >= earliest]
    return recent or found[-1:]


def _factor(rate: ExchangeRate, base: str) -> float:
    return rate.rate if rate.base == base else 1.0 / rate.rate
