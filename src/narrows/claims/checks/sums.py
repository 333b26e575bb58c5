"""Sums, shares, products and multiples that the article states between its own figures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from narrows.claims.amounts import Amount, Bound
from narrows.claims.checks.conversion import converted
from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import distance, has, places
from narrows.claims.knowledge import Knowledge
from narrows.claims.nearness import SLACK
from narrows.claims.reading import Sentence
from narrows.core import message

CUE_MAX_CHARS = 10
"""``in total 300``: the word stands beside the sum."""
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
    for total in own:
        if not _beside("total", total, sentence):
            continue
        parts = [
            a
            for a in own
            if a.unit == total.unit and a is not total and not _beside("total", a, sentence)
        ]
        if total.unit in ("%", "ratio") and total.unit != "%":
            continue
        if PARTS_MIN <= len(parts) <= PARTS_MAX and all(
            p.bound is Bound.STATED or p.bound is Bound.ABOUT for p in parts
        ):
            yield _sum(total, parts)
            return


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
    """Check ``A of B, or p %``, where exactly two amounts of one unit stand with one share."""
    shares = [a for a in own if a.unit == "%"]
    others = [a for a in own if a.unit not in ("%", "ratio") and a.value > 0]
    if len(shares) != 1 or len(others) != 2 or others[0].unit != others[1].unit:
        return
    share = shares[0]
    between = sentence.between(others[0].end, others[1].start).lower()
    growing = has("growth", sentence.folded) or has("decline", sentence.folded)
    if growing or not _beside("share", share, sentence) or share.start < others[0].start:
        return
    if len(between) > 40:  # a part and its whole stand close together
        return
    quotients = [100 * a.value / b.value for a, b in permutations(others, 2)]
    recomputed = min(quotients)
    fits = abs(recomputed - share.value) <= SHARE_SLACK + share.step / 2
    low, high = sorted(others, key=lambda amount: amount.value)
    yield _stated(
        share,
        "share",
        recomputed,
        fits=fits,
        arithmetic=f"{low.value:,.6g} / {high.value:,.6g} = {recomputed:.1f} %",
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
        fix="" if fits else f"{float(f'{recomputed:.4g}'):,.10g} {stated.unit}",
    )


def _beside(idea: str, amount: Amount, sentence: Sentence) -> bool:
    span = (amount.start - sentence.start, amount.end - sentence.start)
    gap = distance(span, places(idea, sentence.folded))
    return gap is not None and gap <= CUE_MAX_CHARS
