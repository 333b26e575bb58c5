"""Is a world market as large as it can be? Held against other houses and the largest seller."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from narrows.claims.amount import Amount
from narrows.claims.checks.conversion import converted
from narrows.claims.checks.series import Point, points
from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import has
from narrows.claims.knowledge import Knowledge
from narrows.claims.parties import PartyKind
from narrows.claims.reading import Sentence
from narrows.core import message

GAP_WRONG = 2.5
"""Forecasters differ by definition; a market this far outside all of them and below one seller's
own sales is no other definition but another unit."""
POWERS = (1, -1, 2, -2, 3, -3)
"""Slips between 億, bn, million and 萬."""
ROOM = 1.5
"""How far outside the span of the houses a corrected level may lie."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What one source says of the market in a year, in USD."""

    name: str
    value: float
    sources: tuple[str, ...]


def check_levels(
    sentence: Sentence, knowledge: Knowledge, before: Sentence | None = None
) -> Iterator[Finding]:
    """Yield a finding for each figure of the world market for AI chips."""
    if not _is_world_market(sentence, before):
        return
    found = points(sentence, "USD")
    judged = [(point, _judge(point, knowledge)) for point in found]
    powers = [power for _, (verdict, power, *_) in judged if verdict is Verdict.WRONG_LEVEL]
    for point, (verdict, power, houses, seller) in judged:
        # One series is printed in one unit: where one point slipped, all did.
        same = (
            bool(powers)
            and verdict is not Verdict.WRONG_LEVEL
            and _shares_slip(point.amount.value, powers[0], houses)
        )
        chosen = powers[0] if same else power
        final = Verdict.WRONG_LEVEL if same else verdict
        finding = _finding(point.amount, point.year, final, chosen, houses, seller)
        yield finding
        yield from _twins(sentence, finding, chosen)


def _is_world_market(sentence: Sentence, before: Sentence | None) -> bool:
    text = sentence.folded
    if has("one_country", text):
        return False
    firms = any(mention.party.kind is PartyKind.FIRM for mention in sentence.parties)
    if not has("market_size", text) and (firms or not has("world", text)):
        return False
    if has("ai_chips", text):
        return True
    return before is not None and has("ai_chips", before.folded) and has("world", before.folded)


def _judge(
    point: Point, knowledge: Knowledge
) -> tuple[Verdict, int | None, list[_Anchor], _Anchor | None]:
    houses = _houses(point.year, knowledge)
    seller = _seller(point.year, knowledge)
    value = point.amount.value
    low = min((house.value for house in houses), default=None)
    high = max((house.value for house in houses), default=None)
    if low is None or high is None:
        below = seller is not None and value * GAP_WRONG < seller.value
        return (Verdict.WRONG_LEVEL if below else Verdict.UNVERIFIABLE), None, houses, seller
    under = value * GAP_WRONG < low or (
        seller is not None and value < low and value * GAP_WRONG < seller.value
    )
    over = value > GAP_WRONG * high
    if under or over:
        return Verdict.WRONG_LEVEL, _power(value, low, high), houses, seller
    smaller = seller is not None and value < seller.value
    outside = not low / ROOM <= value <= high * ROOM
    caveat = smaller or outside
    return (Verdict.OK_WITH_CAVEAT if caveat else Verdict.OK), None, houses, seller


def _power(value: float, low: float, high: float) -> int | None:
    """Return the power of ten that brings a level among the houses."""
    fitting = [k for k in POWERS if low / ROOM <= value * 10**k <= high * ROOM]
    return fitting[0] if fitting else None


def _shares_slip(value: float, power: int | None, houses: list[_Anchor]) -> bool:
    """Return whether a level lies outside the houses and the slip of its series brings it in."""
    if power is None or not houses:
        return False
    low, high = min(h.value for h in houses), max(h.value for h in houses)
    return not low <= value <= high and low / ROOM <= value * 10**power <= high * ROOM


def _finding(
    amount: Amount,
    year: int,
    verdict: Verdict,
    power: int | None,
    houses: list[_Anchor],
    seller: _Anchor | None,
) -> Finding:
    low = min((house.value for house in houses), default=None)
    high = max((house.value for house in houses), default=None)
    parts = [f"{amount.value:,.6g} USD in {year}"]
    if len(houses) == 1:
        parts.append(f"1 house {low:,.4g} USD")
    elif houses:
        parts.append(f"{len(houses)} houses {low:,.4g}-{high:,.4g} USD")
    if seller is not None:
        parts.append(
            f"{seller.name} alone {seller.value:,.4g} USD ({amount.value / seller.value:.2f}x)"
        )
    if power is not None:
        parts.append(f"x 10^{power} = {amount.value * 10**power:,.6g} USD")
    sources = {
        source for anchor in (*houses, *([seller] if seller else [])) for source in anchor.sources
    }
    return Finding(
        start=amount.start,
        end=amount.end,
        verdict=verdict,
        role="market_size",
        about=str(year),
        why=message(
            f"claims.level.{_what(amount, verdict, power, houses, seller)}",
            year=str(year),
            low=low,
            high=high,
            factor=None if power is None else 10.0**power,
            seller=None if seller is None else seller.value,
            right=None if power is None else amount.value * 10**power,
        ),
        arithmetic="; ".join(parts),
        sources=tuple(sorted(sources)),
        right=None if power is None else amount.value * 10.0**power,
    )


def _what(
    amount: Amount,
    verdict: Verdict,
    power: int | None,
    houses: list[_Anchor],
    seller: _Anchor | None,
) -> str:
    """Return which sentence tells a verdict: one house is one figure, an unknown seller is none."""
    one = "_one" if len(houses) == 1 else ""
    unsold = "_unsold" if seller is None else ""
    if verdict is Verdict.WRONG_LEVEL:
        told = "wrong" if power is None else "slipped"
        return f"{told}{one}{unsold}" if houses else "wrong_seller"
    if verdict is Verdict.OK_WITH_CAVEAT:
        smaller = seller is not None and amount.value < seller.value
        return "below_seller" if smaller else f"outside{one}"
    return f"fits{one}" if verdict is Verdict.OK else "unknown"


def _twins(sentence: Sentence, finding: Finding, power: int | None) -> Iterator[Finding]:
    """Yield the conversion of a wrong level: its product is right, its level is not."""
    if finding.verdict is not Verdict.WRONG_LEVEL:
        return
    for first, second in converted(sentence):
        if first.start == finding.start:
            yield Finding(
                start=second.start,
                end=second.end,
                verdict=Verdict.WRONG_LEVEL,
                role="conversion",
                about=finding.about,
                why=message("claims.level.inherited", base=first.text),
                right=None if power is None else second.value * 10.0**power,
            )


def _houses(year: int, knowledge: Knowledge) -> list[_Anchor]:
    """Return each house's figure for a year, grown evenly between its two end points."""
    series: dict[str, list[tuple[int, float, tuple[str, ...]]]] = defaultdict(list)
    for figure in knowledge.catalog.market:
        if figure.category != "forecast" or figure.unit != "USD bn" or figure.central is None:
            continue
        name, _, end = figure.quantity.partition(":")
        period = figure.period or ""
        if end.strip() and period.isdecimal():
            series[name].append((int(period), figure.central * 1e9, figure.sources))
    anchors = []
    for name, ends in sorted(series.items()):
        ends.sort()
        (first, low, sources), (last, high, _) = ends[0], ends[-1]
        if first <= year <= last:
            share = 0.0 if last == first else (year - first) / (last - first)
            anchors.append(_Anchor(name, low * (high / low) ** share, sources))
    return anchors


def _seller(year: int, knowledge: Knowledge) -> _Anchor | None:
    """Return the largest seller's own sales in the last year on record, up to the year asked."""
    own = [
        _Anchor(f"{one.seller} {one.year}", one.low, one.sources)
        for one in knowledge.reported.values()
        if one.seller is not None and one.year is not None and one.year <= year
    ]
    own += [
        _Anchor(f"nvidia {figure.period}", figure.central * 1e9, figure.sources)
        for figure in knowledge.catalog.market
        if figure.quantity == "Nvidia data-centre revenue"
        and figure.central is not None
        and (figure.period or "").startswith("FY")
        and int((figure.period or "FY0")[2:]) - 1 <= year
    ]
    return max(own, key=lambda anchor: anchor.value, default=None)
