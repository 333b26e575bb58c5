"""The when-tree of a card: a closed set of nodes, read from YAML with the line of every fault.

====================================  ==========================================================
``{all: [...]}``, ``{any: [...]}``    conjunction, disjunction
``{not: node}``                       negation
``{fact: f, lt|le|gt|ge: parameter}`` a number against a dated line; never a bare number
``{fact: f, eq: word}``               a word or flag
``{fact: f, in: parameter | [...]}``  a word, or any word of a set, among members
``{lookup: table, by: f, eq: word}``  the same comparisons on what a dated table says of ``f``
``{at_least: parameter, of: [...]}``  k of n
``{rule: card}``                      another card
``{then: node, unless: [...]}``       a node with exceptions
====================================  ==========================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from narrows.core import Document, InputError, Pointer
from narrows.rules.quantity import COMPARISONS, NUMERIC, BoundValue


@dataclass(frozen=True, slots=True)
class Ref:
    """A parameter, by id; its value depends on the day."""

    parameter: str


Operand: TypeAlias = "Ref | BoundValue"


@dataclass(frozen=True, slots=True)
class Compare:
    """A fact against an operand."""

    fact: str
    op: str
    operand: Operand


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a table says of a fact, against an operand; ``absent_is_false`` closes the table."""

    table: Ref
    by: str
    op: str
    operand: Operand
    absent_is_false: bool


@dataclass(frozen=True, slots=True)
class RuleRef:
    """Another card."""

    card: str


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    child: Node


@dataclass(frozen=True, slots=True)
class All:
    """Conjunction."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Disjunction."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``count`` of the children."""

    count: Ref
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unless:
    """A node that any of its exceptions defeats."""

    child: Node
    exceptions: tuple[Node, ...]


Node: TypeAlias = "Compare | Lookup | RuleRef | Not | All | AnyOf | AtLeast | Unless"

KINDS = ("all", "any", "not", "fact", "lookup", "at_least", "rule", "then")
OPERATORS = tuple(COMPARISONS)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file a node stands, for errors."""

    document: Document
    pointer: Pointer

    def __truediv__(self, step: str | int) -> Place:
        return Place(self.document, (*self.pointer, step))

    def error(self, problem: str, mend: str, value: object = None) -> InputError:
        """Return an error that points here."""
        return self.document.error(self.pointer, problem, mend, value)


def parse_node(tree: object, place: Place) -> Node:
    """Return the node that a YAML mapping describes.

    Raises
    ------
    InputError
        The mapping is none of the node kinds, has keys it should not, or holds a bare number.
    """
    if not isinstance(tree, dict):
        raise place.error("a condition must be a mapping", f"use one of: {', '.join(KINDS)}", tree)
    kinds = [kind for kind in KINDS if kind in tree]
    if len(kinds) != 1:
        mend = f"use exactly one of: {', '.join(KINDS)}"
        raise place.error("a condition must be of one kind", mend, sorted(tree))
    return _READERS[kinds[0]](tree, place)


def _nodes(tree: object, place: Place) -> tuple[Node, ...]:
    if not isinstance(tree, list) or not tree:
        raise place.error("a list of conditions is expected", "write at least one", tree)
    return tuple(parse_node(child, place / i) for i, child in enumerate(tree))


def _exceptions(tree: object, place: Place) -> tuple[Node, ...]:
    if not isinstance(tree, list) or not tree:
        raise place.error("a list of exceptions is expected", "write at least one", tree)
    return tuple(
        RuleRef(child) if isinstance(child, str) else parse_node(child, place / i)
        for i, child in enumerate(tree)
    )


def _only(tree: dict[str, object], place: Place, *allowed: str) -> None:
    extra = sorted(set(tree) - set(allowed))
    if extra:
        raise place.error("unknown key in a condition", f"keys are {', '.join(allowed)}", extra[0])


def _word(tree: object, place: Place) -> str:
    if not isinstance(tree, str):
        raise place.error("an id is expected", "write a word", tree)
    return tree


def _comparison(tree: dict[str, object], place: Place, *keys: str) -> tuple[str, Operand]:
    _only(tree, place, *keys, *OPERATORS)
    found = [op for op in OPERATORS if op in tree]
    if len(found) != 1:
        raise place.error("one comparison is needed", f"use one of: {', '.join(OPERATORS)}", found)
    op = found[0]
    return op, _operand(op, tree[op], place / op)


def _operand(op: str, tree: object, place: Place) -> Operand:
    if op in NUMERIC or (op == "in" and isinstance(tree, str)):
        return Ref(_word(tree, place))
    if isinstance(tree, dict):
        _only(tree, place, "parameter")
        return Ref(_word(tree["parameter"], place))
    if op == "in" and isinstance(tree, list):
        return frozenset(_word(member, place / i) for i, member in enumerate(tree))
    if op == "eq" and isinstance(tree, (str, bool)):
        return tree
    mend = "name a parameter: lines of law are dated data" if _is_number(tree) else "write a word"
    raise place.error("not a value to compare with", mend, tree)


def _is_number(tree: object) -> bool:
    return isinstance(tree, (int, float, date)) and not isinstance(tree, bool)


def _read_compare(tree: dict[str, object], place: Place) -> Node:
    op, operand = _comparison(tree, place, "fact")
    return Compare(_word(tree["fact"], place / "fact"), op, operand)


def _read_lookup(tree: dict[str, object], place: Place) -> Node:
    op, operand = _comparison(tree, place, "lookup", "by", "absent")
    absent = tree.get("absent")
    if absent not in (None, False):
        raise place.error("absent may only be false", "leave it out for unknown", absent)
    table = Ref(_word(tree["lookup"], place / "lookup"))
    by = _word(tree.get("by"), place / "by")
    return Lookup(table, by, op, operand, absent_is_false=absent is False)


def _read_rule(tree: dict[str, object], place: Place) -> Node:
    _only(tree, place, "rule")
    return RuleRef(_word(tree["rule"], place / "rule"))


def _read_not(tree: dict[str, object], place: Place) -> Node:
    _only(tree, place, "not")
    return Not(parse_node(tree["not"], place / "not"))


def _read_all(tree: dict[str, object], place: Place) -> Node:
    _only(tree, place, "all")
    return All(_nodes(tree["all"], place / "all"))


def _read_any(tree: dict[str, object], place: Place) -> Node:
    _only(tree, place, "any")
    return AnyOf(_nodes(tree["any"], place / "any"))


def _read_at_least(tree: dict[str, object], place: Place) -> Node:
    _only(tree, place, "at_least", "of")
    count = Ref(_word(tree["at_least"], place / "at_least"))
    return AtLeast(count, _nodes(tree.get("of"), place / "of"))


def _read_unless(tree: dict[str, object], place: Place) -> Node:
    _only(tree, place, "then", "unless")
    child = parse_node(tree["then"], place / "then")
    return Unless(child, _exceptions(tree.get("unless"), place / "unless"))


_READERS = {
    "all": _read_all,
    "any": _read_any,
    "not": _read_not,
    "fact": _read_compare,
    "lookup": _read_lookup,
    "at_least": _read_at_least,
    "rule": _read_rule,
    "then": _read_unless,
}


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it."""
    yield node
    if isinstance(node, (All, AnyOf, AtLeast)):
        for child in node.children:
            yield from walk(child)
    if isinstance(node, Unless):
        for child in (node.child, *node.exceptions):
            yield from walk(child)
    if isinstance(node, Not):
        yield from walk(node.child)


__all__ = [
    "All",
    "AnyOf",
    "AtLeast",
    "Compare",
    "Lookup",
    "Node",
    "Not",
    "Operand",
    "Place",
    "Ref",
    "RuleRef",
    "Unless",
    "parse_node",
    "walk",
]
