"""``--explain POINTER``: a figure, its formula, its inputs, and theirs, down to the sources."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from narrows.brief.derivation import (
    DEPTH_MAX,
    Derivation,
    derivation_of,
    figures_below,
    value_of,
)
from narrows.brief.node import Node
from narrows.brief.result import names_in, read_result
from narrows.brief.wording import Wording
from narrows.core import Json, Locale, UnknownNameError

FIGURES_MAX = 200
"""A pointer above more figures than this prints a list nobody reads; it is cut and says so."""
_PLAIN_MIN, _PLAIN_MAX = 1e-4, 1e15
"""Outside these a number is written with a power of ten."""
_WHOLE_FROM = 1e6
"""From here six digits would hide whole units, and fractions say nothing."""
_STEP = "  "
_NEAR_MAX = 3


def explain(result: Mapping[str, Json], pointer: str, *, language: str) -> str:
    """Return how a figure of a result came about, as text that ends with a line break.

    A pointer to one figure walks to its sources. A pointer to a record (``/orders/0``) tells what
    the record says of itself and explains each figure in it.

    Raises
    ------
    UnknownNameError
        The pointer names nothing, or nothing that has a derivation below it.
    """
    root = read_result(result)
    found = figures_below(root, pointer)
    if not found:
        raise UnknownNameError("figure", pointer, _near(root, pointer))
    told = _Teller(root, Wording(Locale(language), names=names_in(root)))
    lines = [*told.record(pointer), *told.figures(found[:FIGURES_MAX])]
    if len(found) > FIGURES_MAX:
        lines.append(told.wording.phrase("brief.explain.cut", left=len(found) - FIGURES_MAX))
    return "\n".join(lines) + "\n"


def _near(root: Node, pointer: str) -> tuple[str, ...]:
    pointers = [key for key, _ in root.at("derivations").entries]
    return tuple(difflib.get_close_matches(pointer, pointers, n=_NEAR_MAX, cutoff=0.5))


class _Teller:
    """Tells each figure once; where it comes up again, says that it stands above."""

    def __init__(self, root: Node, wording: Wording) -> None:
        self.root = root
        self.wording = wording
        self._told: set[str] = set()

    def record(self, pointer: str) -> Iterator[str]:
        """Yield the sentences of a record: its reason, the rules that bind it, its flags."""
        node = value_of(self.root, pointer)
        reason = node.at("reason").message
        spoken = [node.at("message").message, reason]
        spoken += [binding.at("message").message for binding in node.at("binding").items]
        spoken += [flag.message for flag in node.at("flags").items]
        yield from (self.wording.say(message) for message in spoken if message is not None)

    def figures(self, pointers: tuple[str, ...]) -> Iterator[str]:
        for pointer in pointers:
            yield from self.figure(pointer, 0)

    def figure(self, pointer: str, depth: int) -> Iterator[str]:
        """Yield the lines of one figure and, indented, of all that went into it."""
        margin = _STEP * depth
        found = derivation_of(self.root, pointer)
        head = f"{margin}{pointer} = {self._value(pointer, found)}"
        if found is None or depth > DEPTH_MAX:
            yield head
            return
        if pointer in self._told:
            yield f"{head}  {self._label('above')}"
            return
        self._told.add(pointer)
        yield head
        yield from (f"{margin}{_STEP}{line}" for line in self._made(found))
        for child in found.inputs:
            yield from self.figure(child, depth + 1)

    def _made(self, found: Derivation) -> Iterator[str]:
        grade = "" if found.grade is None else f"  [{self._label('grade')} {found.grade}]"
        yield f"{self._label('formula')}: {self.wording.formula(found.formula)}{grade}"
        for source in found.sources:
            yield f"{self._label('source')}: {source_line(self.root, source)}"

    def _value(self, pointer: str, found: Derivation | None) -> str:
        value = value_of(self.root, pointer)
        if value.number is None:
            return value.text or self.wording.term("unknown")
        unit = "" if found is None or found.unit == "1" else f" {found.unit}"
        return f"{exact(value.number)}{unit}"

    def _label(self, word: str) -> str:
        return self.wording.phrase(f"brief.explain.{word}")


def exact(value: float) -> str:
    """Write a number with all the digits that a check by hand needs.

    >>> exact(98400000.0), exact(0.1234567)
    ('98,400,000', '0.123457')
    """
    if value == 0 or _PLAIN_MIN <= abs(value) < _PLAIN_MAX:
        return f"{value:,.0f}" if abs(value) >= _WHOLE_FROM else f"{value:,.6g}"
    return f"{value:.6g}"


def source_line(root: Node, source: str) -> str:
    """Return a source on one line: id, title, publisher, date, address."""
    node = root.at("sources", source)
    parts = [node.at(key).text for key in ("title", "publisher", "date", "url")]
    told = ", ".join(part for part in parts if part)
    return f"{source}: {told}" if told else source
