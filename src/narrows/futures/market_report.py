"""The market outlook as a plain JSON tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from narrows.catalog import Catalog
from narrows.core import Estimate, Json, RefusalError, visible
from narrows.futures.bottleneck import Bottleneck, bottleneck
from narrows.futures.capacity import CapacityEffect, capacity_effects, effect_tree
from narrows.futures.houses import (
    Disagreement,
    HouseView,
    disagreements,
    house_views,
    load_houses,
)
from narrows.futures.report import estimate_tree
from narrows.futures.supply import Supplied, domestic_supply, envelope, imported_supply
from narrows.futures.supply_list import load_supply


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Forecasts side by side, supply by side and year, and what bears on capacity.

    ``yardstick_usd_bn`` is one vendor's reported sales; ``None`` before they were public.
    ``memory_limited`` is what sources say domestic memory alone allows; ``bottleneck`` adds stock
    and a maker's own memory, by assumption.
    """

    known_on: date
    views: tuple[HouseView, ...]
    bands: tuple[Disagreement, ...]
    yardstick_name: str
    yardstick_usd_bn: float | None
    domestic: tuple[Supplied, ...]
    imported: tuple[Supplied, ...]
    memory_limited: Estimate | None
    bottleneck: Bottleneck | None
    capacity: tuple[CapacityEffect, ...]


def market_outlook(catalog: Catalog, *, known_on: date, seed: int = 0) -> Outlook:
    """Return the outlook from what was public on a day.

    Raises
    ------
    RefusalError
        No forecast, or no import order book, was public.
    """
    houses, supply = load_houses(), load_supply()
    views = house_views(catalog, houses, known_on=known_on)
    rows = {row.id: row for row in catalog.market if visible(row, known_on)}
    yardstick, memory = rows.get(houses.yardstick.row), rows.get(supply.memory_limit.row)
    return Outlook(
        known_on=known_on,
        views=views,
        bands=disagreements(views, houses),
        yardstick_name=houses.yardstick.name,
        yardstick_usd_bn=None if yardstick is None else yardstick.central,
        domestic=domestic_supply(catalog, supply, known_on=known_on),
        imported=imported_supply(catalog, supply, known_on=known_on, seed=seed),
        memory_limited=None if memory is None else envelope([memory], "chip"),
        bottleneck=_bottleneck(catalog, known_on, seed),
        capacity=capacity_effects(catalog, supply.capacity, known_on=known_on),
    )


def _bottleneck(catalog: Catalog, known_on: date, seed: int) -> Bottleneck | None:
    try:
        return bottleneck(catalog, known_on=known_on, seed=seed)
    except RefusalError:
        # Not enough was public of memory and wafers; the outlook shows that as unknown.
        return None


def outlook_tree(outlook: Outlook) -> dict[str, Json]:
    """Return the outlook as JSON values."""
    return {
        "as_known_on": outlook.known_on.isoformat(),
        "forecasts": [_view(view) for view in outlook.views],
        "disagreement": [
            {
                "year": band.year,
                "low_usd_bn": band.low,
                "high_usd_bn": band.high,
                "ratio": band.ratio,
                "houses": band.houses,
            }
            for band in outlook.bands
        ],
        "yardstick": {"name": outlook.yardstick_name, "usd_bn": outlook.yardstick_usd_bn},
        "domestic": _supplied(outlook.domestic),
        "imported": _supplied(outlook.imported),
        "memory_limited_packages": _estimate(outlook.memory_limited),
        "bottleneck": _bound(outlook.bottleneck),
        "capacity": [effect_tree(effect) for effect in outlook.capacity],
    }


def _bound(one: Bottleneck | None) -> Json:
    if one is None:
        return None
    return {
        "vendor": one.vendor,
        "year": one.year,
        "by_memory": estimate_tree(one.by_memory),
        "by_logic": estimate_tree(one.by_logic),
        "packages": estimate_tree(one.packages),
        "p_memory_binds": one.p_memory_binds,
        "evidence": list(one.evidence),
    }


def _view(view: HouseView) -> dict[str, Json]:
    return {
        "id": view.id,
        "name": view.name,
        "scope": view.scope,
        "start": {"year": view.start_year, "usd_bn": view.start_usd_bn},
        "end": {"year": view.end_year, "usd_bn": view.end_usd_bn},
        "stated_growth": view.stated_growth,
        "recomputed_growth": view.growth,
        "fits": view.fits,
        "at": {str(year): value for year, value in view.at.items()},
        "evidence": list(view.evidence),
    }


def _supplied(supplied: Sequence[Supplied]) -> list[Json]:
    return [
        {
            "name": one.name,
            "year": one.year,
            "units": _estimate(one.units),
            "tpp": _estimate(one.tpp),
            "value": _estimate(one.value_usd),
            "without_units": list(one.without_units),
            "without_tpp": list(one.without_tpp),
            "without_value": list(one.without_value),
            "evidence": list(one.evidence),
        }
        for one in supplied
    ]


def _estimate(estimate: Estimate | None) -> Json:
    return None if estimate is None else estimate_tree(estimate)
