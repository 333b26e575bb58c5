"""What a study takes from the catalogue has to be there, and to measure what is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches

from narrows.catalog import Catalog, Chip, System
from narrows.core import Document, InputError, Pointer, RefusalError
from narrows.study.facts import market_figure
from narrows.study.given import Given
from narrows.study.schema import Study

_FIELDS = frozenset(field.name for record in (Chip, System) for field in fields(record))


def check_pointed(study: Study, document: Document, catalog: Catalog) -> Iterator[InputError]:
    """Yield a fault for each pointer of a study that leads nowhere, or to another unit."""
    for at, given in _givens(study, ()):
        if given.market is not None:
            yield from _check_market(document, at, given, catalog)
        if given.catalog is not None and given.catalog not in _FIELDS:
            near = get_close_matches(given.catalog, _FIELDS) or ["price_usd", "power_kw"]
            mend = f"name a field such as {', '.join(near)}"
            yield document.error(at, "no such field of a chip or system", mend, given.catalog)


def _check_market(
    document: Document, at: Pointer, given: Given, catalog: Catalog
) -> Iterator[InputError]:
    row = next((row for row in catalog.market if row.id == given.market), None)
    if row is None:
        mend = "name a figure of the catalogue, such as M001"
        yield document.error(at, "no such market figure", mend, given.market)
        return
    try:
        market_figure(row, row.central, given.unit, "")
    except RefusalError as error:
        yield document.error(at, error.reason, f"name one in {given.unit}", given.market)


def _givens(part: object, at: Pointer) -> Iterator[tuple[Pointer, Given]]:
    if isinstance(part, Given):
        yield at, part
    elif is_dataclass(part):
        for field in fields(part):
            yield from _givens(getattr(part, field.name), (*at, field.name))
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from _givens(value, (*at, key))
    elif isinstance(part, (tuple, list)):
        for index, value in enumerate(part):
            yield from _givens(value, (*at, index))


__all__ = ["check_pointed"]
