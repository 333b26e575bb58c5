"""What must hold between records, so that a slip in a file is refused with its line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from narrows.catalog.files import Entry
from narrows.catalog.records import Chip, Event, MarketFigure, Model, Rate, Record, System
from narrows.core import COMPILED_ON, Source


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
    """Raise on the first contradiction between records.

    Raises
    ------
    InputError
        With file and line of the record at fault.
    """
    known = {entry.record.id for entry in sources}
    groups: tuple[Sequence[Entry[Record]], ...] = (chips, systems, models, events, market, rates)
    for group in groups:
        _check_ids(group)
        for entry in group:
            _check_record(entry, known)


def _check_ids(entries: Iterable[Entry[Record]]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.record.id in seen:
            raise entry.error("id", "id is used twice", "give one of them another", entry.record.id)
        seen.add(entry.record.id)


def _check_record(entry: Entry[Record], known_sources: set[str]) -> None:
    record = entry.record
    if not record.sources:
        raise entry.error("sources", "a record needs a source", "name one from sources/")
    for source in record.sources:
        if source not in known_sources:
            raise entry.error("sources", "no such source", "add it under sources/", source)
    if record.known_on is not None and record.known_on > COMPILED_ON:
        raise entry.error(
            "known_on",
            f"nothing can be known after the compilation of {COMPILED_ON}",
            "give the day it was first public, or leave it out",
            record.known_on,
        )
