"""What law is made of: instruments, citations, and the days between which a text speaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from narrows.core import STRICT


class Layer(StrEnum):
    """Where a rule speaks. The layers are resolved apart and shown side by side."""

    CODIFIED = "codified"
    """What the published text says on the day."""
    ENFORCED = "enforced"
    """What the authority says that it enforces on the day."""
    COMPANY_NOTICE = "company_notice"
    """What one firm was told individually; it binds the addressee."""
    INFORMAL = "informal"
    """Oral instruction and window guidance; never shown as law."""


class Formality(StrEnum):
    """The rung of a rule, from published law down to a report that something is considered."""

    LAW = "F0"
    NOTICE = "F1"
    MANDATE = "F2"
    GUIDANCE = "F3"
    REPORT = "F4"


class Certainty(StrEnum):
    """How a statement of law was obtained."""

    A = "A"
    """Read in a primary text or an official snapshot."""
    B = "B"
    """Several consistent secondary sources, or one careful one with a named method."""
    C = "C"
    """One source, or recalled without a text at hand."""
    R = "R"
    """A reading of the law, not something that the authority is known to have said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A name in the three languages of Narrows."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    en: str
    zh_hant: Annotated[str, Field(alias="zh-Hant")]
    zh_hans: Annotated[str, Field(alias="zh-Hans")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A text that can be cited: a rule in a gazette, a notice, a filing, a press report."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    title: Title
    issuer: str
    published: date | None
    known_on: date | None
    official_id: str | None = None
    url: str | None = None
    supersedes: tuple[str, ...] = ()
    text_seen: bool = False
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A place in an instrument, the day on which it was read, and how sure the reading is."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    instrument: str
    at: str
    read: date
    certainty: Certainty

    @property
    def text(self) -> str:
        """The citation on one line, as findings carry it."""
        return f"{self.instrument}, {self.at} [{self.certainty}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from ``start`` to ``until``, both inclusive; ``None`` is open on that side."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    start: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None

    def __contains__(self, day: date) -> bool:
        begun = self.start is None or self.start <= day
        return begun and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The last day of a rule, and the day on which the public could know of it.

    A rule's end is nearly always younger than the rule, so it carries its own clock.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    after: date
    known_on: date | None
    cite: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """An interval in which a rule sleeps; past ``until`` it returns by itself."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    start: Annotated[date, Field(alias="from")]
    until: date | None
    known_on: date | None
    cite: Citation

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """When a rule speaks: its span, the ends and suspensions that became known later."""

    span: Span
    endings: tuple[Ending, ...] = field(default=())
    suspensions: tuple[Suspension, ...] = field(default=())

    def __contains__(self, day: date) -> bool:
        if day not in self.span or any(day in pause for pause in self.suspensions):
            return False
        return all(day <= ending.after for ending in self.endings)


__all__ = [
    "Certainty",
    "Citation",
    "Ending",
    "Force",
    "Formality",
    "Instrument",
    "Layer",
    "Span",
    "Suspension",
    "Title",
]
