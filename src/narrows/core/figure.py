"""A figure that remembers how it was made, so that a reader can walk back to its sources.

``Figure`` is the currency of results: a value with a unit, a formula in words, the figures that
went in and the sources behind it. :func:`lay_out` turns a tree that holds figures into plain JSON
values plus one derivation for each place, keyed by JSON pointer (RFC 6901).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cached_property
from typing import TypeAlias

from narrows.core.estimate import Estimate
from narrows.core.evidence import Grade, worst_grade
from narrows.core.message import Message

Json: TypeAlias = "str | int | float | bool | None | list[Json] | dict[str, Json]"


@dataclass(frozen=True, eq=False)
class Figure:
    """A number with its unit and derivation.

    Attributes
    ----------
    value
        A number, or ``None`` where it is unknown.
    unit
        One of :data:`narrows.core.units.UNITS` or a compound of them.
    formula
        How the value follows from the inputs, e.g. ``"a / b"``; ``"stated"`` for a source's figure.
    inputs
        The figures that went in.
    sources
        Ids of the sources read directly for this figure.
    """

    value: float | int | None
    unit: str
    formula: str
    inputs: tuple[Figure, ...] = ()
    sources: tuple[str, ...] = ()
    grade: Grade | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if not self.inputs and not self.sources:
            msg = f"a figure needs inputs or sources: {self.formula} = {self.value}"
            raise ValueError(msg)

    @cached_property
    def weakest_grade(self) -> Grade:
        """The weakest grade on the way back to the sources; ``D`` where one is ungraded."""
        own = () if self.grade is None else (self.grade,)
        below = tuple(figure.weakest_grade for figure in self.inputs)
        return worst_grade(*own, *below) if own or below else Grade.D


@dataclass
class Layout:
    """A tree laid out as JSON values, with the derivation of each figure in it."""

    tree: Json
    derivations: dict[str, Json] = field(default_factory=dict)


def lay_out(tree: object, *, facts_at: str) -> Layout:
    """Lay a tree of mappings, sequences, figures, messages and dates out as JSON.

    Figures that are inputs of others but stand nowhere in the tree are placed under the pointer
    ``facts_at``, which must name a mapping of the tree, so that every input pointer resolves.

    Raises
    ------
    TypeError
        The tree holds something that is no JSON value, figure, estimate, message, enum or date.
    ValueError
        ``facts_at`` does not name a mapping.
    """
    places = _Places()
    laid = places.plain(tree, "")
    facts = _resolve(laid, facts_at)
    if not isinstance(facts, dict):
        msg = f"{facts_at} is no mapping of the tree"
        raise ValueError(msg)
    places.place_inputs(facts, facts_at)
    return Layout(laid, places.derivations())


class _Places:
    def __init__(self) -> None:
        self.by_figure: dict[int, str] = {}
        self.figures: dict[str, Figure] = {}

    def plain(self, node: object, at: str) -> Json:
        if isinstance(node, Figure):
            self._remember(node, at)
            return node.value
        if isinstance(node, Message):
            return {"id": node.id, "values": self.plain(node.values, f"{at}/values")}
        if isinstance(node, Mapping):
            return {str(k): self.plain(v, f"{at}/{_escape(str(k))}") for k, v in node.items()}
        if isinstance(node, (list, tuple)):
            return [self.plain(child, f"{at}/{i}") for i, child in enumerate(node)]
        return _scalar(node)

    def _remember(self, figure: Figure, at: str) -> None:
        self.by_figure.setdefault(id(figure), at)
        self.figures[at] = figure

    def place_inputs(self, facts: dict[str, Json], facts_at: str) -> None:
        waiting = [child for figure in self.figures.values() for child in figure.inputs]
        while waiting:
            figure = waiting.pop()
            if id(figure) in self.by_figure:
                continue
            key = _free_key(figure.name or f"{figure.formula}", facts)
            facts[key] = {"value": figure.value, "unit": figure.unit}
            self._remember(figure, f"{facts_at}/{_escape(key)}/value")
            waiting.extend(figure.inputs)

    def derivations(self) -> dict[str, Json]:
        return {at: self._derivation(figure) for at, figure in sorted(self.figures.items())}

    def _derivation(self, figure: Figure) -> Json:
        return {
            "formula": figure.formula,
            "unit": figure.unit,
            "inputs": [self.by_figure[id(child)] for child in figure.inputs],
            "sources": list(figure.sources),
            "grade": str(figure.weakest_grade),
        }


def _scalar(node: object) -> Json:
    if isinstance(node, Enum):
        return _scalar(node.value)
    if isinstance(node, date):
        return node.isoformat()
    if node is None or isinstance(node, (str, bool, int, float)):
        return node
    msg = f"cannot lay out a {type(node).__name__}"
    raise TypeError(msg)


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _resolve(tree: Json, pointer: str) -> Json:
    node = tree
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        node = node[int(key)] if isinstance(node, list) else node[key]  # type: ignore[index]
    return node


def resolve_pointer(tree: Json, pointer: str) -> Json:
    """Return the node that a JSON pointer names.

    Raises
    ------
    KeyError
        There is no such node.
    """
    try:
        return _resolve(tree, pointer)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise KeyError(pointer) from error


def _free_key(wanted: str, taken: Mapping[str, Json]) -> str:
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted} ({number})" in taken:
        number += 1
    return f"{wanted} ({number})"


def interval_figures(
    estimate: Estimate, formula: str, inputs: Sequence[Figure], sources: Sequence[str] = ()
) -> dict[str, object]:
    """Return an estimate as a mapping of three figures that share one derivation."""
    quantiles = {"p05": estimate.p05, "p50": estimate.p50, "p95": estimate.p95}
    laid: dict[str, object] = {
        key: Figure(value, estimate.unit, f"{key} of {formula}", tuple(inputs), tuple(sources))
        for key, value in quantiles.items()
    }
    return {**laid, "unit": estimate.unit, "how": estimate.obtained}
