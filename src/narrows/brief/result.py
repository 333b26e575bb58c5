"""A ``result.json`` mapping as the brief reads it: its parts checked, the names that it gives."""

from __future__ import annotations

from collections.abc import Mapping

from narrows.brief.node import Node
from narrows.brief.wording import Names
from narrows.core import InputError, Json

REQUIRED_PARTS = ("study", "clocks", "gates", "orders", "not_checked", "sources", "derivations")
"""Without these a brief could neither answer nor show why, so it refuses."""
_LISTS = ("gates", "orders", "not_checked")


def read_result(result: Mapping[str, Json]) -> Node:
    """Return the root of a result.

    Raises
    ------
    InputError
        A required part is missing or of the wrong kind.
    """
    for part in REQUIRED_PARTS:
        if part not in result:
            raise InputError("result lacks a part", "write it with `narrows run`", fieldname=part)
        wanted = list if part in _LISTS else dict
        if not isinstance(result[part], wanted):
            problem = f"result part is not a {'list' if wanted is list else 'mapping'}"
            raise InputError(problem, "write it with `narrows run`", fieldname=part)
    return Node(dict(result))


def names_in(root: Node) -> Names:
    """Return every name that the result gives to an id, by language."""
    given = [(key, node) for key, node in root.at("study", "names").entries]
    for part in ("gates", "orders", "worth"):
        for record in root.at(part).items:
            system = record.at("system").text
            if system is not None:
                given.append((system, record.at("name")))
    return {identifier: by_language(node) for identifier, node in given if node.entries}


def by_language(node: Node) -> dict[str, str]:
    """Return the texts of a ``{language: text}`` mapping."""
    return {key: child.text for key, child in node.entries if child.text is not None}


def words(node: Node, language: str) -> str | None:
    """Return the text for a language, else the English one, else any, else ``None``."""
    if node.text is not None:
        return node.text
    texts = by_language(node)
    for key in (language, "en", *sorted(texts)):
        if key in texts:
            return texts[key]
    return None


def is_later(day: Node, than: Node) -> bool:
    """Return whether a day is later than another; an unknown day is not shown to be."""
    return day.text is not None and than.text is not None and day.text > than.text
