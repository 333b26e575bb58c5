"""The cases beside a rule, run: each says what the card must answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from narrows.core import COMPILED_ON, InputError, Truth
from narrows.rules.card import Card, Example
from narrows.rules.missing import names_missing
from narrows.rules.overlay import Overlay
from narrows.rules.pack import Pack
from narrows.rules.proof import Proof
from narrows.rules.quantity import FALSE, TRUE, UNKNOWN, Between, FactValue

EXPECTED = {True: TRUE, False: FALSE, "unknown": UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a card said to one of its cases, beside what it should say."""

    card: str
    example: str
    expected: Truth
    proof: Proof
    missing: tuple[str, ...]
    asks: str | None

    @property
    def as_written(self) -> bool:
        """Whether the card answers as its author wrote, and asks for the fact that he named."""
        asked = self.asks is None or self.asks in self.missing
        return self.proof.truth is self.expected and asked


def run_example(pack: Pack, card: Card, example: Example) -> Outcome:
    """Judge one case: on its day, or on the first day on which the card speaks.

    Raises
    ------
    InputError
        The case expects something that is no truth, or gives a fact of the wrong kind.
    """
    if example.then not in EXPECTED:
        raise InputError("a case expects true, false or unknown", "correct it", value=example.then)
    on = example.on or card.in_force.start or COMPILED_ON
    enacted = [] if example.enact is None else [Overlay(path=example.enact, value="on")]
    regime = pack.with_(enacted).at(on=on, known_on=example.known_on or COMPILED_ON)
    facts = {name: as_fact(value) for name, value in example.given.items()}
    proof = regime.card(card.id, facts)
    return Outcome(
        card=card.id,
        example=example.name,
        expected=EXPECTED[example.then],
        proof=proof,
        missing=names_missing((proof,)),
        asks=example.asks,
    )


def as_fact(value: object) -> FactValue:
    """Return a fact as YAML or JSON writes it: a list is a set, ``{low, high}`` an interval.

    Raises
    ------
    InputError
        The value is of no such form.
    """
    if isinstance(value, list):
        return frozenset(None if member is None else str(member) for member in value)
    if isinstance(value, dict) and set(value) == {"low", "high"}:
        return _interval(value["low"], value["high"])
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    mend = "write a word, a number, true, false, a list of words, or {low: , high: }"
    raise InputError("not a fact", mend, value=value)


def _interval(low: object, high: object) -> Between:
    """Return the interval; whether it is in order and possible is asked where its fact is known."""
    if _is_number(low) and _is_number(high):
        return Between(float(low), float(high))
    raise InputError("an end is no number", "write {low: 1, high: 2}", value=(low, high))


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


__all__ = ["Outcome", "as_fact", "run_example"]
