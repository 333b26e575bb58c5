"""A record may rest only on what was public when it became public itself.

Otherwise a replay would meet a name that nobody could have written down yet. The younger record
carries the link instead: it defeats, ends or supersedes the older one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from narrows.core import COMPILED_ON, HasKnownOn
from narrows.rules.card import Card
from narrows.rules.law import Citation
from narrows.rules.pack import Pack
from narrows.rules.parameter import Parameter
from narrows.rules.tree import AtLeast, Compare, Lookup, Node, Ref, RuleRef, walk


class Cited(HasKnownOn, Protocol):
    """A dated record with one citation."""

    @property
    def cite(self) -> Citation:
        """Where it is written."""


def hindsight_faults(pack: Pack) -> Iterator[tuple[str, str]]:
    """Yield the id of each record that rests on a younger one, with the id of that one."""
    for parameter in pack.parameters.values():
        for dated in parameter.values:
            yield from _younger_citation(pack, parameter.id, dated)
    for card in pack.cards.values():
        yield from _younger_support(pack, card)


def _younger_citation(pack: Pack, owner: str, record: Cited) -> Iterator[tuple[str, str]]:
    instrument = pack.instruments[record.cite.instrument]
    if first_public(instrument) > first_public(record):
        yield owner, instrument.id


def _younger_support(pack: Pack, card: Card) -> Iterator[tuple[str, str]]:
    for ending in card.ends:
        yield from _younger_citation(pack, card.id, ending)
    for pause in card.suspended:
        yield from _younger_citation(pack, card.id, pause)
    for cite in card.cite:
        if first_public(pack.instruments[cite.instrument]) > first_public(card):
            yield card.id, cite.instrument
    tree = pack.trees[card.id]
    for other in (*card.unless, *card.defeats, *_cards(tree)):
        if first_public(pack.cards[other]) > first_public(card):
            yield card.id, other
    for name in _parameters(tree):
        if _first_value(pack.parameters[name]) > first_public(card):
            yield card.id, name


def _cards(tree: Node) -> Iterator[str]:
    return (node.card for node in walk(tree) if isinstance(node, RuleRef))


def _parameters(tree: Node) -> Iterator[str]:
    for node in walk(tree):
        if isinstance(node, (Compare, Lookup)) and isinstance(node.operand, Ref):
            yield node.operand.parameter
        if isinstance(node, Lookup):
            yield node.table.parameter
        if isinstance(node, AtLeast):
            yield node.count.parameter


def _first_value(parameter: Parameter) -> date:
    return min((first_public(dated) for dated in parameter.values), default=COMPILED_ON)


def first_public(record: HasKnownOn) -> date:
    """Return the first day on which a replay may use a record."""
    return record.known_on or COMPILED_ON


__all__ = ["first_public", "hindsight_faults"]
