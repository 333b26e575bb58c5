"""What every record carries, and how one field may differ from the rest of its record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ConfigDict

from narrows.core import STRICT, Basis, Grade


def _as_text(value: object) -> object:
    """Let a person write a bare date or number where the field is text."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number or isinstance(value, dt.date) else value


Text = Annotated[str, BeforeValidator(_as_text)]
"""Text that may look like a number."""
DateText = Annotated[str, BeforeValidator(_as_text)]
"""A date as precise as its source: day, month, quarter, half or year, perhaps with ``(plan)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record carries: identity, sources, grade and the first public day."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    sources: tuple[str, ...]
    grade: Grade
    basis: Basis
    known_on: dt.date | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """Values of one field on which sources differ, and the one that is used and why.

    ``known_on`` is the day from which the disagreement itself was public, where that is later
    than the record.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    fieldname: str
    seen: tuple[Text, ...]
    used: Text
    because: str
    known_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEvidence:
    """Evidence for one field where it differs from the record's own.

    With ``value`` it is a revision: from ``known_on`` on the field reads ``value``, before that
    what the record itself says. Revisions are appended and nothing is overwritten, so that
    deleting what became known later leaves what was known before.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    fieldname: str
    sources: tuple[str, ...]
    grade: Grade
    basis: Basis
    known_on: dt.date | None = None
    value: float | str | None = None
