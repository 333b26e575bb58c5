"""Percentages between two figures of a sentence: ``141 GB, 76% more than the H100's 80 GB``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from narrows.claims.amount import Amount
from narrows.claims.claim import Finding, Verdict
from narrows.claims.knowledge import Knowledge
from narrows.claims.nearness import agrees
from narrows.claims.reading import Sentence
from narrows.core import message

_BEHIND = re.compile(
    r"\s*(?:(?P<more>more|higher|larger|greater|faster|above)"
    r"|(?P<less>less|lower|smaller|slower|fewer|below))\b[^.,;，；]*\bthan\b[^,;，；]*"
)
"""English: the direction stands behind the percentage, the base behind ``than``, in one clause."""
_AHEAD = re.compile(r"(?:(?P<more>多|高|大)|(?P<less>少|低|小))[出了約约]?\s*$")
"""Chinese: the base stands first, behind 比 or 較, and the direction before the percentage."""
_THAN = re.compile(r"[比較较]")
BASE_MAX_CHARS = 40
"""The base follows its word within a clause."""


def check_more_than(sentence: Sentence, knowledge: Knowledge) -> Iterator[Finding]:
    """Yield a finding for each percentage whose two figures stand in its sentence."""
    del knowledge  # the article's own figures decide; each of them is looked up by itself
    for amount in sentence.amounts:
        if amount.unit != "%" or amount.low != amount.high:
            continue
        compared = _english(amount, sentence) or _chinese(amount, sentence)
        if compared is not None:
            yield _finding(amount, *compared)


def _english(amount: Amount, sentence: Sentence) -> tuple[Amount, Amount, float] | None:
    after = [one for one in sentence.amounts if one.start >= amount.end and one.unit != "%"]
    if not after or after[0].start - amount.end > BASE_MAX_CHARS:
        return None
    between = slice(amount.end - sentence.start, after[0].start - sentence.start)
    found = _BEHIND.fullmatch(sentence.folded[between])
    if found is None:
        return None
    return _with_subject(amount, after[0], sentence, 1.0 if found["more"] else -1.0)


def _chinese(amount: Amount, sentence: Sentence) -> tuple[Amount, Amount, float] | None:
    before = sentence.folded[: amount.start - sentence.start]
    found = _AHEAD.search(before)
    than = max((one.end() for one in _THAN.finditer(before)), default=None)
    if found is None or than is None:
        return None
    bases = [
        one
        for one in sentence.amounts
        if than <= one.start - sentence.start < found.start() and one.unit != "%"
    ]
    if len(bases) != 1 or found.start() - than > BASE_MAX_CHARS:
        return None
    return _with_subject(amount, bases[0], sentence, 1.0 if found["more"] else -1.0)


def _with_subject(
    amount: Amount, base: Amount, sentence: Sentence, sign: float
) -> tuple[Amount, Amount, float] | None:
    """Return the figure that is compared: the one of the base's unit before both, if one alone."""
    first = min(amount.start, base.start)
    subjects = [
        one for one in sentence.amounts if one.end <= first and one.unit == base.unit and one.value
    ]
    if len(subjects) != 1 or not base.value or base.low != base.high:
        return None
    return subjects[0], base, sign


def _finding(amount: Amount, subject: Amount, base: Amount, sign: float) -> Finding:
    right = sign * (subject.value / base.value - 1.0) * 100.0
    fits = agrees(amount, right, right)
    return Finding(
        start=amount.start,
        end=amount.end,
        verdict=Verdict.OK if fits else Verdict.INCONSISTENT_INSIDE,
        role="ratio",
        about=base.unit,
        why=message(
            f"claims.more_than.{'fits' if fits else 'differs'}",
            subject=subject.text,
            base=base.text,
            value=right,
            printed=amount.value,
        ),
        arithmetic=f"{subject.text} / {base.text} - 1 = {sign * right:.4g} %",
        right=None if fits or right <= 0.0 else right,
    )
