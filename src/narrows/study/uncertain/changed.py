"""A study with some of its stated quantities replaced."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TypeVar, cast

from narrows.study.given import Given

Node = TypeVar("Node")


def with_quantities(node: Node, values: Mapping[str, Given], path: str = "") -> Node:
    """Return a node of a study with the quantities at some paths replaced.

    Paths are those of :func:`narrows.study.sections.assumptions.walk_given`; what holds no changed
    quantity is kept as it is.
    """
    return cast("Node", _changed(node, values, path))


def _changed(node: object, values: Mapping[str, Given], path: str) -> object:
    if isinstance(node, Given):
        return values.get(path, node)
    if path and not any(at.startswith(f"{path}/") for at in values):
        return node
    if isinstance(node, tuple):
        return tuple(
            _changed(child, values, f"{path}/{getattr(child, 'id', index)}")
            for index, child in enumerate(node)
        )
    if dataclasses.is_dataclass(node) and not isinstance(node, type):
        below = {
            field.name: _changed(
                getattr(node, field.name), values, f"{path}/{field.name}" if path else field.name
            )
            for field in dataclasses.fields(node)
        }
        return dataclasses.replace(node, **below)
    return node
