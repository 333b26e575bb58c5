"""Shares and multiples that are written as words: half, 三成五, 百分之二十五, twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from narrows.claims.numerals import ARABIC, CHINESE_DIGITS, read_number

_PERCENT_ZH = re.compile(rf"百分之([{CHINESE_DIGITS}]+|{ARABIC})")
_FRACTION_ZH = re.compile(rf"(?<![百千])([{CHINESE_DIGITS}]+)分之([{CHINESE_DIGITS}]+)")
_TENTHS = re.compile(r"([一二三四五六七八九\d])成([一二三四五六七八九半])?(?![為为立本功分員员])")
_WORD_SHARES = (
    (re.compile(r"一半|半數|半数"), 0.5),
    (
        re.compile(
            r"\b(?:one[\s-]half|half)\b(?!\s+(?:of\s+)?(?:20|of\s+the\s+year|year))(?!-)", re.I
        ),
        0.5,
    ),
    (re.compile(r"\b(?:one|a)[\s-]third\b", re.I), 1 / 3),
    (re.compile(r"\btwo[\s-]thirds\b", re.I), 2 / 3),
    (re.compile(r"\bthree[\s-]quarters\b", re.I), 0.75),
    (re.compile(r"\b(?:one|a)[\s-](?:quarter|fourth)\s+of\b", re.I), 0.25),
)
_WORD_MULTIPLES = (
    (re.compile(r"\b(?:twice|doubl(?:e|ed|es|ing))\b", re.I), 2.0),
    (re.compile(r"翻倍|翻了?一番"), 2.0),
    (re.compile(r"\b(?:tripl(?:e|ed|es|ing))\b", re.I), 3.0),
    (re.compile(r"\bquadrupl(?:e|ed|es|ing)\b", re.I), 4.0),
    (re.compile(r"(?:十倍)"), 10.0),
    (re.compile(r"\btenfold\b", re.I), 10.0),
)


def worded_spans(text: str) -> Iterator[tuple[int, int, float, str]]:
    """Yield start, end, value and unit (``%`` or ``ratio``) of each."""
    for match in _PERCENT_ZH.finditer(text):
        number = read_number(match[1])
        if number is not None:
            yield match.start(), match.end(), float(number), "%"
    for match in _FRACTION_ZH.finditer(text):
        under, over = read_number(match[1]), read_number(match[2])
        if under and over:
            yield match.start(), match.end(), 100 * float(over / under), "%"
    for match in _TENTHS.finditer(text):
        tenths = read_number(match[1])
        rest = 5 if match[2] == "半" else read_number(match[2] or "零")
        if tenths is not None and rest is not None:
            yield match.start(), match.end(), float(10 * tenths + rest), "%"
    yield from _fixed_spans(text)


def _fixed_spans(text: str) -> Iterator[tuple[int, int, float, str]]:
    for pattern, share in _WORD_SHARES:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), 100 * share, "%"
    for pattern, times in _WORD_MULTIPLES:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), times, "ratio"
