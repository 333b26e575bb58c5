"""Quantities as planners write them."""

import pytest

from narrows.core import FieldValueError
from narrows.study.quantity import parse_quantity


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("40 MW", "MW", 40),
        ("40 MW", "kW", 40_000),
        ("2.5 bn CNY", "CNY", 2.5e9),
        ("2 億 CNY", "CNY", 2e8),
        ("20 萬 chips", "chip", 200_000),
        ("150 萬億 tokens", "token", 1.5e14),
        ("150 万亿 tokens", "token", 1.5e14),
        ("27,000 USD/chip", "USD/chip", 27_000),
        ("50 %", "1", 0.5),
        (0.5, "1", 0.5),
        ("120 tn tokens", "token", 1.2e14),
        ("40 m tokens/s", "token/s", 4e7),
        ("50 ms", "s", 0.05),
        ("1e3 chip", "chip", 1000),
    ],
)
def test_amounts(text, unit, amount):
    assert parse_quantity(text, unit=unit) == pytest.approx(amount)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("40 GB", "wrong unit"),
        ("forty MW", "not a quantity"),
        ("40", "missing unit"),
        ("40 bananas", "unknown or missing unit"),
        (True, "not a quantity"),
        ("", "not a quantity"),
        ("1e400 MW", "too large"),
        ("9" * 61 + " MW", "not a quantity"),
        ("150 兆 W", "trillion in Hong Kong"),
    ],
)
def test_what_is_no_power(text, problem):
    with pytest.raises(FieldValueError, match=problem) as caught:
        parse_quantity(text, unit="MW")
    assert caught.value.mend
