"""Names as people write them, brought to one form by rule before anything is looked up."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from narrows.core import AmbiguousNameError, UnknownNameError

NEAR_MAX = 4
"""More suggestions than this are noise on one line."""
NAME_MAX_CHARS = 200
"""The longest published name has 105 characters; a longer one is not a name."""

_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[^\W\d_a-z]+")
_PARENTHESIS = re.compile(r"\(([^()]*)\)")
_EDITION = re.compile(r"^(\d{4}|v0\.\d+)$")
"""A date of release (``0528``, ``2507``) or a first version at the end of a model's name."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """The words that a name may carry without meaning anything, and words to translate first.

    ``translate`` maps other scripts and shop words to the catalogue's own; ``silent`` words are
    dropped anywhere (vendors, lines of products); ``endings`` only at the end (formats).
    """

    translate: Mapping[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    endings: frozenset[str] = frozenset()

    def key(self, name: str) -> str:
        """Return the form under which a name is looked up.

        Numbers that stand apart stay apart: Qwen2-7B is not Qwen-27B.

        >>> Spelling(silent=frozenset({"nvidia"})).key("NVIDIA H100-SXM 80GB")
        'h100sxm80gb'
        >>> Spelling().key("Qwen2-7B"), Spelling().key("Qwen-27B")
        ('qwen2-7b', 'qwen27b')
        """
        words = self._words(name)
        kept = [word for word in words if word not in self.silent]
        return _joined(kept or words)

    def without_endings(self, name: str) -> str:
        """Return the key of a name after its formats (``-Instruct-FP8``) are taken off."""
        text = self.folded(name)
        parts = [part for part in re.split(r"[\s_\-/]+", text) if part]
        while len(parts) > 1 and (parts[-1] in self.endings or _EDITION.match(parts[-1])):
            parts.pop()
        return self.key(" ".join(parts))

    def _words(self, name: str) -> list[str]:
        return _WORD.findall(self.folded(name))

    def folded(self, name: str) -> str:
        """Return a name in one case and width, with other scripts and shop words translated."""
        text = unicodedata.normalize("NFKC", name).casefold()
        for written, ours in self.translate.items():
            text = text.replace(written, f" {ours} ")
        return text


def _joined(words: list[str]) -> str:
    text = ""
    for word in words:
        touches = text[-1:].isdigit() and word[0].isdigit()
        text += f"-{word}" if touches else word
    return text


class NameIndex:
    """Which record ids answer to which names, for one kind of record."""

    def __init__(self, kind: str, spelling: Spelling, known_on: date | None = None) -> None:
        self.kind = kind
        self._known_on = known_on
        self._spelling = spelling
        self._ids: set[str] = set()
        self._by_key: dict[str, set[str]] = defaultdict(set)

    def add(self, record_id: str, names: Iterable[str]) -> None:
        """Let a record answer to its id and to further names."""
        self._ids.add(record_id)
        for name in names:
            for form in (name, _PARENTHESIS.sub(" ", name), *_PARENTHESIS.findall(name)):
                self._by_key[self._spelling.key(form)].add(record_id)

    def resolve(self, name: str) -> str:
        """Return the id of the one record that a name means.

        Raises
        ------
        AmbiguousNameError
            Several records answer to the name.
        UnknownNameError
            None does; carries the nearest names.
        """
        found = self.candidates(name)
        if not found:
            raise UnknownNameError(self.kind, name, self._near(name), self._known_on)
        if len(found) > 1:
            raise AmbiguousNameError(self.kind, name, tuple(sorted(found)))
        return next(iter(found))

    def candidates(self, name: str) -> set[str]:
        """Return the ids that answer to a name; empty where none does."""
        if name in self._ids:
            return {name}
        if len(name) > NAME_MAX_CHARS:
            return set()
        keys = (key for form in _forms(name) for key in self._keys(form))
        return next((self._by_key[key] for key in keys if key in self._by_key), set())

    def _keys(self, form: str) -> tuple[str, str]:
        return self._spelling.key(form), self._spelling.without_endings(form)

    def _near(self, name: str) -> tuple[str, ...]:
        wanted = self._spelling.key(name[:NAME_MAX_CHARS])
        keys = difflib.get_close_matches(wanted, sorted(self._by_key), n=NEAR_MAX, cutoff=0.6)
        ids = dict.fromkeys(record_id for key in keys for record_id in sorted(self._by_key[key]))
        return tuple(ids)[:NEAR_MAX]


def _forms(name: str) -> tuple[str, ...]:
    """Return a name as written, without brackets, and without the owner before a slash."""
    bare = _PARENTHESIS.sub(" ", name)
    return tuple(dict.fromkeys((name, bare, bare.rpartition("/")[2])))
