"""The three-language catalogues: one message a mapping, its three texts beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import narrows
from narrows.core import Document, Locale, Tree, read_document

MESSAGES_ROOT = Path(narrows.__file__).parent / "data" / "messages"
"""Where the rooms keep the texts of the messages that they emit, one file a room."""

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?::([a-z_]+))?\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A value to be filled in, and how it is written (see :mod:`narrows.brief.wording`)."""

    name: str
    kind: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message: its texts by language, and where a person can correct them."""

    id: str
    texts: Mapping[Locale, str]
    file: Path
    line: int | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a catalogue: where, and what."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All messages by id, and what was wrong with the files they came from."""

    entries: Mapping[str, Entry]
    faults: tuple[Fault, ...]

    def pattern(self, message_id: str, language: Locale) -> str | None:
        """Return the text of a message with its placeholders, or ``None`` where there is none."""
        entry = self.entries.get(message_id)
        return None if entry is None else entry.texts.get(language)


def placeholders(pattern: str) -> tuple[Placeholder, ...]:
    """Return the placeholders of a text in their order."""
    return tuple(Placeholder(name, kind or None) for name, kind in _PLACEHOLDER.findall(pattern))


def literal_parts(pattern: str) -> Iterator[str | Placeholder]:
    """Yield the plain parts and the placeholders of a text in their order."""
    start = 0
    for found in _PLACEHOLDER.finditer(pattern):
        yield pattern[start : found.start()]
        yield Placeholder(found[1], found[2])
        start = found.end()
    yield pattern[start:]


def load_catalogue(root: Path | None = None) -> Catalogue:
    """Read every ``*.yaml`` under a folder as one catalogue; the packaged one by default.

    A file maps message ids to ``{en, zh-Hant, zh-Hans}``. Where two files word one id differently
    the first in alphabetical order is used and the other is reported as a fault.

    Raises
    ------
    InputError
        A file is not within the strict YAML subset.
    """
    return _load(MESSAGES_ROOT if root is None else root)


@cache
def _load(root: Path) -> Catalogue:
    entries: dict[str, Entry] = {}
    faults: list[Fault] = []
    for path in sorted(root.glob("*.yaml")):
        for found in _entries(read_document(path)):
            if isinstance(found, Fault):
                faults.append(found)
                continue
            known = entries.setdefault(found.id, found)
            if known.texts != found.texts:
                problem = f"worded differently in {known.file.name}:{known.line}"
                faults.append(Fault(_place(found), problem))
    return Catalogue(MappingProxyType(entries), tuple(faults))


def _entries(document: Document) -> Iterator[Entry | Fault]:
    name = "" if document.file is None else document.file.name
    if document.tree is None:
        return
    if not isinstance(document.tree, dict):
        yield Fault(name, "a catalogue is a mapping of message ids")
        return
    for message_id, texts in document.tree.items():
        yield _entry(document, message_id, texts)


def _entry(document: Document, message_id: str, texts: Tree) -> Entry | Fault:
    line = document.line_of((message_id,))
    file = document.file or Path()
    place = f"{file.name}:{line} {message_id}"
    if not isinstance(texts, dict):
        return Fault(place, "write en, zh-Hant and zh-Hans")
    extra = sorted(set(texts) - set(Locale))
    if extra:
        return Fault(place, f"unknown language {', '.join(extra)}")
    wrong = [language for language, text in texts.items() if not isinstance(text, str)]
    if wrong:
        return Fault(place, f"text of {', '.join(wrong)} is not text; put it in quotes")
    by_language = {Locale(language): str(text) for language, text in texts.items()}
    return Entry(id=message_id, texts=MappingProxyType(by_language), file=file, line=line)


def _place(entry: Entry) -> str:
    return f"{entry.file.name}:{entry.line} {entry.id}"
