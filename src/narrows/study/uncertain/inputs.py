"""The uncertain inputs of a study: stated intervals by group, speeds, gates and what passes them.

Quantities of one group move together: a price list or a model error is wrong for all chips alike
more often than for each on its own. Groups are independent of one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from narrows.study.facts import Band, Facts
from narrows.study.given import Given
from narrows.study.schema import Origin
from narrows.study.sections.assumptions import walk_given


class Input(StrEnum):
    """A group of quantities that are uncertain together."""

    GATES = "gates"
    PASSAGE = "passage"
    SPEED_IMPORT = "speed_import"
    SPEED_DOMESTIC = "speed_domestic"
    PRICE_IMPORT = "price_import"
    PRICE_DOMESTIC = "price_domestic"
    SUPPLY_IMPORT = "supply_import"
    SUPPLY_DOMESTIC = "supply_domestic"
    CAP = "cap"
    DEMAND = "demand"
    DEMAND_GROWTH = "demand_growth"
    UNMET_PRICE = "unmet_price"
    RENT = "rent"
    RENTAL_SUPPLY = "rental_supply"
    BUDGET = "budget"
    DISCOUNT = "discount"
    SITE_POWER = "site_power"
    POWER_PRICE = "power_price"
    OVERHEAD = "overhead"
    CHIP_POWER = "chip_power"
    FLOOR = "floor"
    AVAILABILITY = "availability"
    HOLDINGS = "holdings"
    DEPOSIT = "deposit"
    REFUND = "refund"
    DUTY = "duty"
    PORTING = "porting"
    UPKEEP = "upkeep"


_GROUPS: Mapping[tuple[str, str], Input] = MappingProxyType(
    {
        ("options", "deposit"): Input.DEPOSIT,
        ("options", "refund_if_blocked"): Input.REFUND,
        ("options", "refund_if_cancelled"): Input.REFUND,
        ("options", "duty_passed_on"): Input.DUTY,
        ("options", "power_per_chip"): Input.CHIP_POWER,
        ("options", "chips_per_rack"): Input.FLOOR,
        ("options", "availability"): Input.AVAILABILITY,
        ("rack_power", "rack_power"): Input.FLOOR,
        ("cap", "chips_per_quarter"): Input.CAP,
        ("workloads", "tokens_per_quarter"): Input.DEMAND,
        ("workloads", "tokens_per_s"): Input.DEMAND,
        ("workloads", "growth_per_quarter"): Input.DEMAND_GROWTH,
        ("risk", "unmet_multiple"): Input.UNMET_PRICE,
        ("risk", "discount_per_year"): Input.DISCOUNT,
        ("rentals", "price"): Input.RENT,
        ("rentals", "ceiling"): Input.RENTAL_SUPPLY,
        ("budget", "per_quarter"): Input.BUDGET,
        ("budget", "growth_per_quarter"): Input.BUDGET,
        ("sites", "power"): Input.SITE_POWER,
        ("sites", "electricity"): Input.POWER_PRICE,
        ("sites", "electricity_domestic_only"): Input.POWER_PRICE,
        ("sites", "pue"): Input.OVERHEAD,
        ("sites", "floor"): Input.FLOOR,
        ("sites", "chips"): Input.HOLDINGS,
        ("porting", "cost"): Input.PORTING,
        ("ownership", "upkeep_per_year"): Input.UPKEEP,
    }
)
"""Part of the study and field to the group."""
_BY_ORIGIN: Mapping[tuple[str, Origin], Input] = MappingProxyType(
    {
        ("price", Origin.IMPORT): Input.PRICE_IMPORT,
        ("price", Origin.DOMESTIC): Input.PRICE_DOMESTIC,
        ("supply_per_quarter", Origin.IMPORT): Input.SUPPLY_IMPORT,
        ("supply_per_quarter", Origin.DOMESTIC): Input.SUPPLY_DOMESTIC,
    }
)
"""Fields of an option that differ by the side it comes from."""
CHOSEN = frozenset(
    {
        ("domestic_share", "base"),
        ("exposure", "at_most"),
        ("risk", "cvar_weight"),
        ("risk", "cvar_confidence"),
        ("workloads", "ttft_limit"),
        ("workloads", "tpot_limit"),
        ("workloads", "unmet_share_max"),
        ("workloads", "work"),
        ("workloads", "delay_price"),
    }
)
"""What the buyer wants or asks about is not uncertain, whatever interval stands beside it."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A quantity of the study with an interval: its path, and the three figures."""

    path: str
    given: Given
    band: Band

    def at(self, share: float) -> Given:
        """Return the quantity at a quantile of its law, or of its triangle where it has none."""
        law = self.band.interval
        value = (
            triangular(self.band, share) if law is None else float(law.quantile(np.array(share)))
        )
        return Given(unit=self.given.unit, value=value, note=self.given.note)


def group_of(path: str, origins: Mapping[str, Origin]) -> Input | None:
    """Return the group of a stated quantity; ``None`` for what the buyer chooses.

    Parameters
    ----------
    origins
        The side that each option comes from.

    Raises
    ------
    KeyError
        No group is named for the field.
    """
    parts = path.split("/")
    part, fieldname = parts[0], parts[-1]
    if (part, fieldname) in CHOSEN:
        return None
    if part == "options" and (fieldname, origins[parts[1]]) in _BY_ORIGIN:
        return _BY_ORIGIN[fieldname, origins[parts[1]]]
    return _GROUPS[part, fieldname]


def stated_inputs(facts: Facts) -> dict[Input, tuple[Stated, ...]]:
    """Return what the study states with an interval, by group, in the order of :class:`Input`."""
    found: dict[Input, list[Stated]] = {}
    origins = {option.id: option.origin for option in facts.study.options}
    for path, given in _with_interval(facts):
        group = group_of(path, origins)
        if group is None:
            continue
        band = facts.band(given, path)
        if _ends(band)[0] < _ends(band)[2]:
            found.setdefault(group, []).append(Stated(path, given, band))
    return {group: tuple(found[group]) for group in Input if group in found}


def _with_interval(facts: Facts) -> Iterator[tuple[str, Given]]:
    for path, given in walk_given(facts.study):
        if given.market is not None or given.low is not None or given.high is not None:
            yield path, given


def triangular(band: Band, share: float) -> float:
    """Return a quantile of the triangle from low over central to high.

    >>> from narrows.core import Figure
    >>> ends = (Figure(value, "1", "stated", sources=("s",)) for value in (0.0, 1.0, 2.0))
    >>> triangular(Band(*ends), 0.5)
    1.0

    Raises
    ------
    RefusalError
        The central value is unknown.
    """
    low, mode, high = _ends(band)
    width = high - low
    rising = (mode - low) / width
    if share <= rising:
        return float(low + (share * width * (mode - low)) ** 0.5)
    return float(high - ((1.0 - share) * width * (high - mode)) ** 0.5)


def _ends(band: Band) -> tuple[float, float, float]:
    """Return low, central and high; an end that is not stated is the central value."""
    central = band.value
    low = central if band.low.value is None else float(band.low.value)
    high = central if band.high.value is None else float(band.high.value)
    return min(low, central), central, max(high, central)
