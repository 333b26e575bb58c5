from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.claims.days import find_days

TODAY = date(2026, 1, 23)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025 年 9 月 18 日", date(2025, 9, 18), date(2025, 9, 18)),
        ("二〇二五年九月十八日", date(2025, 9, 18), date(2025, 9, 18)),
        ("1 月下旬", date(2026, 1, 21), date(2026, 1, 31)),
        ("民國115年1月15日", date(2026, 1, 15), date(2026, 1, 15)),
        ("民國 114 年第三季", date(2025, 7, 1), date(2025, 9, 30)),
        ("民国114年", date(2025, 1, 1), date(2025, 12, 31)),
        ("12 月 8 日", date(2025, 12, 8), date(2025, 12, 8)),
        ("2025 年第三季度", date(2025, 7, 1), date(2025, 9, 30)),
        ("2026 年上半年", date(2026, 1, 1), date(2026, 6, 30)),
        ("October 7, 2022", date(2022, 10, 7), date(2022, 10, 7)),
        ("13 January 2026", date(2026, 1, 13), date(2026, 1, 13)),
        ("in Sept 2025", date(2025, 9, 1), date(2025, 9, 30)),
        ("Q3 2025", date(2025, 7, 1), date(2025, 9, 30)),
        ("by 2035, then", date(2035, 1, 1), date(2035, 12, 31)),
        ("2026-01-15", date(2026, 1, 15), date(2026, 1, 15)),
    ],
)
def test_one_date(text, first, last):
    (days,) = find_days(text, today=TODAY)
    assert (days.first, days.last) == (first, last)


@pytest.mark.parametrize("text", ["2,025 chips", "13 月 45 日", "$2025", "2025 GPUs"])
def test_no_date(text):
    assert find_days(text, today=TODAY) == []


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2049, 12, 31)))
def test_days_read_back(day):
    for text in (f"{day.year} 年 {day.month} 月 {day.day} 日", f"{day:%B} {day.day}, {day.year}"):
        (days,) = find_days(text, today=TODAY)
        assert (days.first, days.last) == (day, day)
