"""A record as somebody saw it on a day: later fields are taken out, earlier revisions put in.

Some fields have a clock of their own. A price is known when it was quoted, a first shipment when
it happened, and whatever the compilers say of the present (status, notes) on the day of
compilation. Other fields become known with their record, and change when a dated entry of
``field_evidence`` revises them.
"""

from __future__ import annotations

import calendar
import dataclasses
import re
from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from narrows.catalog.records import Chip, FieldEvidence, Record, System
from narrows.core import COMPILED_ON, Source, last_day, visible

R = TypeVar("R", bound=Record)
H = TypeVar("H", bound=Chip | System)

_OF_THE_PRESENT = frozenset({"status", "notes", "china_status"})
"""Fields that say how things stand on the day of compilation."""
_HAPPENED = frozenset({"shipping", "available"})
_PRICE = frozenset({"price_usd", "price_date", "price_basis"})
_PLAN = "(plan)"
"""Marks a date as part of the announcement, so it is as old as the record."""

_DATE = re.compile(r"\d{4}(?:-\d{2}-\d{2}|-(?:0[1-9]|1[0-2])(?!\d)|-?Q[1-4]|-?H[12])?")


def latest_day(text: str) -> date:
    """Return the last day that any date in a text can mean; the day of compilation without one.

    >>> latest_day("2025-H2")
    datetime.date(2025, 12, 31)
    """
    days = [_day(found) for found in _DATE.findall(text)]
    return max(days) if days else COMPILED_ON


def has_date(text: str) -> bool:
    """Return whether a text names any date."""
    return _DATE.search(text) is not None


def _day(text: str) -> date:
    if "H" in text:
        month = 6 * int(text[-1])
        year = int(text[:4])
        return date(year, month, calendar.monthrange(year, month)[1])
    return last_day(text)


def seen_on(record: R, day: date) -> R:
    """Return a visible record, as written in its file, as it read on ``day``."""
    changes: dict[str, object] = {}
    if day < COMPILED_ON:
        changes["notes"] = None
    if isinstance(record, (Chip, System)):
        changes |= _hardware_changes(record, day)
    return _replace(record, changes) if changes else record


def timely_sources(
    cited: tuple[str, ...], sources: Mapping[str, Source], day: date
) -> tuple[str, ...]:
    """Return the cited sources that are not known to be later than ``day``.

    Where all are later - a page of today may state what was public long ago - the earliest stays.
    """
    days = {key: sources[key].known_on or date.min for key in cited}
    timely = tuple(key for key in cited if days[key] <= day)
    return timely or (min(cited, key=lambda key: days[key]),)


def is_revised(record: Chip | System) -> bool:
    """Return whether a record has fields that later entries revise."""
    return any(item.value is not None for item in record.field_evidence)


def without_later_revisions(record: H, day: date) -> H:
    """Return a record as its file would read, had nothing been appended after ``day``."""
    shown = _shown(record, day)
    return _replace(record, {"field_evidence": shown})


def _shown(record: Chip | System, day: date) -> tuple[FieldEvidence, ...]:
    return tuple(item for item in record.field_evidence if (item.known_on or day) <= day)


def _hardware_changes(record: Chip | System, day: date) -> dict[str, object]:
    changes: dict[str, object] = {}
    if day < COMPILED_ON:
        changes = dict.fromkeys(_later_fields(record, day))
        changes["disputes"] = tuple(item for item in record.disputes if visible(item, day))
    shown = _shown(record, day)
    if len(shown) < len(record.field_evidence):
        changes["field_evidence"] = shown
    for item in sorted(shown, key=lambda item: item.known_on or date.min):
        if item.value is not None:
            changes[item.fieldname] = item.value
    return changes


def _later_fields(record: Chip | System, day: date) -> list[str]:
    names = [field.name for field in dataclasses.fields(record)]
    return [name for name in names if _own_clock(record, name) > day]


def _own_clock(record: Chip | System, name: str) -> date:
    if name in _OF_THE_PRESENT:
        return COMPILED_ON
    if name in _PRICE:
        return COMPILED_ON if record.price_date is None else latest_day(record.price_date)
    if name in _HAPPENED:
        text = getattr(record, name)
        is_plan = text is None or _PLAN in text
        return date.min if is_plan else latest_day(text)
    return date.min


def _replace(record: R, changes: Mapping[str, object]) -> R:
    values = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    return type(record)(**{**values, **changes})
