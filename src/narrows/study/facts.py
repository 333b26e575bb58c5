"""Figures for a study: what it states, and what the catalogue knew on the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from narrows.catalog import Catalog, Chip, MarketFigure, System
from narrows.core import (
    UNITS,
    Currency,
    Figure,
    Grade,
    Money,
    RefusalError,
    convert,
    convert_money,
)
from narrows.study.given import Given
from narrows.study.interval import Interval
from narrows.study.rolling.standing import Standing
from narrows.study.schema import Study


@dataclass(frozen=True, slots=True)
class Band:
    """Low, central and high figure of one quantity, in one unit.

    ``interval`` is the law behind them, where the study states one.
    """

    low: Figure
    central: Figure
    high: Figure
    interval: Interval | None = None

    @property
    def value(self) -> float:
        """The central value.

        Raises
        ------
        RefusalError
            It is unknown.
        """
        if self.central.value is None:
            raise RefusalError("the central value is unknown", (str(self.central.name),))
        return float(self.central.value)


@dataclass(frozen=True, slots=True)
class Product:
    """What an option or a rental is made of."""

    chip: Chip
    system: System | None

    @property
    def packages(self) -> int | None:
        """Packages in one order unit; 1 for a bare chip; ``None`` where a system hides it."""
        return 1 if self.system is None else self.system.packages


def find_product(catalog: Catalog, name: str) -> Chip | System:
    """Return the system that a name means, else the chip.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        Neither, or several, answer to the name.
    """
    return catalog.system(name) if catalog.has_system(name) else catalog.chip(name)


class Asked(Protocol):
    """A study of any perspective, as far as figures go."""

    @property
    def study(self) -> str:
        """Its name."""

    @property
    def as_known_on(self) -> date:
        """The day on whose knowledge it stands."""


@dataclass(frozen=True)
class FactBook:
    """The catalogue as known on a study's day, with figures for everything that is used."""

    catalog: Catalog
    study: Asked
    _made: dict[tuple[str, str], Figure] = field(default_factory=dict, repr=False, compare=False)
    """Figures by record and field, so that one fact is one figure wherever it goes in."""

    @property
    def study_source(self) -> str:
        """The id under which the study itself is a source."""
        return f"study:{self.study.study}"

    def product(self, name: str) -> Product:
        """Return the chip and, where a system is named, the system.

        Raises
        ------
        RefusalError
            The system's chip is not known.
        """
        found = find_product(self.catalog, name)
        if isinstance(found, Chip):
            return Product(found, None)
        if found.chip is None or found.chip not in self.catalog.chips:
            raise RefusalError(f"the chip of {found.id} is not known", (f"{found.id}.chip",))
        return Product(self.catalog.chips[found.chip], found)

    def band(self, given: Given, name: str, product: Product | None = None) -> Band:
        """Return the three figures of a stated quantity.

        Raises
        ------
        RefusalError
            The figure that it points at was not public on the day, or is blank.
        """
        if given.market is not None:
            return self._market(given.market, given.unit)
        if given.catalog is not None:
            return self._catalog(given, name, product)
        return self._stated(given, name)

    def _stated(self, given: Given, name: str) -> Band:
        source = given.source or self.study_source
        grade = Grade.D if given.assumed else Grade.C
        origin = "assumed in the study" if given.assumed else "stated"

        def figure(value: float | None, suffix: str, quantile: str) -> Figure:
            shown = given.value if value is None else value
            label = f"{name}{suffix}"
            law = f"{quantile} of `{given.interval.text}`, " if given.interval else ""
            made = Figure(
                shown, given.unit, f"{law}{origin}", sources=(source,), grade=grade, name=label
            )
            return self._made.setdefault(("study", label), made)

        return Band(
            figure(given.low, " low", "p05"),
            figure(given.value, "", "p50"),
            figure(given.high, " high", "p95"),
            given.interval,
        )

    def number(self, value: float, unit: str, name: str) -> Figure:
        """Return a bare number that the study states, one figure however often it is asked."""
        made = Figure(value, unit, "stated in the study", sources=(self.study_source,), name=name)
        return self._made.setdefault(("number", name), made)

    def _market(self, row_id: str, unit: str) -> Band:
        row = next((row for row in self.catalog.market if row.id == row_id), None)
        if row is None:
            day = self.study.as_known_on
            raise RefusalError(f"market figure {row_id} was not public on {day}", (row_id,))

        def side(value: float | str | None, suffix: str) -> Figure:
            stated = row.central if value is None else value
            figure = market_figure(row, stated, unit, suffix)
            return self._made.setdefault((row_id, f"{unit}{suffix}"), figure)

        return Band(side(row.low, " low"), side(row.central, ""), side(row.high, " high"))

    def _catalog(self, given: Given, name: str, product: Product | None) -> Band:
        if product is None or given.catalog is None:
            raise RefusalError(f"{name} points at a field of no system", (name,))
        figure = self.field(product, given.catalog)
        per_chip = self._per_package(figure, product, given.unit)
        return Band(per_chip, per_chip, per_chip)

    def field(self, product: Product, fieldname: str) -> Figure:
        """Return a field of the product: the system's own, else the chip's.

        Raises
        ------
        RefusalError
            Both leave it blank.
        """
        for record in (product.system, product.chip):
            value = getattr(record, fieldname, None)
            if record is not None and value is not None:
                figure = _record_figure(record, fieldname, value)
                return self._made.setdefault((record.id, fieldname), figure)
        missing = f"{(product.system or product.chip).id}.{fieldname}"
        raise RefusalError(f"no public figure for {missing}", (missing,))

    def _per_package(self, figure: Figure, product: Product, unit: str) -> Figure:
        owner = figure.name or ""
        if product.system is None or not owner.startswith(f"{product.system.id}."):
            return figure
        packages = self.field(product, "packages")
        if figure.value is None or not packages.value:
            raise RefusalError(f"{owner} cannot be shared over packages", (f"{owner}",))
        return Figure(
            figure.value / packages.value,
            unit,
            "system's figure / packages",
            (figure, packages),
            name=f"{owner} a package",
        )

    def rate(self) -> Figure:
        """Return the yuan for one dollar as known on the day.

        Raises
        ------
        RefusalError
            No rate was public.
        """
        money, rate = convert_money(
            Money(1.0, Currency.USD),
            Currency.CNY,
            self.catalog.exchange_rates,
            known_on=self.study.as_known_on,
        )
        assert rate is not None, "two different currencies are converted at a rate"  # noqa: S101
        figure = Figure(
            money.amount,
            "CNY/USD",
            f"rate of {rate.on.isoformat()}",
            sources=(rate.source,),
            grade=Grade.A,
            name="yuan for one dollar",
        )
        return self._made.setdefault(("rate", "CNY/USD"), figure)


@dataclass(frozen=True)
class Facts(FactBook):
    """The facts of a study that buys.

    Attributes
    ----------
    booked
        Where the study has begun before.
    domestic_only
        Sites that are planned for domestic chips alone.
    """

    study: Study
    booked: Standing | None = None
    domestic_only: tuple[str, ...] = ()


_MARKET_UNITS: Mapping[str, tuple[str, float]] = {
    "chips": ("chip", 1.0), "chips each": ("chip", 1.0), "chips/yr": ("chip", 1.0),
    "cards/yr": ("chip", 1.0), "chips/buyer": ("chip", 1.0), "ratio": ("1", 1.0),
    "USD bn": ("USD", 1e9), "CNY bn": ("CNY", 1e9),
}  # fmt: skip
"""How the catalogue writes what is counted; a study asks for one of the units of the house."""


def market_figure(row: MarketFigure, value: float | str | None, unit: str, suffix: str) -> Figure:
    """Return a market figure of the catalogue in a unit.

    Raises
    ------
    RefusalError
        It states no number, or measures something else.
    """
    if not isinstance(value, (int, float)):
        raise RefusalError(f"market figure {row.id} states no number", (row.id,))
    written, factor = _MARKET_UNITS.get(row.unit, (row.unit, 1.0))
    if written not in UNITS or UNITS[written][0] != UNITS[unit][0]:
        raise RefusalError(f"market figure {row.id} is in {row.unit}, not in {unit}", (row.id,))
    return Figure(
        convert(float(value) * factor, unit=written, to=unit),
        unit,
        f"{row.quantity}, {row.period or 'undated'}",
        sources=row.sources,
        grade=row.grade,
        name=f"market {row.id}{suffix}",
    )


_FIELD_UNITS = {
    "price_usd": "USD", "packages": "chip", "power_kw": "kW", "tdp_w": "W", "cabinets": "rack",
    "memory_gb": "GB", "memory_bandwidth_gb_s": "GB/s",
}  # fmt: skip


def _record_figure(record: Chip | System, fieldname: str, value: float) -> Figure:
    return Figure(
        value,
        _FIELD_UNITS.get(fieldname, "1"),
        "stated",
        sources=record.sources,
        grade=record.grade,
        name=f"{record.id}.{fieldname}",
    )
