"""A place in a result: the value that stands there and its JSON pointer.

A result is read as it is written. A missing part is an absent node, and so is a ``null``: what
uses it leaves the line out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from narrows.brief.wording import printable
from narrows.core import Json


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a result and where it stands."""

    value: Json
    pointer: str = ""

    def at(self, *keys: str | int) -> Node:
        """Return the node below; absent where any part of the way is missing."""
        node = self
        for key in keys:
            node = node._child(key)
        return node

    def _child(self, key: str | int) -> Node:
        pointer = f"{self.pointer}/{escape(str(key))}"
        if isinstance(self.value, dict) and isinstance(key, str):
            return Node(self.value.get(key), pointer)
        if isinstance(self.value, list) and isinstance(key, int) and 0 <= key < len(self.value):
            return Node(self.value[key], pointer)
        return Node(None, pointer)

    @property
    def present(self) -> bool:
        """Whether something stands here."""
        return self.value is not None

    @property
    def number(self) -> float | None:
        """The finite number that stands here, or ``None`` for anything else."""
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
            return None
        return float(self.value) if math.isfinite(self.value) else None

    @property
    def text(self) -> str | None:
        """The text that stands here, without control characters; ``None`` for anything else."""
        return printable(self.value) if isinstance(self.value, str) else None

    @property
    def message(self) -> dict[str, Json] | None:
        """The message that stands here, or ``None`` where it is none."""
        is_message = isinstance(self.value, dict) and isinstance(self.value.get("id"), str)
        return self.value if is_message and isinstance(self.value, dict) else None

    @property
    def items(self) -> tuple[Node, ...]:
        """The nodes of a list; empty for anything else."""
        if not isinstance(self.value, list):
            return ()
        return tuple(self.at(index) for index in range(len(self.value)))

    @property
    def entries(self) -> tuple[tuple[str, Node], ...]:
        """The keys and nodes of a mapping in their order; empty for anything else."""
        if not isinstance(self.value, dict):
            return ()
        return tuple((key, self.at(key)) for key in self.value)

    def texts(self) -> Iterator[str]:
        """Yield the texts of a list."""
        for item in self.items:
            if item.text is not None:
                yield item.text


def escape(part: str) -> str:
    """Return one part of a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")
