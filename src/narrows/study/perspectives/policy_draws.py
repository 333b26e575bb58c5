"""What a policy result is drawn from: units by route, ceilings, and what a unit counts for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from narrows.core import Figure, RefusalError
from narrows.futures import Arrivals, arrivals
from narrows.study.bridge.outlook import SEED
from narrows.study.bridge.processing import processing_performance
from narrows.study.facts import Band, FactBook, Product
from narrows.study.given import Given
from narrows.study.perspectives.draws import PATHS, FloatArray, draw
from narrows.study.perspectives.law import CAP_RATIO, law_figure
from narrows.study.perspectives.question import Question
from narrows.study.perspectives.schema import CapCase, PolicyStudy, RouteKind, SupplyRoute


class Basis(StrEnum):
    """What compute is counted in. Shares on different bases are different claims."""

    UNITS = "units"
    TPP = "tpp"
    EQUIVALENTS = "equivalents"
    """Packages of the reference chip with the same processing performance."""
    BANDWIDTH = "bandwidth"
    """Packages of the reference chip with the same memory bandwidth."""


@dataclass(frozen=True, slots=True)
class Supplied:
    """Units of one route before any ceiling, shape ``(paths,)``, and the figures behind them."""

    route: SupplyRoute
    units: FloatArray
    inputs: tuple[Figure, ...]
    evidence: tuple[str, ...]
    counts: Mapping[Basis, Figure]
    """What one unit counts for on each basis; a basis whose fact is not public is left out."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A case and its ceiling on all licensed units, shape ``(paths,)``; infinite where none."""

    case: CapCase
    chips: FloatArray
    inputs: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """All routes and cases of a study, drawn."""

    facts: FactBook
    study: PolicyStudy
    supplied: tuple[Supplied, ...]
    ceilings: tuple[Ceiling, ...]


def reach(facts: FactBook, study: PolicyStudy, question: Question) -> Reached:
    """Draw every route and every ceiling."""
    supplied = tuple(
        _supplied(facts, study, route, index) for index, route in enumerate(study.routes)
    )
    sales = facts.band(study.us_sales, "us_sales")
    sold = draw(sales, seed=(SEED, 11))
    return Reached(
        facts=facts,
        study=study,
        supplied=supplied,
        ceilings=tuple(_ceiling(facts, question, case, sales, sold) for case in study.cases),
    )


def _supplied(facts: FactBook, study: PolicyStudy, route: SupplyRoute, index: int) -> Supplied:
    counts = count_for(facts, route.chip, study.reference)
    if route.kind is RouteKind.LICENSED:
        return _licensed(facts, study, route, counts)
    units = facts.band(_stated(route.units, route, "units"), f"routes/{route.id}/units")
    ends = (units.low, units.central, units.high)
    return Supplied(route, draw(units, seed=(SEED, 13, index)), ends, (), counts)


def _licensed(
    facts: FactBook, study: PolicyStudy, route: SupplyRoute, counts: Mapping[Basis, Figure]
) -> Supplied:
    if route.line is None:
        raise RefusalError(f"route {route.id} names no line", (f"routes.{route.id}.line",))
    ordered = facts.band(_stated(route.ordered, route, "ordered"), f"routes/{route.id}/ordered")
    got: Arrivals = arrivals(
        facts.catalog,
        route.line,
        known_on=study.as_known_on,
        chips_ordered=round(ordered.value),
        quarters=study.quarters,
        paths=PATHS,
        seed=SEED,
    )
    return Supplied(route, got.paths[:, -1], (ordered.central,), got.evidence, counts)


def _stated(given: Given | None, route: SupplyRoute, field: str) -> Given:
    if given is None:
        raise RefusalError(f"route {route.id} states no {field}", (f"routes.{route.id}.{field}",))
    return given


def count_for(facts: FactBook, chip: str, reference: str) -> dict[Basis, Figure]:
    """Return what one unit of a chip counts for on each basis that its public figures allow."""
    one, other = (Product(facts.catalog.chip(name), None) for name in (chip, reference))
    counts = {
        Basis.UNITS: Figure(1, "1", "a unit is a unit", sources=(facts.study_source,), name="unit")
    }
    try:
        tpp, base = processing_performance(facts, one), processing_performance(facts, other)
        counts[Basis.TPP] = tpp
        counts[Basis.EQUIVALENTS] = _ratio(tpp, base, f"{chip} in {reference} by TPP")
    except RefusalError:
        # A chip without a public dense rate is counted in units only, and the table shows it.
        return counts
    try:
        own, held = (facts.field(each, "memory_bandwidth_gb_s") for each in (one, other))
    except RefusalError:
        return counts
    counts[Basis.BANDWIDTH] = _ratio(own, held, f"{chip} in {reference} by memory bandwidth")
    return counts


def _ratio(own: Figure, base: Figure, name: str) -> Figure:
    if own.value is None or not base.value:
        raise RefusalError(f"{name} has no base", (name,))
    return Figure(own.value / base.value, "1", "own / reference's", (own, base), name=name)


def _ceiling(
    facts: FactBook, question: Question, case: CapCase, sales: Band, sold: FloatArray
) -> Ceiling:
    if case.ceiling is not None:
        band = facts.band(case.ceiling, f"cases/{case.id}/ceiling")
        return Ceiling(case, draw(band, seed=(SEED, 12)), (band.central,))
    ratio = _ratio_of(facts, question, case)
    if ratio is None or ratio.value is None:
        return Ceiling(case, np.full(PATHS, np.inf), ())
    return Ceiling(case, ratio.value * sold, (ratio, sales.central))


def _ratio_of(facts: FactBook, question: Question, case: CapCase) -> Figure | None:
    if case.as_in_force:
        asked = facts.study
        assert isinstance(asked, PolicyStudy), "a case belongs to a policy study"  # noqa: S101
        return law_figure(
            question.pack, CAP_RATIO, on=asked.in_force_on, known_on=asked.as_known_on
        )
    if case.ratio is None:
        return None
    return facts.band(case.ratio, f"cases/{case.id}/ratio").central
