"""Every assumption of a study, listed with its interval and reason, so that none hides."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from narrows.core import Figure, Grade
from narrows.study.facts import FactBook
from narrows.study.given import Given
from narrows.study.say import say


def assumptions_section(facts: FactBook) -> list[dict[str, object]]:
    """Return the assumptions in the order of the study file."""
    source = facts.study_source
    return [
        {
            "id": path,
            "message": say("study.assumption", what=path, note=given.note or ""),
            "value": _figure(given.value, given, source),
            "low": _figure(given.low, given, source),
            "high": _figure(given.high, given, source),
            "unit": given.unit,
        }
        for path, given in walk_given(facts.study)
        if given.assumed
    ]


def _figure(value: float | None, given: Given, source: str) -> Figure | None:
    if value is None:
        return None
    return Figure(value, given.unit, "assumed in the study", sources=(source,), grade=Grade.D)


def walk_given(node: object, path: str = "") -> Iterator[tuple[str, Given]]:
    """Yield every stated quantity below a node of the study, with its path."""
    if isinstance(node, Given):
        yield path, node
    elif isinstance(node, (tuple, list)):
        for index, child in enumerate(node):
            yield from walk_given(child, f"{path}/{getattr(child, 'id', index)}")
    elif isinstance(node, Mapping):
        for key, child in node.items():
            yield from walk_given(child, f"{path}/{key}")
    elif dataclasses.is_dataclass(node):
        for field in dataclasses.fields(node):
            child = getattr(node, field.name)
            yield from walk_given(child, f"{path}/{field.name}" if path else field.name)
