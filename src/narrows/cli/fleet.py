"""``narrows fleet``: the chips to add for a load that grows, beside those that are there."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from narrows.brief.figures import UNKNOWN
from narrows.catalog import load_catalog
from narrows.cli.serve_options import ASKED, Asked
from narrows.cli.serve_tables import Language, Telling
from narrows.core import InputError, Json
from narrows.performance.serving import Deployment, Load, model_named, place_named
from narrows.performance.serving.mixed import (
    MixedFleet,
    cost_at_peak,
    holding,
    mixed_fleet,
    tokens_per_joule_at_peak,
)
from narrows.performance.serving.tree import deployment_tree

PERIODS_MAX = 40
"""Ten years of quarters; beyond, a rate of growth says nothing."""
GROWTH_MAX = 100.0
"""A hundredfold from period to period is a slip of the pen."""

Words = Annotated[tuple[str, ...], Parameter(consume_multiple=True)]


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The load of each period.

    Parameters
    ----------
    peaks
        Requests a second at the peak of each period; one only where it grows.
    growth
        Share by which the peak grows from period to period, such as 0.2.
    periods
        Periods of growth, the first included.
    """

    peaks: Annotated[tuple[float, ...], Parameter(consume_multiple=True)]
    growth: float | None = None
    periods: int | None = None

    @property
    def by_period(self) -> tuple[float, ...]:
        """The peak of each period.

        Raises
        ------
        InputError
            Growth and periods do not fit each other or the peaks.
        """
        if self.growth is None and self.periods is None:
            return self.peaks
        if self.growth is None or self.periods is None or len(self.peaks) != 1:
            raise InputError(
                "growth needs one peak and a number of periods",
                "write --peaks 20 --growth 0.2 --periods 8",
                fieldname="growth",
            )
        if not 1 <= self.periods <= PERIODS_MAX:
            raise InputError(
                "out of range", f"give 1 to {PERIODS_MAX}", fieldname="periods", value=self.periods
            )
        if not -1 < self.growth <= GROWTH_MAX:
            raise InputError(
                "out of range", "give a share such as 0.2", fieldname="growth", value=self.growth
            )
        return tuple(self.peaks[0] * (1 + self.growth) ** step for step in range(self.periods))


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Prices and power.

    Parameters
    ----------
    price
        Whole cost of a package for an hour by system: ``dgx-h200=3.2 hgx-h20=1.4``.
    currency
        Currency of the prices.
    pue
        What cooling and conversion add to the power.
    """

    price: Words = ()
    currency: str = "CNY"
    pue: float = 1.25


TERMS = Terms()


def fleet(
    model: str,
    *,
    on: str,
    load: Growth,
    held: Words = (),
    asked: Asked = ASKED,
    weights: str | None = None,
    cache: str | None = None,
    terms: Terms = TERMS,
    lang: Language = "en",
    json_output: Annotated[bool, Parameter(name=["--json"], negative=())] = False,
) -> int:
    """Say how many chips of a system to add for each period's peak, with what they cost.

    Parameters
    ----------
    model
        A model's id, name or alias, or a published ``config.json``.
    on
        The system or chip to add; ``cloudmatrix384:cann`` names an engine with it.
    load
        Peaks, or one peak and its growth.
    held
        What is there already: ``hgx-h20=64 atlas-800t-a2=128``.
    weights, cache
        Formats, as of ``narrows serve``.
    lang
        Language of the answer.
    json_output
        Print JSON.
    """
    catalog = load_catalog()
    served = model_named(catalog, model)
    deployment = Deployment(weights=weights, cache=cache)
    prices = {name: _positive(value, "price") for name, value in _pairs(terms.price, "price")}
    there = [
        holding(
            served,
            place_named(catalog, name),
            round(_positive(value, "held")),
            asked.load,
            limits=asked.limits,
            deployment=deployment,
        )
        for name, value in _pairs(held, "held")
    ]
    found = mixed_fleet(
        served,
        place_named(catalog, on),
        asked.load,
        peaks=load.by_period,
        held=there,
        limits=asked.limits,
        deployment=deployment,
    )
    tree = _tree(found, asked.load, prices, terms)
    if json_output:
        sys.stdout.write(json.dumps(tree, indent=2, ensure_ascii=False) + "\n")
    else:
        _show(found, tree, served.name, Telling(lang))
    return 0


def _pairs(words: Sequence[str], field: str) -> list[tuple[str, str]]:
    pairs = []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name or not value:
            raise InputError(
                "not SYSTEM=NUMBER", "write one such as hgx-h20=64", fieldname=field, value=word
            )
        pairs.append((name, value))
    return pairs


def _positive(written: str, field: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = float("nan")
    if not 0 < value < float("inf"):
        raise InputError("not a positive number", "give one", fieldname=field, value=written)
    return value


def _tree(found: MixedFleet, load: Load, prices: dict[str, float], terms: Terms) -> dict[str, Json]:
    """Return the answer as a mapping; cost and energy are of the fleet that is surely enough."""
    names = {found.on.name, *(each.place.name for each in found.held)}
    idle = sorted(set(prices) - names)
    if idle:
        raise InputError(
            "a price of a system that is not in the fleet",
            f"give prices of {', '.join(sorted(names))}",
            fieldname="price",
            value=", ".join(idle),
        )
    unit = found.added_unit
    return {
        "on": found.on.name,
        "unit": None if unit is None else deployment_tree(unit),
        "unit_chips": found.added_unit_chips,
        "held": [
            {
                "system": each.place.name,
                "chips": each.chips,
                "unit_chips": each.unit_chips,
                "units": each.units,
                "requests_per_s": each.requests_per_s,
                "requests_per_s_safe": each.requests_safe,
                "unit": deployment_tree(each.unit),
            }
            for each in found.held
        ],
        "periods": [
            {
                "period": number,
                "requests_per_s": each.peak,
                "chips_added": each.added,
                "chips_added_safe": each.added_safe,
                "cost_per_million_tokens": cost_at_peak(
                    found, each.added_safe, each.peak, load, prices
                ),
                "tokens_per_joule": tokens_per_joule_at_peak(
                    found, each.added_safe, each.peak, load, terms.pue
                ),
            }
            for number, each in enumerate(found.periods, start=1)
        ],
        "currency": terms.currency if prices else None,
        "pue": terms.pue,
    }


def _show(found: MixedFleet, tree: dict[str, Json], model: str, told: Telling) -> None:
    for each in found.held:
        told.line(
            told.say(
                "fleet.held",
                chips=each.chips,
                system=each.place.name,
                requests=each.requests_per_s,
                safe=each.requests_safe,
            )
        )
    told.console.print(_table(tree, model, found.on.name, told))
    unit = found.added_unit
    if unit is None:
        told.line(told.say("fleet.enough"))
    else:
        rate = unit.output_rate_per_chip
        told.line(
            told.say(
                "fleet.unit",
                chips=found.added_unit_chips,
                layout=unit.layout,
                requests=unit.requests_per_s,
                rate=rate.p50,
                low=rate.p05,
                high=rate.p95,
            )
        )
    told.line(told.say("fleet.note"))


def _table(tree: dict[str, Json], model: str, system: str, told: Telling) -> Table:
    """Return a row for each period; without prices there is no column of costs."""
    currency = tree["currency"]
    columns = [name for name in _HEADS if name != _COST or currency is not None]
    heads = [told.say(_HEADS[name], currency=str(currency)) for name in columns]
    table = told.table(told.say("fleet.title", model=model, system=system), *heads, left=1)
    periods = tree["periods"]
    for row in periods if isinstance(periods, list) else []:
        if isinstance(row, dict):
            table.add_row(*(_cell(row[name], told) for name in columns))
    return table


_COST = "cost_per_million_tokens"
_HEADS = {
    "period": "fleet.head.period",
    "requests_per_s": "fleet.head.peak",
    "chips_added": "fleet.head.added",
    "chips_added_safe": "fleet.head.added_safe",
    _COST: "fleet.head.cost",
    "tokens_per_joule": "fleet.head.energy",
}


def _cell(value: Json, told: Telling) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return told.number(value) if isinstance(value, float) else UNKNOWN
