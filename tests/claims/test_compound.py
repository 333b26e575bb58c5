"""Numbers in several magnitudes are one number; what only stands beside one is another."""

from __future__ import annotations

from datetime import date

import pytest

from narrows.claims import article_of, audit


def read(text):
    found = audit(article_of(f"訂單總額為{text}。"), as_known_on=date(2026, 11, 23))
    return [(claim.text, claim.value) for claim in found.claims]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1億2000萬美元", 1.2e8),
        ("1亿2,000万美元", 1.2e8),
        ("一億零五百萬美元", 1.05e8),
        ("三億五千二百萬美元", 3.52e8),
        ("1億2000萬5000美元", 120_005_000),
        ("1萬億3000億美元", 1.3e12),
        ("3萬5千美元", 35_000),
        ("兩萬五千美元", 25_000),
        ("两万五千美元", 25_000),
        ("三十二萬五千枚", 325_000),
        ("12萬5000枚", 125_000),
        ("12萬5000多枚", 125_000),
        ("兩萬五美元", 25_000),
        ("3萬5美元", 35_000),
        ("3.5萬美元", 35_000),
        ("十億美元", 1e9),
    ],
)
def test_a_number_of_several_parts_is_one(text, value):
    assert read(text) == [(text, value)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("5萬枚，2000萬美元", [50_000, 2e7]),
        ("3萬枚5萬美元", [30_000, 50_000]),
        ("3千枚", [3_000]),
    ],
)
def test_numbers_side_by_side_stay_apart(text, values):
    assert [value for _, value in read(text)] == values


@pytest.mark.parametrize("text", ["3萬2026年", "100萬910C晶片"])
def test_a_year_or_a_name_behind_a_number_is_no_part_of_it(text):
    assert all(value not in (32_026, 1_000_910) for _, value in read(text))
