"""A pack: every record of the rulebook, immutable; a regime is cut from it for two dates."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import lru_cache

from narrows.core import Json, visible
from narrows.rules.card import Card
from narrows.rules.law import Instrument
from narrows.rules.overlay import Overlay, check_overlay
from narrows.rules.parameter import DatedValue, Parameter
from narrows.rules.posture import Posture
from narrows.rules.question import Fact, Question
from narrows.rules.regime import Regime
from narrows.rules.tree import Node


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pack:
    """Instruments, parameters, cards, questions and facts, by id; overlays in order.

    Examples
    --------
    >>> from datetime import date
    >>> pack = load_pack()                                             # doctest: +SKIP
    >>> regime = pack.at(on=date(2026, 2, 1), known_on=date(2026, 2, 1))  # doctest: +SKIP
    """

    instruments: Mapping[str, Instrument]
    parameters: Mapping[str, Parameter]
    cards: Mapping[str, Card]
    trees: Mapping[str, Node]
    questions: Mapping[str, Question]
    facts: Mapping[str, Fact]
    overlays: tuple[Overlay, ...] = ()

    def at(self, *, on: date, known_on: date, posture: Posture = Posture.ENFORCED) -> Regime:
        """Return the regime in force on a day, as the public could know it on another."""
        return _regime(self, on, known_on, posture)

    def with_(self, overlays: Iterable[Overlay]) -> Pack:
        """Return a pack with further overlays over the same, untouched records.

        Raises
        ------
        UnknownNameError
            An overlay names no parameter of the pack.
        """
        added = tuple(overlays)
        for overlay in added:
            check_overlay(self.parameters, overlay)
        if not added:
            return self
        return replace(self, overlays=(*self.overlays, *added))

    def as_known_on(self, known_on: date) -> Pack:
        """Return the pack without anything that became public after a day."""
        cards = {
            card.id: _known_card(card, known_on)
            for card in self.cards.values()
            if visible(card, known_on)
        }
        return replace(
            self,
            instruments={
                record.id: record
                for record in self.instruments.values()
                if visible(record, known_on)
            },
            parameters={
                known.id: known
                for record in self.parameters.values()
                if (known := _known_parameter(record, known_on)).values
            },
            cards=cards,
            trees={card_id: self.trees[card_id] for card_id in cards},
        )

    def value(self, parameter: str, on: date) -> DatedValue | None:
        """Return the value of a parameter on a day; the last overlay in force there wins."""
        for overlay in reversed(self.overlays):
            if overlay.path == parameter and on in overlay.span:
                return overlay.dated
        record = self.parameters.get(parameter)
        return None if record is None else record.at(on)

    def cards_of(self, question: str) -> tuple[Card, ...]:
        """Return the cards that answer a question, by id."""
        return tuple(
            self.cards[key]
            for key in sorted(self.cards)
            if (effect := self.cards[key].effect) is not None and effect.question == question
        )

    @property
    def digest(self) -> str:
        """A hash over the records and overlays of this pack; cases beside rules do not count."""
        parts = [
            *(canonical(self.instruments[key]) for key in sorted(self.instruments)),
            *(canonical(self.parameters[key]) for key in sorted(self.parameters)),
            *(canonical(replace(self.cards[key], cases=())) for key in sorted(self.cards)),
            *(canonical(overlay) for overlay in self.overlays),
        ]
        text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


REGIMES_KEPT_MAX = 64
"""A timeline asks for some forty dates in each of two layers; more are compiled again."""


@lru_cache(maxsize=REGIMES_KEPT_MAX)
def _regime(pack: Pack, on: date, known_on: date, posture: Posture) -> Regime:
    known = _known_pack(pack, known_on)
    return Regime(known, on=on, known_on=known_on, posture=posture)


@lru_cache(maxsize=REGIMES_KEPT_MAX)
def _known_pack(pack: Pack, known_on: date) -> Pack:
    return pack.as_known_on(known_on)


def _known_card(card: Card, known_on: date) -> Card:
    return replace(
        card,
        ends=tuple(ending for ending in card.ends if visible(ending, known_on)),
        suspended=tuple(pause for pause in card.suspended if visible(pause, known_on)),
    )


def _known_parameter(parameter: Parameter, known_on: date) -> Parameter:
    values = tuple(value for value in parameter.values if visible(value, known_on))
    return replace(parameter, values=values)


def canonical(record: object) -> Json:
    """Return a record as plain JSON values with sorted keys, for hashing and printing."""
    if is_dataclass(record) and not isinstance(record, type):
        return {f.name: canonical(getattr(record, f.name)) for f in fields(record)}
    if isinstance(record, Mapping):
        return {str(key): canonical(record[key]) for key in sorted(record)}
    if isinstance(record, (frozenset, set)):
        return [*sorted(str(member) for member in record)]
    if isinstance(record, (list, tuple)):
        return [canonical(member) for member in record]
    if isinstance(record, Enum):
        return str(record.value)
    if isinstance(record, date):
        return record.isoformat()
    if record is None or isinstance(record, (str, bool, int, float)):
        return record
    msg = f"no canonical form for a {type(record).__name__}"
    raise TypeError(msg)


__all__ = ["Pack", "canonical"]
