"""Faults of the catalogues: missing texts, unequal placeholders, foreign words, unknown ids."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import narrows
from narrows.brief.catalogue import Catalogue, Entry, Fault, load_catalogue, placeholders
from narrows.brief.glossary import foreign_words
from narrows.brief.wording import KINDS
from narrows.core import Locale

_SOURCE_ROOT = Path(narrows.__file__).parent
_SPEAKERS = frozenset({"message", "Message", "phrase", "say", "t"})
"""Functions whose first argument is a message id."""

_OWN_TITLE = "(its own language)"


def check_catalogues(root: Path | None = None) -> tuple[Fault, ...]:
    """Return everything wrong with the catalogues; empty where nothing is.

    Parameters
    ----------
    root
        A folder of catalogues; the packaged one by default, which is also held against the ids
        that the source code uses.
    """
    catalogue = load_catalogue(root)
    faults = [*catalogue.faults]
    for entry in catalogue.entries.values():
        faults.extend(_entry_faults(entry))
    if root is None:
        faults.extend(_unwritten(catalogue, _SOURCE_ROOT))
    return tuple(faults)


def _entry_faults(entry: Entry) -> Iterator[Fault]:
    place = f"{entry.file.name}:{entry.line} {entry.id}"
    for language in Locale:
        pattern = entry.texts.get(language)
        if pattern is None or not pattern.strip():
            yield Fault(place, f"no text in {language}")
            continue
        yield from (Fault(place, problem) for problem in _pattern_problems(pattern, language))
    names = {language: _names(pattern, language) for language, pattern in entry.texts.items()}
    if len({tuple(found) for found in names.values()}) > 1:
        yield Fault(place, f"placeholders differ: {names}")


def _names(pattern: str, language: Locale) -> list[str]:
    """Return the names that a text fills in; a title given in all three languages counts as one.

    A room that quotes a law's own title passes it as ``en``, ``zh_hant`` and ``zh_hans``, and each
    text takes its own.
    """
    own = language.value.lower().replace("-", "_")
    names = {placeholder.name for placeholder in placeholders(pattern)}
    return sorted(_OWN_TITLE if name == own else name for name in names)


def _pattern_problems(pattern: str, language: Locale) -> Iterator[str]:
    found = placeholders(pattern)
    if pattern.count("{") != len(found) or pattern.count("}") != len(found):
        yield f"{language}: a brace that is no placeholder"
    for placeholder in found:
        if placeholder.kind is not None and placeholder.kind not in KINDS:
            yield f"{language}: unknown kind {placeholder.kind} (use {', '.join(sorted(KINDS))})"
    for word, instead in foreign_words(pattern, language):
        yield f"{language}: write {instead}, not {word}"


def _unwritten(catalogue: Catalogue, source_root: Path) -> Iterator[Fault]:
    for path in sorted(source_root.rglob("*.py")):
        for line, message_id in used_ids(path):
            if not _known(catalogue, message_id):
                place = f"{path.relative_to(source_root)}:{line}"
                yield Fault(place, f"no text for message {message_id}")


def _known(catalogue: Catalogue, message_id: str) -> bool:
    if not message_id.endswith("*"):
        return message_id in catalogue.entries
    return any(known.startswith(message_id[:-1]) for known in catalogue.entries)


def used_ids(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and id of every message that a module makes from a literal.

    An id put together at run time comes as its fixed beginning and ``*``.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and _called(node) in _SPEAKERS:
            message_id = _literal(node.args[0])
            if message_id is not None and "." in message_id:
                yield node.lineno, message_id


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr) and node.values:
        start = node.values[0]
        if isinstance(start, ast.Constant) and isinstance(start.value, str):
            return f"{start.value}*"
    return None
