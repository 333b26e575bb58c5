"""The answer of ``narrows fleet`` as a mapping and on a terminal, in three languages."""

from __future__ import annotations

from rich.table import Table

from narrows.brief.figures import UNKNOWN
from narrows.cli.fleet_options import Terms
from narrows.cli.serve_tables import Telling
from narrows.core import InputError, Json
from narrows.performance.serving import Load
from narrows.performance.serving.holdings import Holding
from narrows.performance.serving.mixed import (
    MixedFleet,
    Period,
    cost_at_peak,
    tokens_per_joule_at_peak,
)
from narrows.performance.serving.tree import deployment_tree


def fleet_tree(found: MixedFleet, load: Load, terms: Terms) -> dict[str, Json]:
    """Return the answer as a mapping; cost and energy are of the fleet that is surely enough.

    Raises
    ------
    InputError
        A price is given of a system that is not in the fleet.
    """
    prices = _prices(found, terms)
    unit = found.added_unit
    return {
        "on": found.on.name,
        "unit": None if unit is None else deployment_tree(unit),
        "unit_chips": found.added_unit_chips,
        "held": [_held(each) for each in found.held],
        "periods": [
            _period(found, number, each, load, prices, terms.pue)
            for number, each in enumerate(found.periods, start=1)
        ],
        "currency": terms.currency if prices else None,
        "pue": terms.pue,
    }


def _prices(found: MixedFleet, terms: Terms) -> dict[str, float]:
    prices = terms.prices
    names = {found.on.name, *(each.place.name for each in found.held)}
    idle = sorted(set(prices) - names)
    if idle:
        raise InputError(
            "a price of a system that is not in the fleet",
            f"give prices of {', '.join(sorted(names))}",
            fieldname="price",
            value=", ".join(idle),
        )
    return prices


def _held(each: Holding) -> Json:
    return {
        "system": each.place.name,
        "chips": each.chips,
        "unit_chips": each.unit_chips,
        "units": each.units,
        "requests_per_s": each.requests_per_s,
        "requests_per_s_safe": each.requests_safe,
        "unit": deployment_tree(each.unit),
    }


def _period(
    found: MixedFleet, number: int, each: Period, load: Load, prices: dict[str, float], pue: float
) -> Json:
    safe = each.added_safe
    return {
        "period": number,
        "requests_per_s": each.peak,
        "chips_added": each.added,
        "chips_added_safe": safe,
        "cost_per_million_tokens": cost_at_peak(found, safe, each.peak, load, prices),
        "tokens_per_joule": tokens_per_joule_at_peak(found, safe, each.peak, load, pue),
    }


def show_fleet(found: MixedFleet, tree: dict[str, Json], model: str, told: Telling) -> None:
    """Print the answer."""
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
