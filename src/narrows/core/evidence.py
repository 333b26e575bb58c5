"""Where a fact comes from and how far it can be trusted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How far a fact reaches. ``A`` is best; order is meaningful through :func:`worst_grade`."""

    A = "A"
    """The maker, a filing, a gazette, or two agreeing sources."""
    B = "B"
    """One good source, or a large news house through a relay."""
    C = "C"
    """Press, a single outlet, or inference."""
    D = "D"
    """Extrapolation; not usable for a decision without a better source."""


class Basis(StrEnum):
    """The way in which a value was obtained."""

    SEEN = "seen"
    MIXED = "mixed"
    RECALLED = "recalled"
    DERIVED = "derived"
    COMPUTED = "computed"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Source:
    """A document that a fact can be checked against.

    ``known_on`` is the first day on which the public could read it; ``None`` means not found yet.
    """

    id: str
    title: str
    publisher: str | None = None
    date: str | None = None
    url: str | None = None
    known_on: dt.date | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sources behind a value, their grade, and how the value was taken from them."""

    sources: tuple[str, ...]
    grade: Grade
    basis: Basis


def worst_grade(*grades: Grade) -> Grade:
    """Return the weakest of the grades: a chain of evidence is as good as its weakest link.

    Raises
    ------
    ValueError
        No grade was given.
    """
    if not grades:
        msg = "a result without inputs has no grade"
        raise ValueError(msg)
    return max(grades)
