"""A record laid out field by field, each with its evidence: what ``narrows chip`` shows."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date

from narrows.catalog.book import Catalog
from narrows.catalog.facts import unit_of
from narrows.catalog.records import Chip, Dispute, FieldEvidence, Model, System
from narrows.core import Basis, Grade, Source, UnknownNameError

_OF_THE_RECORD = frozenset(
    {
        "id", "name", "sources", "grade", "basis", "known_on", "notes", "aliases", "disputes",
        "field_evidence", "multiples",
    }
)  # fmt: skip
"""What the card shows apart from the rows."""


@dataclass(frozen=True, slots=True)
class CardRow:
    """One known field: its value, unit and evidence."""

    fieldname: str
    value: str | int | float | bool
    unit: str
    grade: Grade
    basis: Basis
    known_on: date | None
    sources: tuple[str, ...]
    own_evidence: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One record with every field, what is blank, what is disputed, and its sources."""

    kind: str
    record: Chip | System | Model
    rows: tuple[CardRow, ...]
    blank: tuple[str, ...]
    disputes: tuple[Dispute, ...]
    sources: tuple[Source, ...]


def card(catalog: Catalog, name: str) -> Card:
    """Return the card of the chip, else the system, else the model that a name means.

    Raises
    ------
    AmbiguousNameError
        Several records of the first kind that knows the name answer to it.
    UnknownNameError
        No record of any kind does.
    """
    kind, record = _find(catalog, name)
    names = [field.name for field in dataclasses.fields(record)]
    shown = [name for name in names if name not in _OF_THE_RECORD]
    rows = tuple(row for name in shown if (row := _row(record, name)) is not None)
    blank = tuple(name for name in shown if getattr(record, name) is None)
    disputes = () if isinstance(record, Model) else record.disputes
    cited = dict.fromkeys(source for row in rows for source in row.sources)
    cited |= dict.fromkeys(record.sources)
    sources = tuple(catalog.sources[source] for source in cited)
    return Card(kind, record, rows, blank, disputes, sources)


def _find(catalog: Catalog, name: str) -> tuple[str, Chip | System | Model]:
    near: list[str] = []
    try:
        return "chip", catalog.chip(name)
    except UnknownNameError as error:
        near += error.near
    try:
        return "system", catalog.system(name)
    except UnknownNameError as error:
        near += error.near
    try:
        return "model", catalog.model(name)
    except UnknownNameError as error:
        near += error.near
    raise UnknownNameError("chip, system or model", name, tuple(near), catalog.earlier)


def _row(record: Chip | System | Model, name: str) -> CardRow | None:
    value = getattr(record, name)
    if value is None or value is False:
        return None
    evidence = _own_evidence(record, name)
    of = record if evidence is None else evidence
    return CardRow(
        fieldname=name,
        value=_plain(value),
        unit=unit_of(name),
        grade=of.grade,
        basis=of.basis,
        known_on=of.known_on,
        sources=of.sources,
        own_evidence=evidence is not None,
    )


def _own_evidence(record: Chip | System | Model, name: str) -> FieldEvidence | None:
    if isinstance(record, Model):
        return None
    found = [item for item in record.field_evidence if item.fieldname == name]
    return found[-1] if found else None


def _plain(value: object) -> str | int | float | bool:
    if isinstance(value, (bool, int, float)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = dataclasses.asdict(value)
        return ", ".join(f"{key} {part}" for key, part in parts.items() if part is not None)
    return str(value)
