"""Growth rates recomputed from the end points that the same sentence states."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from narrows.claims.amount import Amount
from narrows.claims.checks.conversion import converted
from narrows.claims.checks.series import Point, points
from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import distance, has, places
from narrows.claims.knowledge import Knowledge
from narrows.claims.parties import PartyKind
from narrows.claims.reading import Sentence
from narrows.core import Message, message

CUE_MAX_CHARS = 24
"""A growth rate stands beside the words that call it one."""
POINTS_SLACK = 0.25
"""Percentage points: end points are printed to three or four digits."""
ROUNDING_MAX = 3.0
"""Points that the rounding of two round end points may excuse."""
LEAD_CHARS = 30
MIDDLE_MAX_CHARS = 60
"""Between the end points of a change stand a verb and a year, not another matter."""
SIMPLE_SLACK = 1.0
"""Percentage points for growth over one step, which papers round to whole numbers."""


def check_growth(
    sentence: Sentence, knowledge: Knowledge, before: Sentence | None = None
) -> Iterator[Finding]:
    """Yield a finding for each growth rate whose end points stand in the text.

    ``before`` is the sentence before, whose end points count where this one has none.
    """
    del knowledge
    shares = [amount for amount in sentence.amounts if amount.unit == "%"]
    found = points(sentence)
    for amount in shares:
        if _beside("compound", amount, sentence):
            ends = _pairs(found) or (_pairs(points(before)) if before is not None else [])
            if ends:
                yield _compound(amount, ends)
    yield from _simple(sentence, shares)
    yield from _multiples(sentence)


def compound_growth(first: float, last: float, years: int) -> float:
    """Return the yearly growth in per cent: (last / first)^(1 / years) - 1."""
    growth: float = (last / first) ** (1.0 / years)
    return 100.0 * (growth - 1.0)


def _pairs(found: list[Point]) -> list[tuple[Point, Point]]:
    ordered = sorted(
        (point for point in found if point.amount.value > 0 and point.amount.unit != "%"),
        key=lambda point: point.year,
    )
    return [
        (one, other)
        for one, other in combinations(ordered, 2)
        if one.amount.unit == other.amount.unit and one.year < other.year
    ]


def _compound(stated: Amount, ends: list[tuple[Point, Point]]) -> Finding:
    rates = [compound_growth(a.amount.value, b.amount.value, b.year - a.year) for a, b in ends]
    near = [
        i for i, rate in enumerate(rates) if abs(rate - stated.value) <= _slack(stated, ends[i])
    ]
    exact = [i for i in near if abs(rates[i] - stated.value) <= max(stated.step, 0.01)]
    chosen = (exact or near or [_longest(ends)])[0]
    first, last = ends[chosen]
    long_ends = [i for i, (a, b) in enumerate(ends) if b.year == max(p.year for _, p in ends)]
    others = [i for i in long_ends if i != chosen and i not in exact]
    verdict = (
        Verdict.INCONSISTENT_INSIDE
        if not near
        else Verdict.OK_WITH_CAVEAT
        if others and exact
        else Verdict.OK
    )
    what = {Verdict.INCONSISTENT_INSIDE: "off", Verdict.OK: "fits"}.get(verdict, "one_base")
    return Finding(
        start=stated.start,
        end=stated.end,
        verdict=verdict,
        role="compound_growth",
        about=f"{first.year}-{last.year}",
        why=_why(what, rates[chosen], stated, first.year, last.year),
        arithmetic="; ".join(
            f"({b.amount.value:,.6g} / {a.amount.value:,.6g})^(1/{b.year - a.year}) - 1 = "
            f"{rate:.2f} % ({a.year}-{b.year})"
            for (a, b), rate in list(zip(ends, rates, strict=True))[:4]
        ),
        right=None if near else rates[chosen],
    )


def _why(what: str, rate: float, stated: Amount, first: int, last: int) -> Message:
    return message(
        f"claims.growth.{what}",
        recomputed=rate,
        stated=stated.value,
        first=str(first),
        last=str(last),
    )


def _slack(stated: Amount, ends: tuple[Point, Point]) -> float:
    """Return the points by which rounding of all three figures may move the rate."""
    first, last = ends
    years = last.year - first.year
    relative = first.amount.step / first.amount.value + last.amount.step / last.amount.value
    rate = compound_growth(first.amount.value, last.amount.value, years)
    return POINTS_SLACK + stated.step / 2 + min((100 + rate) * relative / (2 * years), 3.0)


def _longest(ends: list[tuple[Point, Point]]) -> int:
    return max(range(len(ends)), key=lambda i: ends[i][1].year - ends[i][0].year)


def _beside(idea: str, amount: Amount, sentence: Sentence) -> bool:
    span = (amount.start - sentence.start, amount.end - sentence.start)
    gap = distance(span, places(idea, sentence.folded))
    return gap is not None and gap <= CUE_MAX_CHARS


def _simple(sentence: Sentence, shares: list[Amount]) -> Iterator[Finding]:
    """Check ``from A to B, up p %``; over several years the rate may be a yearly one."""
    for stated in shares:
        if _beside("compound", stated, sentence):
            continue
        way = _way(stated, sentence)
        if way is None:
            continue
        ends = _from_to(stated, sentence) or _one_after_another(stated, way, sentence)
        if ends is None:
            continue
        yearly = [pair for pair in _pairs(points(sentence)) if _joins(pair, ends)]
        over_years = yearly and yearly[0][1].year - yearly[0][0].year > 1
        if over_years and has("a_year", sentence.folded):
            yield _compound(stated, yearly)
        else:
            yield _change(stated, ends, way)


def _multiples(sentence: Sentence) -> Iterator[Finding]:
    """Check ``from 10 to 30, threefold``; Chinese writers may mean the increase alone."""
    for stated in (a for a in sentence.amounts if a.unit == "ratio" and a.low == a.high):
        ends = _from_to(stated, sentence)
        if ends is None or abs(stated.start - ends[1].end) > LEAD_CHARS or len(sentence.names) > 1:
            continue
        first, last = ends
        times = last.value / first.value
        allowed = max(stated.step, 0.05 * times)
        meant = (times, times - 1) if "倍" in stated.text else (times,)
        fits = min(abs(stated.value - one) for one in meant) <= allowed
        yield Finding(
            start=stated.start,
            end=stated.end,
            verdict=Verdict.OK if fits else Verdict.INCONSISTENT_INSIDE,
            role="multiple",
            about=f"{first.text} - {last.text}",
            why=message(
                f"claims.multiple.{'fits' if fits else 'off'}",
                recomputed=times,
                stated=stated.value,
            ),
            arithmetic=f"{last.value:,.6g} / {first.value:,.6g} = {times:.3g}",
            right=None if fits else times,
        )


def _joins(pair: tuple[Point, Point], ends: tuple[Amount, Amount]) -> bool:
    return {pair[0].amount.start, pair[1].amount.start} == {ends[0].start, ends[1].start}


def _change(stated: Amount, ends: tuple[Amount, Amount], way: str) -> Finding:
    first, last = ends
    change = 100.0 * (last.value / first.value - 1.0)
    recomputed = abs(change)
    rounding = 50 * (first.step / first.value + last.step / last.value)
    slack = SIMPLE_SLACK + stated.step / 2 + min(rounding, ROUNDING_MAX)
    fits = abs(recomputed - stated.value) <= slack and (change > 0) == (way == "growth")
    return Finding(
        start=stated.start,
        end=stated.end,
        verdict=Verdict.OK if fits else Verdict.INCONSISTENT_INSIDE,
        role="growth",
        about=f"{first.text} - {last.text}",
        why=message(
            f"claims.change.{'fits' if fits else 'off'}",
            recomputed=change / 100,
            stated=stated.value / 100,
        ),
        arithmetic=f"{last.value:,.6g} / {first.value:,.6g} - 1 = {change:.1f} %",
        right=None if fits else recomputed,
    )


def _way(stated: Amount, sentence: Sentence) -> str | None:
    span = (stated.start - sentence.start, stated.end - sentence.start)
    gaps = {way: distance(span, places(way, sentence.folded)) for way in ("growth", "decline")}
    near = {way: gap for way, gap in gaps.items() if gap is not None and gap <= CUE_MAX_CHARS}
    return min(near, key=lambda way: near[way]) if near else None


def _from_to(stated: Amount, sentence: Sentence) -> tuple[Amount, Amount] | None:
    """Return the two amounts nearest to the rate that ``from ... to`` or ``up from`` joins."""
    amounts = [a for a in points_or_money(sentence) if a is not stated and a.value > 0]
    joined = [
        ends
        for left, right in pairwise(amounts)
        if left.unit == right.unit
        and _same_clause(left, right, stated, sentence)
        and (ends := _joined(left, right, stated, sentence)) is not None
    ]
    return min(joined, key=lambda ends: abs(ends[1].end - stated.start), default=None)


def _same_clause(left: Amount, right: Amount, stated: Amount, sentence: Sentence) -> bool:
    low = min(left.start, stated.start)
    high = max(right.end, stated.end)
    return not any(mark in sentence.between(low, high) for mark in "；;")


def _one_after_another(
    stated: Amount, way: str, sentence: Sentence
) -> tuple[Amount, Amount] | None:
    """Return the two amounts before ``up 18 % from the quarter before``, in the order of the way.

    Which of the two periods came first is not always said, but the direction of the change is.
    """
    if not _beside("sequential", stated, sentence):
        return None
    before = [a for a in points_or_money(sentence) if a.end <= stated.start and a.value > 0]
    if len(before) < 2 or before[-1].unit != before[-2].unit:
        return None
    left, right = before[-2:]
    firms = [m for m in sentence.parties if m.party.kind is PartyKind.FIRM]
    if any(left.end <= firm.start < stated.start for firm in firms):
        return None
    if not _same_clause(left, right, stated, sentence) or stated.start - right.end > LEAD_CHARS:
        return None
    low, high = sorted((left, right), key=lambda amount: amount.value)
    return (low, high) if way == "growth" else (high, low)


def _joined(
    left: Amount, right: Amount, stated: Amount, sentence: Sentence
) -> tuple[Amount, Amount] | None:
    lead = sentence.between(max(left.start - LEAD_CHARS, sentence.start), left.start).lower()
    middle = sentence.between(left.end, right.start).lower()
    if len(middle) > MIDDLE_MAX_CHARS:
        return None
    if left.end <= stated.start and stated.end <= right.start:
        # As in: revenue of 60, up by a fifth from 50.
        behind = sentence.between(stated.end, right.start).lower()
        return (right, left) if has("from", behind) or has("up_from", behind) else None
    if has("up_from", middle):
        return right, left
    if has("from", lead) and has("onward", middle):
        return left, right
    if has("last_year", lead) and has("this_year", middle):
        return left, right
    return None


def points_or_money(sentence: Sentence) -> list[Amount]:
    """Return the amounts that can be end points: no shares, no conversions."""
    twins = {second.start for _, second in converted(sentence)}
    return [a for a in sentence.amounts if a.unit not in ("%", "ratio") and a.start not in twins]
