"""Numbers as people write them: Arabic digits, Chinese numerals, English number words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from narrows.core import Locale, scale

_DIGITS: Mapping[str, int] = MappingProxyType(
    {
        **{character: value for value, character in enumerate("零一二三四五六七八九")},
        "〇": 0,
        "○": 0,
        "兩": 2,
        "两": 2,
    }
)
_TENS: Mapping[str, int] = MappingProxyType({"十": 10, "百": 100, "千": 1000})
_SPELT = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_TENS_SPELT = ("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH: Mapping[str, int] = MappingProxyType(
    {
        **{word: value for value, word in enumerate(_SPELT)},
        **{word: 10 * value for value, word in enumerate(_TENS_SPELT, 3)},
        "hundred": 100,
    }
)

ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
"""An expression for digits, with or without commas between thousands."""
CHINESE_DIGITS = "零〇○一二兩两三四五六七八九十百千"
ENGLISH_WORDS = tuple(sorted(_ENGLISH, key=len, reverse=True))


def read_number(text: str) -> Decimal | None:
    """Return the number that digits, Chinese numerals or one English word stand for.

    >>> read_number("1,104.68"), read_number("二十五"), read_number("二〇二五"), read_number("two")
    (Decimal('1104.68'), Decimal('25'), Decimal('2025'), Decimal('2'))
    """
    word = text.strip().lower()
    if word in _ENGLISH:
        return Decimal(_ENGLISH[word])
    if word and all(character in CHINESE_DIGITS for character in word):
        return Decimal(_chinese(word))
    plain = word.replace(",", "")
    if plain.replace(".", "", 1).isdecimal() and plain.isascii():
        return Decimal(plain)
    return None


def _chinese(word: str) -> int:
    if not any(character in _TENS for character in word):
        return int("".join(str(_DIGITS[character]) for character in word))
    total, digit = 0, 0
    for character in word:
        if character in _DIGITS:
            digit = _DIGITS[character]
            continue
        # A bare 十 is one ten.
        total += max(digit, 1) * _TENS[character]
        digit = 0
    return total + digit


def scaled(number: Decimal, magnitude: str, locale: Locale) -> Decimal:
    """Return a number times the magnitude word behind it; ``b`` and ``m`` as financial papers do.

    >>> scaled(Decimal("94.44"), "億", Locale.ZH_HANT)
    Decimal('9444000000.00')
    """
    word = magnitude.strip().lower()
    if not word:
        return number
    return scale(number, "bn" if word == "b" else word, locale)


def decimals(text: str) -> int:
    """Return how many digits stand behind the point: the precision that a figure claims."""
    return len(text.strip().partition(".")[2])
