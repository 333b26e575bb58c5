"""What must hold for every record and between records, so that a slip is refused with its line."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from narrows.catalog.check_dated import check_event, check_figure, check_rate
from narrows.catalog.check_hardware import check_chip, check_system
from narrows.catalog.check_models import check_model
from narrows.catalog.files import Entry
from narrows.catalog.records import Chip, Event, MarketFigure, Model, Rate, Record, System
from narrows.core import COMPILED_ON, Source

_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9.\-]*$")
_MAY_BE_ZERO = frozenset(
    {"strength", "low", "central", "high", "mtp_layers", "first_dense_layers", "experts_shared"}
)


def check_entries(
    chips: Sequence[Entry[Chip]],
    systems: Sequence[Entry[System]],
    models: Sequence[Entry[Model]],
    events: Sequence[Entry[Event]],
    market: Sequence[Entry[MarketFigure]],
    rates: Sequence[Entry[Rate]],
    *,
    sources: Sequence[Entry[Source]],
) -> None:
    """Raise on the first contradiction in or between records.

    Raises
    ------
    InputError
        With file and line of the record at fault.
    """
    known = _check_sources(sources)
    groups: tuple[Sequence[Entry[Record]], ...] = (chips, systems, models, events, market, rates)
    _check_ids([*chips, *systems])
    for group in groups[2:]:
        _check_ids(group)
    for group in groups:
        for entry in group:
            _check_record(entry, known)
    _check_kinds(chips, systems, models, events, market, rates)


def _check_kinds(
    chips: Sequence[Entry[Chip]],
    systems: Sequence[Entry[System]],
    models: Sequence[Entry[Model]],
    events: Sequence[Entry[Event]],
    market: Sequence[Entry[MarketFigure]],
    rates: Sequence[Entry[Rate]],
) -> None:
    by_id: Mapping[str, Chip] = {entry.record.id: entry.record for entry in chips}
    for chip in chips:
        check_chip(chip)
    for system in systems:
        check_system(system, by_id)
    for model in models:
        check_model(model)
    for event in events:
        check_event(event)
    for figure in market:
        check_figure(figure)
    for rate in rates:
        check_rate(rate)


def _check_sources(sources: Iterable[Entry[Source]]) -> set[str]:
    seen: set[str] = set()
    for entry in sources:
        if entry.record.id in seen:
            raise entry.error("id", "id is used twice", "give one of them another", entry.record.id)
        seen.add(entry.record.id)
        _check_known_on(entry, entry.record.known_on)
    return seen


def _check_ids(entries: Iterable[Entry[Record]]) -> None:
    seen: set[str] = set()
    for entry in entries:
        record_id = entry.record.id
        if not _ID.match(record_id):
            raise entry.error("id", "not an id", "use letters, digits, dots, hyphens", record_id)
        if record_id in seen:
            raise entry.error("id", "id is used twice", "give one of them another", record_id)
        seen.add(record_id)


def _check_record(entry: Entry[Record], known_sources: set[str]) -> None:
    record = entry.record
    if not record.sources:
        raise entry.error("sources", "a record needs a source", "name one from sources/")
    _check_cited(entry, record.sources, known_sources)
    _check_known_on(entry, record.known_on)
    _check_positive(entry)
    if isinstance(record, (Chip, System)):
        for item in record.field_evidence:
            _check_cited(entry, item.sources, known_sources)


def _check_cited(entry: Entry[Record], cited: Iterable[str], known_sources: set[str]) -> None:
    for source in cited:
        if source not in known_sources:
            raise entry.error("sources", "no such source", "add it under sources/", source)


def _check_known_on(entry: Entry[Record] | Entry[Source], known_on: date | None) -> None:
    if known_on is None or known_on <= COMPILED_ON:
        return
    problem = f"nothing can be known after the compilation on {COMPILED_ON}"
    raise entry.error("known_on", problem, "give the first public day, or leave it out", known_on)


def _check_positive(entry: Entry[Record]) -> None:
    for field in dataclasses.fields(entry.record):
        value = getattr(entry.record, field.name)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or value > 0 or field.name in _MAY_BE_ZERO:
            continue
        raise entry.error(field.name, "must be above zero", "leave out what is unknown", value)
