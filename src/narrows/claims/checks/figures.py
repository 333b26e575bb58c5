"""Figures of a sentence, held against the band that a record admits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from narrows.claims.amount import Amount, Bound
from narrows.claims.checks.bands import Band, bands_of
from narrows.claims.checks.said import finding, note
from narrows.claims.checks.series import year_of
from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import distance
from narrows.claims.knowledge import Knowledge
from narrows.claims.nearness import agrees, factor_of, power_of_ten_between
from narrows.claims.reading import Sentence
from narrows.claims.yardstick import Yardstick
from narrows.core import UNITS, Value, convert, message

REACH_CHARS = 60
"""A figure farther from the words that describe it belongs to something else."""
PLAN_GAP = 4.0
"""A reported band is no truth to the digit; only a figure this far outside contradicts it."""


def of_figure(
    yardstick: Yardstick, anchors: list[tuple[int, int]], sentence: Sentence, knowledge: Knowledge
) -> Iterator[Finding]:
    """Yield how the figures near the words compare with the bands of the record."""
    bands = bands_of(yardstick, knowledge)
    if not bands:
        return
    if yardstick.unit is None:
        yield _beside_figure(yardstick, anchors[0], bands)
        return
    near = _near_amounts(yardstick, anchors, sentence)
    if not near:
        if yardstick.caveat is None and not sentence.amounts:
            yield _beside_figure(yardstick, anchors[0], bands)
        return
    if yardstick.reported_by_year:
        yield from _by_year(yardstick, near, bands, sentence)
        return
    fitting = [(amount, band) for amount, value in near for band in bands if _fits(value, band)]
    amount, band = fitting[0] if fitting else (near[0][0], bands[0])
    yield _compared(yardstick, amount, dict(near)[amount], band, fits=bool(fitting))


def _by_year(
    yardstick: Yardstick, near: list[tuple[Amount, Amount]], bands: list[Band], sentence: Sentence
) -> Iterator[Finding]:
    """Compare each figure with the band of its own year."""
    for amount, value in near:
        year = year_of(amount, sentence)
        band = next((band for band in bands if band.year == year), None)
        if band is not None:
            yield _compared(yardstick, amount, value, band, fits=_fits(value, band))


def _fits(value: Amount, band: Band) -> bool:
    """Return whether a figure agrees; a line of law is exact, whatever word stands before it."""
    if band.against is Verdict.CONTRADICTS_CATALOGUE:
        return agrees(value, band.low, band.high)
    return agrees(replace(value, bound=Bound.STATED), band.low, band.high)


def _near_amounts(
    yardstick: Yardstick, anchors: list[tuple[int, int]], sentence: Sentence
) -> list[tuple[Amount, Amount]]:
    """Return the figures of the right dimension, nearest first, each with itself in the unit."""
    found = []
    for amount in sentence.amounts:
        value = in_unit(amount, yardstick.unit or "1")
        gap = distance((amount.start, amount.end), anchors)
        if value is not None and gap is not None and gap <= REACH_CHARS:
            found.append((gap, amount, value))
    found.sort(key=lambda item: (item[0], item[1].start))
    return [(amount, value) for _, amount, value in found]


def in_unit(amount: Amount, unit: str) -> Amount | None:
    """Return an amount in another unit of its dimension; ``None`` where it has none."""
    if amount.unit == unit:
        return amount
    if unit not in UNITS or amount.unit not in UNITS or UNITS[unit][0] != UNITS[amount.unit][0]:
        return None
    values = {
        key: convert(getattr(amount, key), unit=amount.unit, to=unit)
        for key in ("value", "low", "high", "step")
    }
    return Amount(
        start=amount.start,
        end=amount.end,
        text=amount.text,
        role=amount.role,
        bound=amount.bound,
        unit=unit,
        **values,
    )


def _compared(
    yardstick: Yardstick, amount: Amount, value: Amount, band: Band, *, fits: bool
) -> Finding:
    middle = (band.low * band.high) ** 0.5 if band.low > 0 else band.high
    arithmetic = f"{band.record}: {_shown(band)}; printed {value.value:,.6g} {value.unit}"
    place = (amount.start, amount.end)
    shared: dict[str, Value] = {
        "low": band.low,
        "high": band.high,
        "printed": value.value,
        "unit": band.unit,
    }
    powers = (power_of_ten_between(value.value, true) for true in (middle, band.low, band.high))
    power = next((one for one in powers if one is not None), None)
    vague = amount.bound is Bound.VAGUE and not value.low <= band.low <= band.high <= value.high
    if fits and not vague:
        verdict = Verdict.OK if yardstick.caveat is None else Verdict.OK_WITH_CAVEAT
        why = (
            message("claims.record.fits", **shared)
            if yardstick.caveat is None
            else note(yardstick.caveat)
        )
        return finding(yardstick, place, verdict, why, band.sources, arithmetic)
    soft = band.against is Verdict.CONTRADICTS_CATALOGUE and band.low != band.high
    within = middle / PLAN_GAP <= value.value <= middle * PLAN_GAP
    loose = amount.bound in (Bound.VAGUE, Bound.AT_LEAST, Bound.AT_MOST)
    if (soft and within and power is None) or (loose and _bound_holds(value, band)):
        why = message("claims.record.outside", **shared)
        return finding(yardstick, place, Verdict.OK_WITH_CAVEAT, why, band.sources, arithmetic)
    slipped = power is not None and band.against is Verdict.CONTRADICTS_CATALOGUE
    why = message(
        f"claims.record.{'slipped' if slipped else 'differs'}", **shared, factor=factor_of(power)
    )
    verdict = Verdict.WRONG_LEVEL if slipped else band.against
    found = finding(yardstick, place, verdict, why, band.sources, arithmetic, fix=_shown(band))
    if band.low != band.high or not value.value:
        return found
    # In the article's own words: the unit of the record may be another of the same dimension.
    return replace(found, fix="", right=band.low * amount.value / value.value)


def _bound_holds(value: Amount, band: Band) -> bool:
    if value.bound is Bound.AT_MOST:
        return (
            band.against is not Verdict.CONTRADICTS_RULEBOOK
            and band.low <= value.value <= band.high * PLAN_GAP
        )
    return (
        value.low <= band.high
        and value.bound in (Bound.AT_LEAST, Bound.VAGUE)
        and (value.low * 20 >= band.low)
    )


def _beside_figure(yardstick: Yardstick, place: tuple[int, int], bands: list[Band]) -> Finding:
    verdict = Verdict.OK if yardstick.caveat is None else Verdict.OK_WITH_CAVEAT
    first = bands[0]
    why = (
        message("claims.record.stands", low=first.low, high=first.high, unit=first.unit)
        if yardstick.caveat is None
        else note(yardstick.caveat)
    )
    arithmetic = "; ".join(f"{band.record}: {_shown(band)}" for band in bands)
    sources = tuple(sorted({source for band in bands for source in band.sources}))
    return finding(yardstick, place, verdict, why, sources, arithmetic)


def _shown(band: Band) -> str:
    if band.low == band.high:
        return f"{band.low:,.6g} {band.unit}"
    return f"{band.low:,.6g}-{band.high:,.6g} {band.unit}"
