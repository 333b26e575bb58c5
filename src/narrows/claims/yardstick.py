"""Records that a sentence can be held against, and the words by which it is recognised."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog import data_root
from narrows.claims.cues import any_of, distance
from narrows.core import STRICT, Grade, Source, read_records
from narrows.rules import Title

Words = tuple[str, ...]
NOT_CHARS = 12
_NOT = re.compile(r"(?:not|never|no|n't|未|沒有|没有|並非|并非|從未|从未)\s*(?:yet\s*)?$")
"""``has not published a formal ban`` says what the record says, not its opposite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A band in plain units that an event of the catalogue states."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    low: float
    high: float
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """The product of market figures and a plain number: units times price, for instance."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    market: tuple[str, ...]
    times: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSpan:
    """The days between two events, held against at least so many months."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    since: str
    until: str
    months: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """What a sentence is held against; exactly one kind of record.

    ``when`` are groups of words: one of each must stand in the sentence, and the figure or date
    stands near the first group. ``unless`` calls it off; ``contrary`` turns it round.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    about: Title
    when: tuple[Words, ...]
    unless: Words = ()
    contrary: Words = ()
    unit: str | None = None
    caveat: Title | None = None
    parameter: str | None = None
    parameters_any: Words = ()
    events: Words = ()
    also: tuple[dt.date, ...] = ()
    statement: str | None = None
    market: Words = ()
    product: Product | None = None
    reported: str | None = None
    reported_by_year: Words = ()
    value: Value | None = None
    span: EventSpan | None = None

    def anchors(self, text: str, lead: str = "") -> list[tuple[int, int]]:
        """Return where the words stand in lower-case text, the first group first; or nothing.

        ``lead`` names whom a pronoun at the start means; a group may be met there.
        """
        found: list[tuple[int, int]] = []
        for place, group in enumerate(self.when):
            here = [match.span() for match in any_of(group).finditer(text)]
            if place == 1 and found:
                # Of several places of the first words the one beside the second is meant.
                found.sort(key=partial(_apart, others=here))
            if not here and not (lead and any_of(group).search(lead)):
                return []
            found += here
        if self.unless and any_of(self.unless).search(text):
            return []
        return found

    def spread(self, text: str, place: tuple[int, int]) -> int:
        """Return how far the farthest group of words stands from a place in lower-case text."""
        gaps = (
            distance(place, (match.span() for match in any_of(group).finditer(text)))
            for group in self.when
        )
        return max((gap for gap in gaps if gap is not None), default=0)

    def is_turned(self, text: str) -> bool:
        """Return whether the sentence says the opposite of the record."""
        if not self.contrary:
            return False
        return any(
            _NOT.search(text[max(match.start() - NOT_CHARS, 0) : match.start()]) is None
            for match in any_of(self.contrary).finditer(text)
        )


def _apart(span: tuple[int, int], others: list[tuple[int, int]]) -> float:
    gap = distance(span, others)
    return math.inf if gap is None else gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A dated figure that articles quote and the catalogue does not hold, in plain units."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    low: float
    high: float
    unit: str
    known_on: dt.date
    grade: Grade
    sources: tuple[str, ...]
    year: int | None = None
    seller: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A statement with a dated record: who said it, for which firm, on what occasion."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    when: tuple[Words, ...]
    firm: str
    on: dt.date
    known_on: dt.date
    sources: tuple[str, ...]
    speaker: str | None = None
    venue: str | None = None
    event: str | None = None

    def fits(self, text: str) -> bool:
        """Return whether a sentence (in lower case) quotes this statement."""
        return all(any_of(group).search(text) for group in self.when)


@cache
def load_yardsticks(root: Path | None = None) -> tuple[Yardstick, ...]:
    """Return the packaged yardsticks; raises :class:`narrows.core.InputError` where malformed."""
    return tuple(read_records(_folder(root) / "yardsticks.yaml", Yardstick))


@cache
def load_reported(root: Path | None = None) -> tuple[Reported, ...]:
    """Return the packaged reported figures."""
    return tuple(read_records(_folder(root) / "reported.yaml", Reported))


@cache
def load_quotes(root: Path | None = None) -> tuple[Quote, ...]:
    """Return the packaged quotes."""
    return tuple(read_records(_folder(root) / "quotes.yaml", Quote))


@cache
def load_own_sources(root: Path | None = None) -> tuple[Source, ...]:
    """Return the sources of what this room adds to the catalogue."""
    return tuple(read_records(_folder(root) / "sources.yaml", Source))


def _folder(root: Path | None) -> Path:
    return (root or data_root()) / "claims"
