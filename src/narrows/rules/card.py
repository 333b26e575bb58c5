"""A rule card: one rule of one text, as it would stand in a law library."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from pydantic import ConfigDict

from narrows.core import STRICT
from narrows.rules.law import (
    Citation,
    Ending,
    Force,
    Formality,
    Layer,
    Span,
    Suspension,
    Title,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What follows when a card holds: an answer to a question.

    Attributes
    ----------
    question, answer
        One of the pack's questions and one of that question's answers.
    band
        A parameter of kind ``band``: the cited chance that a discretion is used favourably.
    rate
        A parameter that the effect applies, such as a duty rate or a ratio.
    conditions
        Cards that have to hold as well before anybody relies on the answer.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    question: str
    answer: str
    band: str | None = None
    rate: str | None = None
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing that a card asks to see, bound to the fact that it would establish."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    fact: str
    ask: Title


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A case that stands beside the rule: given these facts, the card says this.

    ``enact`` names a switch that the case turns on, for a rule that is not law.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: str
    given: dict[str, object]
    then: bool | str
    on: date | None = None
    known_on: date | None = None
    asks: str | None = None
    enact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A rule with its days, its citation, its condition and its effect.

    Attributes
    ----------
    when
        The condition, as read from YAML; :func:`narrows.rules.tree.parse_node` gives it meaning.
    unless
        Cards that defeat this one. They may not be younger than it.
    defeats
        Older cards that this one defeats, so that no card names what was not yet written.
    switch
        A parameter of kind ``word`` with the values ``on``, ``off`` and ``unknown``.
    returns
        What changes, for the clock registry, when a suspension or a span runs out.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    title: Title
    layers: tuple[Layer, ...]
    in_force: Span
    known_on: date | None
    cite: tuple[Citation, ...]
    when: object
    cases: tuple[Example, ...]
    formality: Formality = Formality.LAW
    effect: Effect | None = None
    unless: tuple[str, ...] = ()
    defeats: tuple[str, ...] = ()
    ends: tuple[Ending, ...] = ()
    suspended: tuple[Suspension, ...] = ()
    switch: str | None = None
    evidence: tuple[Ask, ...] = ()
    returns: Title | None = None
    notes: str | None = field(default=None)

    @property
    def force(self) -> Force:
        """The days on which the card speaks, its switch apart."""
        return Force(span=self.in_force, endings=self.ends, suspensions=self.suspended)


__all__ = ["Ask", "Card", "Effect", "Example"]
