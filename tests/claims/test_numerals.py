from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.claims.numerals import read_number, scaled
from narrows.core import Locale

UNITS = "零一二三四五六七八九"


def chinese(number):
    """Write 0 to 9999 the long way, as a person does."""
    if number == 0:
        return "零"
    text, gap = "", False
    for power, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += ("零" if gap and text else "") + UNITS[digit] + word
            gap = False
        else:
            gap = True
    return text


@given(st.integers(min_value=0, max_value=9999))
def test_chinese_numerals_read_back(number):
    assert read_number(chinese(number)) == number


@given(st.integers(min_value=0, max_value=10**12), st.integers(min_value=0, max_value=99))
def test_arabic_numbers_read_back(whole, hundredths):
    assert read_number(f"{whole:,}.{hundredths:02d}") == Decimal(f"{whole}.{hundredths:02d}")


@pytest.mark.parametrize(
    ("number", "word", "locale", "value"),
    [
        ("94.44", "億", Locale.ZH_HANT, 9.444e9),
        ("1.2", "万亿", Locale.ZH_HANS, 1.2e12),
        ("1.2", "兆", Locale.ZH_HANT, 1.2e12),
        ("10", "兆", Locale.ZH_HANS, 1e7),
        ("5", "b", Locale.EN, 5e9),
        ("3", "十億", Locale.ZH_HANT, 3e9),
    ],
)
def test_magnitudes(number, word, locale, value):
    assert float(scaled(Decimal(number), word, locale)) == value


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    number = read_number(text)
    assert number is None or number >= 0
