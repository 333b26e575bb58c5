"""Pages that are drawn from a mapping which lies beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from narrows.brief.node import Node
from narrows.core import InputError, Json


def read_mapping(tree: Mapping[str, Json], parts: Sequence[str], *, verb: str) -> Node:
    """Return the root of a mapping that has all its parts.

    Raises
    ------
    InputError
        A part is missing; names it and the verb that writes such mappings.
    """
    for part in parts:
        if part not in tree:
            mend = f"write it with `{verb} --output`"
            raise InputError("mapping lacks a part", mend, fieldname=part)
    return Node(dict(tree))
