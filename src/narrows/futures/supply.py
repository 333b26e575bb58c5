"""Accelerators supplied to China by year: domestic bands and imports, in units, power and value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

import numpy as np

from narrows.catalog import Catalog, Chip, MarketFigure
from narrows.core import Estimate, Obtained, RefusalError, from_draws, visible
from narrows.futures.arrivals import arrivals
from narrows.futures.quarters import nearest_quarter
from narrows.futures.states import FloatArray
from narrows.futures.supply_list import SupplyList, VendorYear


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplied:
    """Supply of one vendor or side in one year.

    ``None`` means unknown. A sum leaves out the vendors of which nothing was public, and for
    processing performance and value those whose chip or price is not known; they are named.
    """

    name: str
    year: int
    units: Estimate | None
    tpp: Estimate | None
    value_usd: Estimate | None
    evidence: tuple[str, ...]
    without_units: tuple[str, ...] = ()
    without_tpp: tuple[str, ...] = ()
    without_value: tuple[str, ...] = ()


def processing_performance(chip: Chip) -> float | None:
    """Return the largest dense rate times its width, TOPS x bits; ``None`` without a dense rate."""
    rates = (
        (chip.bf16_tflops, 16),
        (chip.fp16_matrix_only_tflops, 16),
        (chip.fp8_tflops, 8),
        (chip.int8_tops, 8),
        (chip.fp4_tflops, 4),
    )
    known = [rate * bits for rate, bits in rates if rate is not None]
    return max(known) if known else None


def domestic_supply(
    catalog: Catalog, supply: SupplyList, *, known_on: date
) -> tuple[Supplied, ...]:
    """Return each vendor's years and the sums over vendors, as public on a day.

    A sum adds lows, middles and highs: its ends are reached only if every vendor is at its own.
    """
    seen = catalog.as_known_on(known_on)
    rows = {row.id: row for row in seen.market}
    single = [
        _vendor_year(vendor.vendor, year, seen, rows, supply.prices)
        for vendor in supply.domestic
        for year in vendor.years
    ]
    found = [one for one in single if one is not None]
    vendors = [vendor.vendor for vendor in supply.domestic]
    sums = [
        _sum(year, [one for one in found if one.year == year], vendors) for year in supply.years
    ]
    return (*found, *(one for one in sums if one is not None))


def _vendor_year(
    vendor: str,
    asked: VendorYear,
    catalog: Catalog,
    rows: Mapping[str, MarketFigure],
    prices: Mapping[str, str],
) -> Supplied | None:
    cited = [rows[row] for row in asked.rows if row in rows]
    if not cited:
        return None
    units = envelope(cited, "chip")
    chips = [catalog.chips[chip] for chip in asked.chips if chip in catalog.chips]
    powers = [power for chip in chips if (power := processing_performance(chip)) is not None]
    costs = [cost for chip in chips if (cost := _price(chip, rows, prices)) is not None]
    return Supplied(
        name=vendor,
        year=asked.year,
        units=units,
        tpp=_times(units, powers, "TPP"),
        value_usd=_times(units, costs, "USD"),
        evidence=(*(row.id for row in cited), *(chip.id for chip in chips)),
    )


def envelope(rows: Sequence[MarketFigure], unit: str) -> Estimate:
    """Return lowest low, median central and highest high of some rows."""
    values = [v for row in rows for v in (row.low, row.central, row.high) if v is not None]
    centrals = [row.central for row in rows if row.central is not None]
    return Estimate(min(values), median(centrals), max(values), unit, Obtained.REPORTED_BAND)


def _price(chip: Chip, rows: Mapping[str, MarketFigure], prices: Mapping[str, str]) -> float | None:
    row = rows.get(prices.get(chip.id, ""))
    return chip.price_usd if row is None else row.central


def _times(units: Estimate, each: Sequence[float], unit: str) -> Estimate | None:
    if not each:
        return None
    return Estimate(
        units.p05 * min(each),
        units.p50 * median(each),
        units.p95 * max(each),
        unit,
        units.obtained,
    )


def _sum(year: int, found: Sequence[Supplied], vendors: Sequence[str]) -> Supplied | None:
    if not found:
        return None
    known = {one.name for one in found}
    return Supplied(
        name="domestic",
        year=year,
        units=_add([one.units for one in found]),
        tpp=_add([one.tpp for one in found]),
        value_usd=_add([one.value_usd for one in found]),
        evidence=tuple(cite for one in found for cite in one.evidence),
        without_units=tuple(vendor for vendor in vendors if vendor not in known),
        without_tpp=tuple(one.name for one in found if one.tpp is None),
        without_value=tuple(one.name for one in found if one.value_usd is None),
    )


def _add(parts: Sequence[Estimate | None]) -> Estimate | None:
    known = [part for part in parts if part is not None]
    if not known:
        return None
    return Estimate(
        sum(part.p05 for part in known),
        sum(part.p50 for part in known),
        sum(part.p95 for part in known),
        known[0].unit,
        known[0].obtained,
    )


def imported_supply(
    catalog: Catalog, supply: SupplyList, *, known_on: date, seed: int = 0
) -> tuple[Supplied, ...]:
    """Return deliveries of the one public order book by calendar year after the day.

    Raises
    ------
    RefusalError
        The order book was not public on the day.
    """
    rows = {row.id: row for row in catalog.market if visible(row, known_on)}
    order = rows.get(supply.imported.order)
    if order is None or order.central is None:
        raise RefusalError(f"no order book was public on {known_on}", (supply.imported.order,))
    years = [year for year in supply.years if year >= known_on.year]
    if not years:
        reason = f"the outlook ends with {supply.years[-1]}"
        raise RefusalError(reason, (f"supply of {known_on.year}",))
    quarters = nearest_quarter(known_on, date(years[-1], 12, 31))
    got = arrivals(
        catalog,
        supply.imported.line,
        known_on=known_on,
        chips_ordered=round(order.central),
        quarters=quarters,
        seed=seed,
    )
    chip = catalog.as_known_on(known_on).chips.get(supply.imported.chip)
    ends = [nearest_quarter(known_on, date(year, 12, 31)) for year in years]
    reached = [np.zeros(len(got.paths)), *(got.paths[:, end - 1] for end in ends)]
    return tuple(
        _imported_year(
            year, reached[place + 1] - reached[place], chip, rows, supply, (order.id, *got.evidence)
        )
        for place, year in enumerate(years)
    )


def _imported_year(
    year: int,
    chips: FloatArray,
    chip: Chip | None,
    rows: Mapping[str, MarketFigure],
    supply: SupplyList,
    evidence: tuple[str, ...],
) -> Supplied:
    units = from_draws(chips, "chip", Obtained.FITTED_EVENTS)
    power = None if chip is None else processing_performance(chip)
    cost = None if chip is None else _price(chip, rows, supply.prices)
    return Supplied(
        name="imported",
        year=year,
        units=units,
        tpp=None if power is None else units.scaled(power, "TPP"),
        value_usd=None if cost is None else units.scaled(cost, "USD"),
        evidence=evidence,
    )
