"""Registers that a user fills: what a firm was told individually, laid over the public register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.core import STRICT, read_records
from narrows.rules.law import Span
from narrows.rules.overlay import Overlay
from narrows.rules.pack import Pack
from narrows.rules.parameter import ParameterValue

NOTICES = "us.register.notices"
COVERED = "covered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One part that a notice covers, from the day on which the firm was told.

    ``chip_id`` is an id of the catalogue; ``reference`` the firm's own file number.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    chip_id: str
    told_on: date
    lifted_on: date | None = None
    reference: str | None = None


def read_notices(path: Path) -> tuple[Notice, ...]:
    """Read a user's register, a YAML list of notices.

    Raises
    ------
    InputError
        With file, line and field of the first fault.
    """
    return tuple(read_records(path, Notice))


def with_notices(pack: Pack, notices: tuple[Notice, ...], *, known_on: date) -> Pack:
    """Return a pack whose register of notices holds a firm's own beside those public on a day.

    Where neither the firm nor the public had any yet, the pack stays as it is.
    """
    public = pack.as_known_on(known_on)
    days = sorted({*_turns(public), *_turns_of(notices)})
    ends = [*(_before(day) for day in days[1:]), *([None] if days else [])]
    return pack.with_(
        Overlay(
            path=NOTICES, value=_held(public, notices, start), span=Span(start=start, until=end)
        )
        for start, end in zip(days, ends, strict=True)
    )


def _turns(pack: Pack) -> set[date]:
    values = pack.parameters[NOTICES].values if NOTICES in pack.parameters else ()
    starts = (dated.in_force.start for dated in values)
    return {start for start in starts if start is not None}


def _turns_of(notices: tuple[Notice, ...]) -> set[date]:
    days = {day for notice in notices for day in (notice.told_on, notice.lifted_on)}
    return {day for day in days if day is not None}


def _held(pack: Pack, notices: tuple[Notice, ...], on: date) -> ParameterValue:
    public = pack.value(NOTICES, on)
    rows = dict(public.value) if public is not None and isinstance(public.value, dict) else {}
    for notice in notices:
        if notice.told_on <= on and (notice.lifted_on is None or on < notice.lifted_on):
            rows[notice.chip_id] = COVERED
    return rows


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


__all__ = ["Notice", "read_notices", "with_notices"]
