"""Magnitude words: 億/亿, 萬/万, 兆 by locale, bn, m. One slip here is a factor of ten thousand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class Locale(StrEnum):
    """The languages that Narrows speaks."""

    EN = "en"
    ZH_HANT = "zh-Hant"
    ZH_HANS = "zh-Hans"


_COMMON = {
    "thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6, "billion": 9, "bn": 9,
    "trillion": 12, "tn": 12,
    "十": 1, "百": 2, "千": 3, "萬": 4, "万": 4, "億": 8, "亿": 8, "萬億": 12, "万亿": 12,
}  # fmt: skip

# 兆 is 10^12 in Hong Kong and Taiwan and 10^6 (mega) in mainland usage.
_EXPONENTS: Mapping[Locale, Mapping[str, int]] = MappingProxyType(
    {
        Locale.EN: MappingProxyType(_COMMON),
        Locale.ZH_HANT: MappingProxyType({**_COMMON, "兆": 12}),
        Locale.ZH_HANS: MappingProxyType({**_COMMON, "兆": 6}),
    }
)

_STEPS: Mapping[Locale, tuple[tuple[int, str], ...]] = MappingProxyType(
    {
        Locale.EN: ((12, "tn"), (9, "bn"), (6, "m"), (3, "k")),
        # 萬億 and 万亿: Hong Kong papers write so, and a lone 兆 is mega to a mainland reader.
        Locale.ZH_HANT: ((12, "萬億"), (8, "億"), (4, "萬")),
        Locale.ZH_HANS: ((12, "万亿"), (8, "亿"), (4, "万")),
    }
)


def power_of_ten(word: str, locale: Locale) -> int:
    """Return the exponent that a magnitude word stands for.

    >>> power_of_ten("兆", Locale.ZH_HANT), power_of_ten("兆", Locale.ZH_HANS)
    (12, 6)

    Raises
    ------
    ValueError
        The word is no magnitude, or is 兆 in a text whose locale does not decide it.
    """
    exponents = _EXPONENTS[locale]
    key = word if word in exponents else word.lower()
    if key not in exponents:
        msg = f"not a magnitude word in {locale}: {word!r}"
        raise ValueError(msg)
    return exponents[key]


def scale(number: Decimal, words: str, locale: Locale) -> Decimal:
    """Return a number times the magnitude words behind it, read one character or word at a time.

    >>> scale(Decimal("94.44"), "億", Locale.ZH_HANT)
    Decimal('9444000000.00')
    """
    if words.lower() in _EXPONENTS[locale]:
        return number * Decimal(10) ** power_of_ten(words, locale)
    for character in words:
        number *= Decimal(10) ** power_of_ten(character, locale)
    return number


def largest_step(value: float, locale: Locale) -> tuple[float, str]:
    """Return ``(mantissa, word)`` with the largest magnitude word that leaves a mantissa >= 1.

    >>> largest_step(5.46e11, Locale.ZH_HANT)
    (5460.0, '億')
    """
    for exponent, word in _STEPS[locale]:
        if abs(value) >= 10.0**exponent:
            return value / 10.0**exponent, word
    return value, ""
