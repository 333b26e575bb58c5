"""The short answer: one labelled line a subject, the same in the terminal and on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from narrows.brief.derivation import figures_below
from narrows.brief.gates import one_line
from narrows.brief.node import Node
from narrows.brief.wording import Wording
from narrows.core import Json


@dataclass(frozen=True, slots=True)
class Line:
    """A label and its sentences; ``route`` is the row of gates that a sentence tells, if any."""

    label: str
    sentences: tuple[str, ...]
    route: Node | None = None


_FLOWING = frozenset({"ANSWER"})
_GATES_SUMMARY = "study.gates.summary"
_FIRST_ORDER = "/orders/0"
_OWN_LINE = frozenset({"study.answer.flips"})
"""Sentences that begin on a line of their own inside a flowing label."""


def headline(root: Node, wording: Wording) -> tuple[Line, ...]:
    """Return the lines of the short answer in the order in which the study gives them."""
    lines = (_line(root, node, wording) for node in root.at("study", "headline").items)
    return tuple(line for line in lines if line.sentences)


def _line(root: Node, node: Node, wording: Wording) -> Line:
    label = node.at("label").text or ""
    found = [message for item in node.at("messages").items if (message := item.message)]
    sentences = [_sentence(root, message, wording) for message in found]
    if label in _FLOWING:
        return Line(label, _paragraphs(found, sentences, wording))
    routes = [_route(root, message) for message in found if message["id"] == _GATES_SUMMARY]
    route = next((route for route in routes if route is not None), None)
    return Line(label, tuple(sentence for sentence in sentences if sentence), route)


def _paragraphs(
    found: list[dict[str, Json]], sentences: list[str], wording: Wording
) -> tuple[str, ...]:
    flowing = [s for m, s in zip(found, sentences, strict=True) if m["id"] not in _OWN_LINE]
    alone = [s for m, s in zip(found, sentences, strict=True) if m["id"] in _OWN_LINE]
    joined = wording.sentence_gap.join(flowing)
    return tuple(part for part in (joined, *alone) if part)


def _sentence(root: Node, message: dict[str, Json], wording: Wording) -> str:
    known: dict[str, Json] = {**supplied(root), **_values(message)}
    if message["id"] == _GATES_SUMMARY:
        route = _route(root, message)
        known["gates"] = "" if route is None else one_line(route, wording)
    return wording.say({"id": message["id"], "values": known})


def _values(message: dict[str, Json]) -> dict[str, Json]:
    values = message.get("values")
    return values if isinstance(values, dict) else {}


def _route(root: Node, message: dict[str, Json]) -> Node | None:
    """Return the row of gates that a message names, or the first row."""
    rows = root.at("gates").items
    wanted = [row for row in rows if _matches(row, _values(message))] or list(rows)
    return wanted[0] if wanted else None


def _matches(row: Node, values: Mapping[str, Json]) -> bool:
    asked = [key for key in ("option", "system") if key in values]
    return bool(asked) and all(row.at(key).value == values[key] for key in asked)


def supplied(root: Node) -> Mapping[str, Json]:
    """Return what the brief itself can tell a message: the study, and a figure to explain."""
    return {key: value for key, tell in _SUPPLIED.items() if (value := tell(root)) is not None}


def _study_name(root: Node) -> str | None:
    return root.at("study", "name").text


def _to_explain(root: Node) -> str | None:
    """Return a pointer worth explaining: the first order or, without orders, any figure."""
    if figures_below(root, _FIRST_ORDER):
        return _FIRST_ORDER
    return min(figures_below(root, ""), default=None)


_SUPPLIED: Mapping[str, Callable[[Node], str | None]] = MappingProxyType(
    {"study": _study_name, "pointer": _to_explain}
)
