"""From the data files to a checked catalogue."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, TypeVar

from pydantic import ConfigDict

from narrows.catalog.aliases import Aliases, read_aliases
from narrows.catalog.book import Catalog
from narrows.catalog.checks import check_entries
from narrows.catalog.files import Entry, data_root, read_entries, read_folder, unwrap
from narrows.catalog.records import (
    Chip,
    DateText,
    Event,
    MarketFigure,
    Model,
    Rate,
    Record,
    System,
)
from narrows.core import STRICT, Document, Source

R = TypeVar("R", Chip, System, Model)
N = TypeVar("N", bound=Record)


@dataclasses.dataclass(frozen=True, slots=True)
class SourceEntry(Source):
    """A source as it is written in a file."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    date: DateText | None = None


def load_catalog(root: Path | None = None) -> Catalog:
    """Return the catalogue below a data folder; the packaged one is read once and kept.

    Raises
    ------
    InputError
        A file is missing or malformed, a key is unknown, an id is used twice, a reference leads
        nowhere, or figures contradict each other. The error names file, line and mend.
    """
    return _packaged() if root is None else _load(root)


@cache
def _packaged() -> Catalog:
    return _load(data_root())


def _load(root: Path) -> Catalog:
    folder = root / "catalog"
    chips = read_folder(folder / "chips", Chip)
    systems = read_folder(folder / "systems", System)
    models = read_folder(folder / "models", Model)
    events = read_folder(folder / "events", Event)
    market = read_folder(folder / "market", MarketFigure)
    rates = list(read_entries(folder / "rates.yaml", Rate))
    sources = read_folder(folder / "sources", SourceEntry)
    aliases, document = read_aliases(root / "aliases.yaml")
    check_entries(chips, systems, models, events, market, rates, sources=sources)
    known = {"chips": _ids(chips), "systems": _ids(systems), "models": _ids(models)}
    _check_alias_targets(aliases, document, known)
    return Catalog(
        chips=_by_id(chips, aliases.chips),
        systems=_by_id(systems, aliases.systems),
        models=_by_id(models, aliases.models),
        events=tuple(sorted(unwrap(events), key=lambda event: (event.date, event.id))),
        market=tuple(sorted(unwrap(market), key=lambda figure: figure.id)),
        rates=tuple(sorted(unwrap(rates), key=lambda rate: (rate.on, rate.id))),
        sources=_sources(sources),
        spelling=aliases.spelling,
    )


def _by_id(entries: Iterable[Entry[R]], aliases: Mapping[str, tuple[str, ...]]) -> Mapping[str, R]:
    records = sorted(unwrap(entries), key=lambda record: record.id)
    return MappingProxyType({record.id: _named(record, aliases) for record in records})


def _named(record: R, aliases: Mapping[str, tuple[str, ...]]) -> R:
    if record.id not in aliases:
        return record
    return dataclasses.replace(record, aliases=(*record.aliases, *aliases[record.id]))


def _sources(entries: Iterable[Entry[SourceEntry]]) -> Mapping[str, Source]:
    found = sorted(unwrap(entries), key=lambda source: source.id)
    return MappingProxyType({source.id: source for source in found})


def _check_alias_targets(
    aliases: Aliases, document: Document, known: Mapping[str, set[str]]
) -> None:
    named = {"chips": aliases.chips, "systems": aliases.systems, "models": aliases.models}
    for kind, names in named.items():
        for record_id in names:
            if record_id not in known[kind]:
                mend = "correct the id, or remove the line"
                raise document.error((kind, record_id), f"no such id in {kind}", mend, record_id)


def _ids(entries: Iterable[Entry[N]]) -> set[str]:
    return {entry.record.id for entry in entries}
