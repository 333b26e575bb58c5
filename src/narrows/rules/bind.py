"""From nodes to steps: every parameter of a tree resolved for one day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from narrows.rules.card import Card
from narrows.rules.parameter import DatedValue, ParameterValue
from narrows.rules.quantity import FALSE, UNKNOWN, BoundValue
from narrows.rules.steps import (
    AllStep,
    AnyStep,
    AtLeastStep,
    CardStep,
    CompareStep,
    FixedStep,
    LookupStep,
    NotStep,
    Step,
    UnlessStep,
)
from narrows.rules.tree import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Lookup,
    Node,
    Not,
    Operand,
    Ref,
    RuleRef,
    Unless,
)

if TYPE_CHECKING:
    from narrows.rules.pack import Pack


class Binder:
    """Steps of the cards of a pack on one day, each made when it is first asked for."""

    def __init__(self, pack: Pack, on: date) -> None:
        self.pack = pack
        self.on = on
        self.steps: dict[str, Step] = {}
        self.nodes: dict[Node, Step] = {}
        self.defeaters = _defeaters(pack.cards)

    def card(self, card_id: str) -> Step:
        """Return the step of a card; one that does not speak on the day is fixed at false."""
        if card_id not in self.steps:
            self.steps[card_id] = self._card(card_id)
        return self.steps[card_id]

    def speaks(self, card_id: str) -> bool:
        """Return whether a card is in force on the day and its switch is not off."""
        card = self.pack.cards.get(card_id)
        if card is None or self.on not in card.force:
            return False
        return card.switch is None or self._switch(card.switch) != "off"

    def _switch(self, parameter: str) -> str:
        dated = self.pack.value(parameter, self.on)
        return "unknown" if dated is None or dated.value is None else str(dated.value)

    def _card(self, card_id: str) -> Step:
        if not self.speaks(card_id):
            return FixedStep(card_id, FALSE)
        card = self.pack.cards[card_id]
        body = self.node(self.pack.trees[card_id])
        if card.switch is not None and self._switch(card.switch) != "on":
            body = AllStep((body, FixedStep(card_id, UNKNOWN)))
        exceptions = [*card.unless, *self.defeaters.get(card_id, ())]
        if exceptions:
            body = UnlessStep(body, tuple(self.card(other) for other in exceptions))
        return CardStep(card_id, body)

    def node(self, node: Node) -> Step:
        """Return the step of any node; equal nodes share one, which a table then sweeps once."""
        if node not in self.nodes:
            self.nodes[node] = _BINDERS[type(node)](self, node)
        return self.nodes[node]

    def all_of(self, nodes: tuple[Node, ...]) -> tuple[Step, ...]:
        """Return the steps of several nodes."""
        return tuple(self.node(node) for node in nodes)

    def dated(self, operand: Operand) -> DatedValue | None:
        """Return the value that an operand names, or ``None`` where it names none."""
        return self.pack.value(operand.parameter, self.on) if isinstance(operand, Ref) else None


def _defeaters(cards: Mapping[str, Card]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for card_id in sorted(cards):
        for defeated in cards[card_id].defeats:
            found.setdefault(defeated, []).append(card_id)
    return found


def bound_value(value: ParameterValue) -> BoundValue | None:
    """Return a parameter's value in the form in which facts are compared with it."""
    if isinstance(value, tuple):
        return frozenset(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return None if isinstance(value, dict) else value


def _bound(binder: Binder, operand: Operand) -> BoundValue | None:
    if not isinstance(operand, Ref):
        return operand
    dated = binder.dated(operand)
    return None if dated is None else bound_value(dated.value)


def _bind_compare(binder: Binder, node: Compare) -> Step:
    return CompareStep(
        node.fact,
        node.op,
        bound=_bound(binder, node.operand),
        parameter=node.operand.parameter if isinstance(node.operand, Ref) else None,
        dated=binder.dated(node.operand),
    )


def _bind_lookup(binder: Binder, node: Lookup) -> Step:
    dated = binder.dated(node.table)
    rows = dated.value if dated is not None and isinstance(dated.value, dict) else None
    return LookupStep(
        node.by,
        node.op,
        table=node.table.parameter,
        rows=rows,
        bound=_bound(binder, node.operand),
        absent=FALSE if node.absent_is_false else UNKNOWN,
        dated=dated,
    )


def _bind_at_least(binder: Binder, node: AtLeast) -> Step:
    count = _bound(binder, node.count)
    known = count if isinstance(count, float) else None
    return AtLeastStep(known, binder.all_of(node.children), binder.dated(node.count))


def _bind_unless(binder: Binder, node: Unless) -> Step:
    return UnlessStep(binder.node(node.child), binder.all_of(node.exceptions))


_BINDERS: Mapping[type, Callable[..., Step]] = {
    Compare: _bind_compare,
    Lookup: _bind_lookup,
    AtLeast: _bind_at_least,
    Unless: _bind_unless,
    RuleRef: lambda binder, node: binder.card(node.card),
    Not: lambda binder, node: NotStep(binder.node(node.child)),
    All: lambda binder, node: AllStep(binder.all_of(node.children)),
    AnyOf: lambda binder, node: AnyStep(binder.all_of(node.children)),
}

__all__ = ["Binder", "bound_value"]
