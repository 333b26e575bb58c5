from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from narrows.claims.amount import Bound
from narrows.claims.amounts import find_amounts
from narrows.claims.days import find_days
from narrows.core import Locale


def read(text, locale=Locale.EN):
    taken = bytearray(len(text))
    for days in find_days(text, today=date(2026, 1, 23)):
        taken[days.start : days.end] = b"\x01" * (days.end - days.start)
    return find_amounts(text, taken, locale)[0]


@pytest.mark.parametrize(
    ("text", "locale", "value", "unit"),
    [
        ("US$94.44 billion", Locale.EN, 94.44e9, "USD"),
        ("HK$736.6bn", Locale.EN, 736.6e9, "HKD"),
        ("港幣 736.6 億元", Locale.ZH_HANT, 73.66e9, "HKD"),
        ("1.2 萬億元", Locale.ZH_HANT, 1.2e12, "CNY"),
        ("二十萬顆", Locale.ZH_HANT, 200_000, "chip"),
        ("三成五", Locale.ZH_HANT, 35, "%"),
        ("百分之二十五", Locale.ZH_HANT, 25, "%"),
        ("三分之一", Locale.ZH_HANT, 100 / 3, "%"),
        ("27.88 per cent", Locale.EN, 27.88, "%"),
        ("56.8 倍", Locale.ZH_HANT, 56.8, "ratio"),
        ("sixfold, or six times", Locale.EN, 6, "ratio"),
        ("4.8TB/s", Locale.EN, 4.8, "TB/s"),
        ("989 TFLOPS", Locale.EN, 989, "TFLOP/s"),
        ("10 兆瓦", Locale.ZH_HANS, 10, "MW"),
        ("TPP below 21,000", Locale.EN, 21_000, "TPP"),
        ("half of sales", Locale.EN, 50, "%"),
    ],
)
def test_one_figure(text, locale, value, unit):
    amounts = read(text, locale)
    assert [(round(a.value, 6), a.unit) for a in amounts][-1] == (round(value, 6), unit)


def test_ranges_and_bounds():
    (spread,) = read("CNY 200-500bn")
    assert (spread.low, spread.high) == (200e9, 500e9)
    (times,) = read("2 至 4 倍", Locale.ZH_HANT)
    assert (times.low, times.high) == (2, 4)
    (vague,) = read("數十億美元", Locale.ZH_HANT)
    assert (vague.low, vague.high, vague.bound) == (1e9, 1e10, Bound.VAGUE)
    (most,) = read("up to 75,000 chips")
    assert most.bound is Bound.AT_MOST
    (least,) = read("逾 40 萬片", Locale.ZH_HANT)
    assert least.bound is Bound.AT_LEAST


@pytest.mark.parametrize("text", ["H200", "NVL144", "GPT-4", "一定", "統一", "上一代", "v1.2"])
def test_names_and_idioms_are_no_figures(text):
    assert read(text, Locale.ZH_HANT) == []


@example("0十倍")
@given(st.text(alphabet="0123456789.,%億万萬亿兆元美$HKD約至-十百千數 xB年月日倍", max_size=80))
def test_places_are_inside_and_apart(text):
    amounts = read(text, Locale.ZH_HANT)
    for left, right in pairwise(amounts):
        assert left.end <= right.start
    for amount in amounts:
        assert 0 <= amount.start < amount.end <= len(text)
        assert amount.low <= amount.high
