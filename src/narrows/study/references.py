"""What a study names must exist: in the catalogue, among the lines and engines, or in the study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeAlias

from narrows.catalog import STATE_MEND, Catalog, is_state_code
from narrows.core import AmbiguousNameError, Document, InputError, Pointer, UnknownNameError
from narrows.futures import load_lines
from narrows.performance.serving.question import engine_named
from narrows.study.facts import find_product
from narrows.study.schema import Option, Study

Faults: TypeAlias = Iterator[InputError]
Check: TypeAlias = Callable[[Study, Document, Catalog], Faults]


def _check_names(study: Study, document: Document, catalog: Catalog) -> Faults:
    product = partial(find_product, catalog)
    for i, option in enumerate(study.options):
        yield from _resolves(document, ("options", i, "system"), option.system, product)
    for i, rental in enumerate(study.rentals):
        yield from _resolves(document, ("rentals", i, "system"), rental.system, product)
    for i, workload in enumerate(study.workloads):
        yield from _resolves(document, ("workloads", i, "model"), workload.model, catalog.model)


def _resolves(
    document: Document, at: Pointer, name: str, resolve: Callable[[str], object]
) -> Faults:
    try:
        resolve(name)
    except (UnknownNameError, AmbiguousNameError) as error:
        problem, _, mend = str(error).partition("; ")
        yield document.error(at, problem, mend)
    except InputError as error:
        yield document.error(at, error.problem, error.mend, name)


def _check_lines(study: Study, document: Document, _: Catalog) -> Faults:
    lines = [line.id for line in load_lines()]
    for i, option in enumerate(study.options):
        if option.line is not None:
            yield from _known(document, ("options", i, "line"), option.line, lines)


def _check_engines(study: Study, document: Document, _: Catalog) -> Faults:
    for field in ("options", "rentals"):
        for i, entry in enumerate(getattr(study, field)):
            if entry.engine is not None:
                yield from _resolves(document, (field, i, "engine"), entry.engine, engine_named)


def _check_ids_named(study: Study, document: Document, _: Catalog) -> Faults:
    options = [option.id for option in study.options]
    for i, site in enumerate(study.sites):
        for j, holding in enumerate(site.holdings):
            at: Pointer = ("sites", i, "holdings", j, "option")
            yield from _known(document, at, holding.option, options)
    for i, name in enumerate(study.cap.options):
        yield from _known(document, ("cap", "options", i), name, options)
    for i, limit in enumerate(study.exposure):
        for j, name in enumerate(limit.options):
            yield from _known(document, ("exposure", i, "options", j), name, options)
    workloads = [workload.id for workload in study.workloads]
    for i, rental in enumerate(study.rentals):
        for j, name in enumerate(rental.workloads):
            yield from _known(document, ("rentals", i, "workloads", j), name, workloads)


def _check_parties_named(study: Study, document: Document, _: Catalog) -> Faults:
    parties = [party.id for party in study.parties]
    stacks = [porting.stack for porting in study.porting]
    yield from _known(document, ("end_use", "buyer"), study.end_use.buyer, parties)
    for i, option in enumerate(study.options):
        yield from _known(document, ("options", i, "stack"), option.stack, stacks)
        yield from _parties_of_route(document, i, option, parties)
    for i, rental in enumerate(study.rentals):
        yield from _known(document, ("rentals", i, "lessor"), rental.lessor, parties)


def _parties_of_route(document: Document, i: int, option: Option, parties: list[str]) -> Faults:
    for j, leg in enumerate(option.route):
        for role in ("exporter", "consignee"):
            at = ("options", i, "route", j, role)
            yield from _known(document, at, getattr(leg, role), parties)


def _check_countries(study: Study, document: Document, _: Catalog) -> Faults:
    yield from _is_country(document, ("end_use", "site"), study.end_use.site)
    for i, party in enumerate(study.parties):
        for field in ("country", "headquarters", "ultimate_parent"):
            yield from _is_country(document, ("parties", i, field), getattr(party, field))
    for i, option in enumerate(study.options):
        for j, leg in enumerate(option.route):
            for field in ("origin", "destination"):
                at = ("options", i, "route", j, field)
                yield from _is_country(document, at, getattr(leg, field))


def _is_country(document: Document, at: Pointer, code: str | None) -> Faults:
    if code is not None and not is_state_code(code):
        yield document.error(at, "not the code of a country", STATE_MEND, code)


def _known(document: Document, at: Pointer, name: str, known: Iterable[str]) -> Faults:
    names = list(known)
    if name not in names:
        yield document.error(at, "refers to nothing here", f"name one of: {', '.join(names)}", name)


REFERENCES: tuple[Check, ...] = (
    _check_names,
    _check_lines,
    _check_engines,
    _check_ids_named,
    _check_parties_named,
    _check_countries,
)
