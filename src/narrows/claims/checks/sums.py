"""Sums, shares, products and multiples that the article states between its own figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from narrows.claims.amount import Amount, Bound
from narrows.claims.checks.conversion import converted
from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import distance, has, places
from narrows.claims.knowledge import Knowledge
from narrows.claims.nearness import SLACK
from narrows.claims.reading import Sentence
from narrows.core import message

CUE_MAX_CHARS = 10
"""``in total 300``: the word stands beside the sum."""
_APPOSED = re.compile(r"^[\s,，(（]*(?:or|即)\s*(?:about|some|around|roughly|約|约)?\s*$", re.I)
AFTER_CHARS = 12
"""``or 24 % higher``: a change and no share."""
BEHIND_MAX_CHARS = 4
SHARE_REACH_CHARS = 16
"""``1.65 million, or 41 %``: the share stands right behind its part."""
SENTENCE_REACH_CHARS = 70
_PLAIN = (Bound.STATED, Bound.ABOUT)
PARTS_MIN = 2
PARTS_MAX = 8
"""A sentence with more figures is a table; which of them add up cannot be told."""
SHARE_SLACK = 1.0
"""Percentage points by which a share may be rounded."""


def check_sums(sentence: Sentence, knowledge: Knowledge) -> Iterator[Finding]:
    """Yield a finding for each sum, share and product that can be recomputed in the sentence."""
    del knowledge
    twins = {second.start for _, second in converted(sentence)}
    own = [amount for amount in sentence.amounts if amount.start not in twins]
    yield from _products(sentence, own)
    yield from _sums(sentence, own)
    yield from _shares(sentence, own)


def _sums(sentence: Sentence, own: list[Amount]) -> Iterator[Finding]:
    if has("each", sentence.folded):
        return
    for word in places("total", sentence.folded):
        total = _total_at(word, sentence, own)
        if total is None or total.unit == "ratio":
            continue
        parts = _parts(total, own)
        if PARTS_MIN <= len(parts) <= PARTS_MAX and all(part.bound in _PLAIN for part in parts):
            yield _sum(total, parts)
            return


def _parts(total: Amount, own: list[Amount]) -> list[Amount]:
    """Return what adds up: the figures before the sum, else those behind it."""
    alike = [a for a in own if a.unit == total.unit and a is not total and a.value != total.value]
    before = [a for a in alike if a.end <= total.start]
    return before if len(before) >= PARTS_MIN else [a for a in alike if a.start >= total.end]


def _total_at(word: tuple[int, int], sentence: Sentence, own: list[Amount]) -> Amount | None:
    """Return the sum that a word stands before (``in total 300``) or right behind."""
    start, end = word[0] + sentence.start, word[1] + sentence.start
    for amount in own:
        if 0 <= amount.start - end <= CUE_MAX_CHARS:
            return amount
    behind = [amount for amount in own if 0 <= start - amount.end <= BEHIND_MAX_CHARS]
    return behind[-1] if behind else None


def _sum(total: Amount, parts: list[Amount]) -> Finding:
    added = sum(part.value for part in parts)
    rounding = total.step / 2 + sum(part.step for part in parts) / 2
    fits = abs(added - total.value) <= max(min(rounding, 0.05 * added), SLACK * added / 4)
    return _stated(
        total,
        "sum",
        added,
        fits=fits,
        arithmetic=" + ".join(f"{part.value:,.6g}" for part in parts)
        + f" = {added:,.6g} {total.unit}",
    )


def _shares(sentence: Sentence, own: list[Amount]) -> Iterator[Finding]:
    """Check ``of B, A, or p %``: each share against the part before it and the largest figure."""
    for share in (a for a in own if a.unit == "%"):
        before = [a for a in own if a.end <= share.start and a.unit not in ("%", "ratio")]
        if not before or share.start - before[-1].end > SHARE_REACH_CHARS:
            continue
        gap = sentence.between(before[-1].end, share.start)
        around = gap.lower() + sentence.between(share.end, share.end + AFTER_CHARS).lower()
        if any(has(way, around) for way in ("growth", "decline", "up_from")):
            continue
        if not _APPOSED.match(gap) and not _beside("share", share, sentence):
            continue
        part = before[-1]
        wholes = [a for a in own if a.unit == part.unit and a.value > part.value]
        if not wholes or part.value <= 0:
            if share.value < 100 and len(before) > 1 and before[-2].unit == part.unit:
                wholes, part = [part], before[-2]
            else:
                continue
        whole = max(wholes, key=lambda amount: amount.value)
        if _is_other_matter(part, whole, share, sentence):
            continue
        yield _share(share, part, whole)


def _is_other_matter(part: Amount, whole: Amount, share: Amount, sentence: Sentence) -> bool:
    """Return whether part and whole stand too far apart, or the share has another base."""
    low, high = sorted((part, whole), key=lambda amount: amount.start)
    lead = sentence.between(part.end, share.start)
    return high.start - low.end > SENTENCE_REACH_CHARS or any(mark in lead for mark in "；;")


def _share(share: Amount, part: Amount, whole: Amount) -> Finding:
    recomputed = 100 * part.value / whole.value
    fits = abs(recomputed - share.value) <= SHARE_SLACK + share.step / 2
    return _stated(
        share,
        "share",
        recomputed,
        fits=fits,
        arithmetic=f"{part.value:,.6g} / {whole.value:,.6g} = {recomputed:.1f} %",
    )


def _products(sentence: Sentence, own: list[Amount]) -> Iterator[Finding]:
    """Check ``N chips at P each, T in total``."""
    counts = [a for a in own if a.unit == "chip"]
    money = [a for a in own if a.unit in ("USD", "CNY", "HKD")]
    if len(counts) != 1 or len(money) != 2 or money[0].unit != money[1].unit:
        return
    if not has("each", sentence.folded):
        return
    price, total = sorted(money, key=lambda amount: amount.value)
    made = counts[0].value * price.value
    fits = abs(made - total.value) <= max(total.step / 2, 0.03 * made)
    yield _stated(
        total,
        "product",
        made,
        fits=fits,
        arithmetic=f"{counts[0].value:,.6g} x {price.value:,.6g} = {made:,.6g} {total.unit}",
    )


def _stated(
    stated: Amount, role: str, recomputed: float, *, fits: bool, arithmetic: str
) -> Finding:
    return Finding(
        start=stated.start,
        end=stated.end,
        verdict=Verdict.OK if fits else Verdict.INCONSISTENT_INSIDE,
        role=role,
        why=message(
            f"claims.{role}.{'fits' if fits else 'off'}", recomputed=recomputed, stated=stated.value
        ),
        arithmetic=f"{arithmetic}; printed {stated.value:,.6g}",
        right=None if fits else recomputed,
    )


def _beside(idea: str, amount: Amount, sentence: Sentence) -> bool:
    span = (amount.start - sentence.start, amount.end - sentence.start)
    gap = distance(span, places(idea, sentence.folded))
    return gap is not None and gap <= CUE_MAX_CHARS
