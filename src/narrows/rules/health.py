"""References of a pack, checked once when it is read, so that no rule can fail later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from narrows.rules.arithmetic import FORMULAS
from narrows.rules.card import Card
from narrows.rules.law import Citation
from narrows.rules.parameter import Parameter, ParameterKind, fits
from narrows.rules.quantity import NUMERIC
from narrows.rules.question import Fact, FactKind
from narrows.rules.tree import AtLeast, Compare, Lookup, Node, Place, Ref, RuleRef, walk

if TYPE_CHECKING:
    from narrows.rules.pack import Pack

SWITCH_VALUES = frozenset({"on", "off", "unknown"})

Faults = Iterator[tuple[str, str]]
"""What is wrong with a record, and the mend."""

Places = Mapping[tuple[type, str], Place]


def check_pack(pack: Pack, places: Places) -> None:
    """Refuse a pack with a reference that does not resolve.

    Raises
    ------
    InputError
        With file and line of the first fault.
    """
    for parameter in pack.parameters.values():
        _raise_first(_check_parameter(pack, parameter), places[Parameter, parameter.id])
    for fact in pack.facts.values():
        _raise_first(_check_fact(pack, fact), places[Fact, fact.id])
    for card in pack.cards.values():
        _raise_first(_check_card(pack, card), places[Card, card.id])
    _refuse_cycles(pack, places)


def _raise_first(faults: Faults, place: Place) -> None:
    for problem, mend in faults:
        raise place.error(problem, mend)


def _check_parameter(pack: Pack, parameter: Parameter) -> Faults:
    for dated in parameter.values:
        yield from _cited(pack, [dated.cite])
        if not fits(parameter.kind, dated.value):
            yield f"value is no {parameter.kind}: {dated.value!r}", "correct the kind or the value"
        if parameter.kind is ParameterKind.BAND and isinstance(dated.value, dict):
            yield from _band(dated.value)


def _band(value: Mapping[str, str | float]) -> Faults:
    low, high = value.get("low"), value.get("high")
    ordered = isinstance(low, (int, float)) and isinstance(high, (int, float)) and low <= high
    if not ordered or set(value) != {"low", "high"}:
        yield f"not a band: {dict(value)!r}", "give low and high with 0 <= low <= high <= 1"


def _check_fact(pack: Pack, fact: Fact) -> Faults:
    for way in fact.derive:
        if way.by not in FORMULAS:
            yield f"no formula {way.by!r}", f"use one of: {', '.join(sorted(FORMULAS))}"
        elif len(FORMULAS[way.by].rises) != len(way.of):
            yield f"{way.by} takes {len(FORMULAS[way.by].rises)} facts", "correct `of`"
        yield from _known("fact", way.of, pack.facts)


def _check_card(pack: Pack, card: Card) -> Faults:
    cites = [*card.cite, *(e.cite for e in card.ends), *(s.cite for s in card.suspended)]
    yield from _cited(pack, cites)
    if not card.cite:
        yield "no citation", "cite the instrument and the place"
    yield from _check_effect(pack, card)
    for fault in (_check_node(pack, node) for node in walk(pack.trees[card.id])):
        yield from fault
    yield from _known("card", [*card.unless, *card.defeats], pack.cards)
    yield from _known("fact", [ask.fact for ask in card.evidence], pack.facts)
    yield from _check_switch(pack, card)


def _check_effect(pack: Pack, card: Card) -> Faults:
    if card.effect is None:
        return
    question = pack.questions.get(card.effect.question)
    if question is None:
        yield f"no question {card.effect.question!r}", "add it to questions.yaml"
    elif question.rank(card.effect.answer) < 0:
        words = ", ".join(option.id for option in question.answers)
        yield f"{card.effect.answer!r} is no answer to {question.id}", f"use one of: {words}"
    named = [name for name in (card.effect.band, card.effect.rate) if name is not None]
    yield from _known("parameter", named, pack.parameters)
    yield from _known("card", card.effect.conditions, pack.cards)


def _check_switch(pack: Pack, card: Card) -> Faults:
    if card.switch is None:
        return
    yield from _known("parameter", [card.switch], pack.parameters)
    switch = pack.parameters.get(card.switch)
    if switch is not None and any(dated.value not in SWITCH_VALUES for dated in switch.values):
        yield f"switch {switch.id} has other values", "use on, off or unknown"


def _check_node(pack: Pack, node: Node) -> Faults:
    if isinstance(node, RuleRef):
        yield from _known("card", [node.card], pack.cards)
    if isinstance(node, AtLeast):
        yield from _known("parameter", [node.count.parameter], pack.parameters)
    if isinstance(node, Lookup):
        yield from _known("fact", [node.by], pack.facts)
        yield from _known("parameter", [node.table.parameter], pack.parameters)
    if isinstance(node, Compare):
        yield from _check_compare(pack, node)


def _check_compare(pack: Pack, node: Compare) -> Faults:
    yield from _known("fact", [node.fact], pack.facts)
    fact = pack.facts.get(node.fact)
    if fact is None:
        return
    if (node.op in NUMERIC) != (fact.kind is FactKind.NUMBER):
        yield f"{node.op} does not suit {fact.id}, a {fact.kind}", "use another comparison"
    if isinstance(node.operand, Ref):
        yield from _known("parameter", [node.operand.parameter], pack.parameters)
        bound = pack.parameters.get(node.operand.parameter)
        if bound is not None and bound.unit != fact.unit:
            yield f"{fact.id} is in {fact.unit}, {bound.id} in {bound.unit}", "use one unit"
    else:
        yield from _literal(fact, node.operand)


def _literal(fact: Fact, operand: object) -> Faults:
    if (fact.kind is FactKind.FLAG) != isinstance(operand, bool):
        yield f"{operand!r} is no value of {fact.id}", f"give a {fact.kind}"
    words = operand if isinstance(operand, frozenset) else {operand}
    odd = sorted(str(word) for word in words if fact.values and word not in fact.values)
    if odd:
        yield f"{odd[0]!r} is no value of {fact.id}", f"use one of: {', '.join(fact.values)}"


def _cited(pack: Pack, cites: Iterable[Citation]) -> Faults:
    yield from _known("instrument", [cite.instrument for cite in cites], pack.instruments)


def _known(kind: str, names: Iterable[str], known: Mapping[str, object]) -> Faults:
    for name in names:
        if name not in known:
            yield f"no {kind} {name!r}", "correct the id, or add the record"


def _rules(tree: Node) -> list[str]:
    return [node.card for node in walk(tree) if isinstance(node, RuleRef)]


def _refuse_cycles(pack: Pack, places: Places) -> None:
    below = {key: {*_rules(pack.trees[key]), *card.unless} for key, card in pack.cards.items()}
    for key, card in pack.cards.items():
        for defeated in card.defeats:
            below[defeated].add(key)
    done: set[str] = set()
    for start in sorted(below):
        _visit(start, below, done, (), places)


def _visit(
    card: str, below: Mapping[str, set[str]], done: set[str], path: tuple[str, ...], places: Places
) -> None:
    if card in path:
        chain = " -> ".join((*path[path.index(card) :], card))
        raise places[Card, card].error(f"cards rest on each other: {chain}", "break the circle")
    if card in done:
        return
    for other in sorted(below[card]):
        _visit(other, below, done, (*path, card), places)
    done.add(card)


__all__ = ["check_pack"]
