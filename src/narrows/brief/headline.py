"""The short answer: one labelled line a subject, the same in the terminal and on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from narrows.brief.gates import one_line
from narrows.brief.node import Node
from narrows.brief.wording import Wording
from narrows.core import Json


@dataclass(frozen=True, slots=True)
class Line:
    """A label and its sentences. ``flows`` joins them; otherwise each begins on a line."""

    label: str
    sentences: tuple[str, ...]
    flows: bool


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
        return Line(label, _paragraphs(found, sentences, wording), flows=True)
    return Line(label, tuple(sentence for sentence in sentences if sentence), flows=False)


def _paragraphs(
    found: list[dict[str, Json]], sentences: list[str], wording: Wording
) -> tuple[str, ...]:
    flowing = [s for m, s in zip(found, sentences, strict=True) if m["id"] not in _OWN_LINE]
    alone = [s for m, s in zip(found, sentences, strict=True) if m["id"] in _OWN_LINE]
    joined = wording.sentence_gap.join(flowing)
    return tuple(part for part in (joined, *alone) if part)


def _sentence(root: Node, message: dict[str, Json], wording: Wording) -> str:
    values = message.get("values")
    given = values if isinstance(values, dict) else {}
    known: dict[str, Json] = {**supplied(root), **given}
    if message["id"] == _GATES_SUMMARY:
        known["gates"] = _gates_summary(root, given, wording)
    return wording.say({"id": message["id"], "values": known})


def _gates_summary(root: Node, values: Mapping[str, Json], wording: Wording) -> str:
    """Return the gates of the row that the message names, or of the first row."""
    rows = root.at("gates").items
    wanted = [row for row in rows if _matches(row, values)] or list(rows)
    return one_line(wanted[0], wording) if wanted else ""


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
    pointers = sorted(pointer for pointer, _ in root.at("derivations").entries)
    if any(pointer.startswith(f"{_FIRST_ORDER}/") for pointer in pointers):
        return _FIRST_ORDER
    return next(iter(pointers), None)


_SUPPLIED: Mapping[str, Callable[[Node], str | None]] = MappingProxyType(
    {"study": _study_name, "pointer": _to_explain}
)
