import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.brief import figures
from narrows.core import Locale

EN, HANT, HANS = Locale.EN, Locale.ZH_HANT, Locale.ZH_HANS
FINITE = st.floats(-1e15, 1e15, allow_nan=False, allow_infinity=False)


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "written"),
    [(2.3, "2.3"), (12345.0, "12,300"), (0.012345, "0.0123"), (0, "0"), (999.6, "1,000")],
)
def test_numbers_have_three_significant_figures(value, written):
    assert figures.number(value, EN) == written


@pytest.mark.parametrize(
    ("quantiles", "written"),
    [
        ((1.7, 2.3, 3.1), "2.3 (1.7-3.1)"),
        ((0.95, 1.3, 1.75), "1.30 (0.95-1.75)"),
        ((0, 40, 310), "40 (0-310)"),
        ((900, 1234, 1800), "1,230 (900-1,800)"),
        ((5, 5, 5), "5.00"),
        ((0, 0, 0), "0"),
    ],
)
def test_intervals_share_their_decimals(quantiles, written):
    assert plain(figures.interval(*quantiles, EN)) == written


def test_shares():
    assert plain(figures.percent(0.14, EN)) == "14 %"
    assert figures.percent(0.14, HANT) == "14%"
    assert plain(figures.percent_interval(0.05, 0.14, 0.31, EN)) == "14 % (5-31)"
    assert plain(figures.percents([0, 0.2, 0.5, 0.8], EN)) == "0/20/50/80 %"
    assert plain(figures.changes([0, 0.03, -0.11], EN)) == "+0/+3/-11 %"
    assert plain(figures.change_range([0.464, 0.232], HANT)) == "+23 至 +46%"


@pytest.mark.parametrize(
    ("amount", "currency", "language", "written"),
    [
        (8.63e9, "CNY", HANT, "86.3 億元人民幣"),
        (8.63e9, "CNY", HANS, "86.3 亿元人民币"),
        (8.63e9, "CNY", EN, "CNY 8.63 bn"),
        (5.46e12, "CNY", HANS, "5.46 万亿元人民币"),
        (1.2e5, "USD", HANT, "12 萬美元"),
        (950.0, "USD", HANT, "950 美元"),
        (7.8e9, "HKD", HANT, "78 億港元"),
        (999_999.0, "USD", EN, "USD 1 m"),
        (12.0, "EUR", EN, "12 EUR"),
    ],
)
def test_money(amount, currency, language, written):
    assert plain(figures.money(amount, currency, language)) == written


def test_days_months_and_quarters():
    assert plain(figures.day(date(2026, 1, 14), EN)) == "14 Jan 2026"
    assert figures.day(date(2026, 1, 14), HANT) == "2026年1月14日"
    assert plain(figures.period("2026Q3", EN)) == "Q3 2026"
    assert figures.period("2026-Q3", HANS) == "2026年第三季"
    assert figures.period("2026-02", HANT) == "2026年2月"
    assert figures.period("2026-13", EN) == "2026-13"
    assert figures.period("soon", EN) == "soon"


@given(FINITE)
def test_a_written_number_is_within_half_a_unit_of_its_third_figure(value):
    read = float(figures.number(value, EN).replace(",", ""))
    assert read == pytest.approx(value, rel=5.1e-3, abs=1e-300)


@given(st.lists(FINITE, min_size=3, max_size=3).map(sorted))
def test_written_quantiles_stay_in_order(quantiles):
    written = figures.interval(*quantiles, EN).replace(",", "").replace("\u00a0", " ")
    middle, _, rest = written.partition(" (")
    if rest:
        low, high = re.fullmatch(r"(-?[\d.]+)-(-?[\d.]+)\)", rest).groups()
        assert float(low) <= float(middle) <= float(high)
