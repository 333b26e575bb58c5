"""Typed errors. Each carries the place, the offending value and the mend, on one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Self

VALUE_SHOWN_MAX_CHARS = 80
"""A longer offending value is cut, so that the message stays one readable line."""


class NarrowsError(Exception):
    """Base of every error that a user may see. ``str(error)`` is one line."""


@dataclass
class InputError(NarrowsError):
    """Something a person wrote cannot be used as it stands.

    Parameters
    ----------
    problem
        What is wrong, as a clause without a full stop.
    mend
        What to do about it.
    file, line, fieldname, value
        Where it is; ``None`` where that part of the place does not apply.
    """

    problem: str
    mend: str
    file: Path | str | None = None
    line: int | None = None
    fieldname: str | None = None
    value: object = field(default=None)

    @classmethod
    def of_field(cls, fieldname: str, problem: str, mend: str, value: object = None) -> Self:
        """Return the error that points at one field, where no file was read."""
        return cls(problem, mend, fieldname=fieldname, value=value)

    def __str__(self) -> str:
        place = _place(self.file, self.line, self.fieldname)
        shown = "" if self.value is None else f" (got {_shown(self.value)})"
        return f"{place}{self.problem}{shown}; {self.mend}".replace("\n", " ")


class FieldValueError(ValueError):
    """A value that a record's field cannot take; the reader adds the place.

    Raised by the validators of record types, turned into an :class:`InputError` with file and line.
    """

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend


@dataclass
class UnknownNameError(NarrowsError):
    """No record answers to a name; ``known_on`` is the earlier day on which records were read."""

    kind: str
    name: str
    near: tuple[str, ...] = ()
    known_on: date | None = None

    def __str__(self) -> str:
        among = "" if self.known_on is None else f" among what was public on {self.known_on}"
        mend = "check the spelling" if self.known_on is None else "check the spelling and the day"
        hint = f"did you mean {', '.join(self.near)}?" if self.near else mend
        return f"unknown {self.kind} {_shown(self.name)}{among}; {hint}"


@dataclass
class AmbiguousNameError(NarrowsError):
    """Several records answer to a name, and choosing one would be a guess."""

    kind: str
    name: str
    candidates: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.kind} {_shown(self.name)} is ambiguous; "
            f"name one of: {', '.join(self.candidates)}"
        )


@dataclass
class RefusalError(NarrowsError):
    """A question that cannot be answered without a fact that is missing.

    ``missing`` names the facts that would decide, most decisive first.
    """

    reason: str
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        tail = f"; missing: {', '.join(self.missing)}" if self.missing else ""
        return f"refused: {self.reason}{tail}"


def _place(file: Path | str | None, line: int | None, fieldname: str | None) -> str:
    where = "" if file is None else str(file)
    if line is not None:
        where = f"{where}:{line}" if where else f"line {line}"
    parts = [part for part in (where, fieldname) if part]
    return f"{': '.join(parts)}: " if parts else ""


def _shown(value: object) -> str:
    text = value.isoformat() if isinstance(value, date) else repr(value)
    if len(text) <= VALUE_SHOWN_MAX_CHARS:
        return text
    return f"{text[:VALUE_SHOWN_MAX_CHARS]}..."
