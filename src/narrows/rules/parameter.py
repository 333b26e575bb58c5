"""Dated parameters: a line of law is data with a unit, a citation and two clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, TypeAlias

from pydantic import ConfigDict, Field

from narrows.core import COMPILED_ON, STRICT
from narrows.rules.law import Citation, Span, Title


class ParameterKind(StrEnum):
    """What the values of a parameter are."""

    NUMBER = "number"
    WORD = "word"
    WORDS = "words"
    """A set of words, such as a country group."""
    TABLE = "table"
    """What is said of each key, such as a register."""
    BAND = "band"
    """The lower and upper end of a chance, where discretion rules."""


ParameterValue: TypeAlias = "bool | float | str | tuple[str, ...] | dict[str, str | float] | None"
"""``None`` says that no value was ever published: unknown, not zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedValue:
    """A value with its days, the day on which it became public, and where it is written."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    value: ParameterValue
    in_force: Annotated[Span, Field(default_factory=Span)]
    known_on: date | None
    cite: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A line, list, switch or band that cards name and never copy."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    title: Title
    kind: ParameterKind
    unit: str
    values: tuple[DatedValue, ...]

    def at(self, on: date) -> DatedValue | None:
        """Return the value in force on a day; of several, the one that became known last.

        The caller has removed what is not visible yet.
        """
        found = [dated for dated in self.values if on in dated.in_force]
        return max(found, key=_recency, default=None)


def fits(kind: ParameterKind, value: ParameterValue) -> bool:
    """Return whether a value is of a kind; an unknown value is of every kind."""
    if value is None:
        return True
    if kind in (ParameterKind.TABLE, ParameterKind.BAND):
        return isinstance(value, dict)
    if kind is ParameterKind.NUMBER:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, tuple if kind is ParameterKind.WORDS else str)


def _recency(dated: DatedValue) -> tuple[date, date]:
    return (dated.known_on or COMPILED_ON, dated.in_force.start or date.min)


__all__ = ["DatedValue", "Parameter", "ParameterKind", "ParameterValue", "fits"]
