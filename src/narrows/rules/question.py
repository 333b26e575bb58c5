"""Questions that cards answer, and facts that cards ask for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import ConfigDict

from narrows.core import STRICT, Gate, GateState
from narrows.rules.law import Title


class Resolve(StrEnum):
    """How the answers of several cards become one."""

    STRICTEST = "strictest"
    """The strictest answer that holds; answers are listed from mild to strict."""
    JOIN = "join"
    """Every answer that holds, in the order in which answers are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One possible answer, and the state into which it puts the question's gate."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    title: Title
    state: GateState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that a regime answers; ``none`` is what holds when no card does."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    title: Title
    answers: tuple[Option, ...]
    resolve: Resolve = Resolve.STRICTEST
    none: Option
    gate: Gate | None = None

    def rank(self, answer: str) -> int:
        """Return the place of an answer on the scale; ``none`` is below the first."""
        return next((i for i, option in enumerate(self.answers) if option.id == answer), -1)

    def option(self, answer: str) -> Option:
        """Return an answer with its title; the ``none`` option for any other word."""
        return next((option for option in self.answers if option.id == answer), self.none)


class FactKind(StrEnum):
    """What a fact is."""

    NUMBER = "number"
    FLAG = "flag"
    WORD = "word"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Derive:
    """A registered formula and the facts that it takes."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    by: str
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact that cards may ask for.

    ``values`` closes the set of words, and so does ``names`` (states by their ISO codes);
    ``derive`` lists formulas, the first that yields counts.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    title: Title
    kind: FactKind
    unit: str = "1"
    values: tuple[str, ...] = ()
    names: Literal["states"] | None = None
    positive: bool = False
    derive: tuple[Derive, ...] = ()


__all__ = ["Derive", "Fact", "FactKind", "Option", "Question", "Resolve"]
