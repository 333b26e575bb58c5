"""Forecasts of the world market side by side: growth recomputed, disagreement kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog import Catalog, MarketFigure
from narrows.core import STRICT, RefusalError, read_record, visible
from narrows.futures.growth import level, yearly_growth
from narrows.futures.lines import DATA


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One house's forecast: two rows and the growth it prints.

    Where only the end is public, ``implied_start`` is the year from which the printed growth leads
    there. ``tolerance`` is given where the printed rate is rounded more than most.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    name: str
    end: str
    stated_growth: float
    scope: str
    start: str | None = None
    implied_start: int | None = None
    tolerance: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """A reported figure to hold the forecasts against."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    row: str
    year: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseList:
    """The houses, and the years on which they are compared."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    common_years: tuple[int, ...]
    tolerance: float
    houses: tuple[House, ...]
    yardstick: Yardstick


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseView:
    """One forecast recomputed. Money in USD bn.

    Attributes
    ----------
    fits
        Whether the printed growth leads from start to end; ``None`` where the start is implied by
        it.
    at
        Level by common year within the forecast's own span.
    """

    id: str
    name: str
    scope: str
    start_year: int
    end_year: int
    start_usd_bn: float
    end_usd_bn: float
    stated_growth: float
    growth: float
    fits: bool | None
    at: Mapping[int, float]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Lowest and highest level that the houses give for one year, in USD bn."""

    year: int
    low: float
    high: float
    houses: int

    @property
    def ratio(self) -> float:
        """Highest over lowest."""
        return self.high / self.low


def load_houses(path: Path = DATA / "houses.yaml") -> HouseList:
    """Read the list of houses."""
    return read_record(path, HouseList)


def house_views(catalog: Catalog, houses: HouseList, *, known_on: date) -> tuple[HouseView, ...]:
    """Return the forecasts public on a day, recomputed, in the order of the list.

    Raises
    ------
    RefusalError
        None was public.
    """
    rows = {row.id: row for row in catalog.market if visible(row, known_on)}
    views = [_view(house, houses, rows) for house in houses.houses]
    found = tuple(view for view in views if view is not None)
    if not found:
        raise RefusalError(f"no market forecast was public on {known_on}", ("a dated forecast",))
    return found


def disagreements(views: tuple[HouseView, ...], houses: HouseList) -> tuple[Disagreement, ...]:
    """Return the band of each common year for which at least two houses give a level."""
    found = []
    for year in houses.common_years:
        levels = [view.at[year] for view in views if year in view.at]
        if len(levels) > 1:
            found.append(
                Disagreement(year=year, low=min(levels), high=max(levels), houses=len(levels))
            )
    return tuple(found)


def _view(house: House, houses: HouseList, rows: Mapping[str, MarketFigure]) -> HouseView | None:
    cited = tuple(row for row in (house.start, house.end) if row is not None)
    if not all(row in rows for row in cited):
        return None
    end_year, end = _point(rows[house.end])
    if house.start is not None:
        start_year, start = _point(rows[house.start])
        growth = yearly_growth(start, end, end_year - start_year)
        tolerance = houses.tolerance if house.tolerance is None else house.tolerance
        fits = abs(growth - house.stated_growth) <= tolerance
    elif house.implied_start is not None:
        start_year, growth, fits = house.implied_start, house.stated_growth, None
        start = level(end, growth, start_year - end_year)
    else:
        return None
    return HouseView(
        id=house.id,
        name=house.name,
        scope=house.scope,
        start_year=start_year,
        end_year=end_year,
        start_usd_bn=start,
        end_usd_bn=end,
        stated_growth=house.stated_growth,
        growth=growth,
        fits=fits,
        at={
            year: level(start, growth, year - start_year)
            for year in houses.common_years
            if start_year <= year <= end_year
        },
        evidence=cited,
    )


def _point(row: MarketFigure) -> tuple[int, float]:
    """Return year and level of a forecast row.

    Raises
    ------
    RefusalError
        The row has no central value or no plain year.
    """
    if row.central is None or row.period is None or not row.period.isdigit():
        raise RefusalError(f"forecast row {row.id} has no level for a year", (row.id,))
    return int(row.period), row.central
