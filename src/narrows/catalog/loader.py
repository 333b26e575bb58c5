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
from narrows.catalog.hindsight import is_revised, seen_on
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
from narrows.core import COMPILED_ON, STRICT, Document, Source

R = TypeVar("R", Chip, System, Model)
H = TypeVar("H", bound=Chip | System)
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
    aliases, document = read_aliases(root / "aliases.yaml")
    written_chips = _named(read_folder(folder / "chips", Chip), aliases.chips)
    written_systems = _named(read_folder(folder / "systems", System), aliases.systems)
    chips, systems = _revised(written_chips), _revised(written_systems)
    models = _named(read_folder(folder / "models", Model), aliases.models)
    events = read_folder(folder / "events", Event)
    market = read_folder(folder / "market", MarketFigure)
    rates = list(read_entries(folder / "rates.yaml", Rate))
    sources = read_folder(folder / "sources", SourceEntry)
    check_entries(chips, systems, models, events, market, rates, sources=sources)
    known = {"chips": _ids(chips), "systems": _ids(systems), "models": _ids(models)}
    _check_alias_targets(aliases, document, known)
    return Catalog(
        chips=_by_id(chips),
        systems=_by_id(systems),
        models=_by_id(models),
        events=tuple(sorted(unwrap(events), key=lambda event: (event.date, event.id))),
        market=tuple(sorted(unwrap(market), key=lambda figure: figure.id)),
        rates=tuple(sorted(unwrap(rates), key=lambda rate: (rate.on, rate.id))),
        sources=_sources(sources),
        spelling=aliases.spelling,
        as_written=_as_written([*written_chips, *written_systems]),
    )


def _named(entries: Iterable[Entry[R]], aliases: Mapping[str, tuple[str, ...]]) -> list[Entry[R]]:
    """Give each record the further names that the alias file lists for it."""
    return [
        entry.with_record(
            dataclasses.replace(entry.record, aliases=aliases.get(entry.record.id, ()))
        )
        for entry in entries
    ]


def _revised(entries: Iterable[Entry[H]]) -> list[Entry[H]]:
    """Put the latest revisions in, as everybody reads a record on the day of compilation."""
    return [entry.with_record(seen_on(entry.record, COMPILED_ON)) for entry in entries]


def _by_id(entries: Iterable[Entry[R]]) -> Mapping[str, R]:
    records = sorted(unwrap(entries), key=lambda record: record.id)
    return MappingProxyType({record.id: record for record in records})


def _as_written(entries: Iterable[Entry[Chip | System]]) -> Mapping[str, Chip | System]:
    revised = [record for record in unwrap(entries) if is_revised(record)]
    return MappingProxyType({record.id: record for record in revised})


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
