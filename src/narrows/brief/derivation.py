"""From a figure back to its sources: the derivations that a result carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from narrows.brief.node import Node
from narrows.brief.wording import printable
from narrows.core import Json, resolve_pointer

DEPTH_MAX = 40
"""The longest way from a plan's cost to a datasheet is below ten steps; a loop would never end."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one figure came about. ``inputs`` are pointers, ``sources`` are ids."""

    pointer: str
    formula: str
    unit: str
    inputs: tuple[str, ...]
    sources: tuple[str, ...]
    grade: str | None


def derivation_of(root: Node, pointer: str) -> Derivation | None:
    """Return the derivation of the figure at a pointer, or ``None`` where it has none."""
    node = root.at("derivations", pointer)
    if not node.present:
        return None
    return Derivation(
        pointer,
        formula=node.at("formula").text or "?",
        unit=node.at("unit").text or "",
        inputs=_texts(node.at("inputs").value),
        sources=_texts(node.at("sources").value),
        grade=node.at("grade").text,
    )


def _texts(listed: Json) -> tuple[str, ...]:
    """Return the texts of a list; thousands of figures have dozens of inputs each."""
    found = listed if isinstance(listed, list) else []
    return tuple(printable(text) for text in found if isinstance(text, str))


def figures_below(root: Node, pointer: str) -> tuple[str, ...]:
    """Return the pointers of all figures at or below a pointer, in their order."""
    below = f"{pointer.rstrip('/')}/"
    found = root.at("derivations").value
    if not isinstance(found, dict):
        return ()
    return tuple(key for key in found if key == pointer or key.startswith(below))


def value_of(root: Node, pointer: str) -> Node:
    """Return the node that a pointer names; absent where there is none."""
    try:
        return Node(resolve_pointer(root.value, pointer), pointer)
    except KeyError:
        return Node(None, pointer)


def ancestry(root: Node, pointers: tuple[str, ...]) -> Iterator[Derivation]:
    """Yield the derivations of figures and of all that went into them, each once."""
    waiting, seen = list(reversed(pointers)), set(pointers)
    while waiting:
        found = derivation_of(root, waiting.pop())
        if found is None:
            continue
        yield found
        fresh = [pointer for pointer in found.inputs if pointer not in seen]
        seen.update(fresh)
        waiting.extend(reversed(fresh))


@dataclass(frozen=True, slots=True)
class Backing:
    """What stands behind a part of a result: source ids in order, and the weakest grade."""

    sources: tuple[str, ...]
    weakest_grade: str | None


NO_SOURCES = Backing((), None)
"""For a page that says in words where its figures come from, and lists no sources."""


def backing(root: Node, pointer: str) -> Backing:
    """Return the sources behind all figures below a pointer."""
    own = figures_below(root, pointer)
    chain = tuple(ancestry(root, own))
    sources = sorted({source for found in chain for source in found.sources})
    grades = sorted(found.grade for found in chain if found.grade is not None)
    return Backing(tuple(sources), grades[-1] if grades else None)
