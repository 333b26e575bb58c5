"""Chips and systems named in running text, found through the catalogue's own names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from narrows.catalog import Catalog, Chip, System

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[.+][0-9A-Za-z]+)*|[\u4e00-\u9fff]+")
WORDS_MAX = 5
"""The longest published product name that people write has five words."""
_GAPS = frozenset({"", " ", "-", "\u00a0"})
"""Between the words of one name stand nothing, a space or a hyphen."""
_ENGLISH_WORDS = frozenset({"a", "the", "of", "in", "and", "for", "to", "on", "class", "s"})


@dataclass(frozen=True, slots=True)
class Named:
    """A product named in the text and the records that it can mean."""

    start: int
    end: int
    text: str
    records: tuple[Chip | System, ...]


class NameFinder:
    """Looks the words of a text up among the names of one catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self._spelling = catalog.spelling
        by_key: dict[str, dict[str, Chip | System]] = defaultdict(dict)
        products: tuple[Chip | System, ...] = (
            *catalog.chips.values(),
            *catalog.systems.values(),
        )
        for record in products:
            for name in _names(record):
                by_key[catalog.spelling.key(name)][record.id] = record
        self._by_key = {
            key: tuple(found[record_id] for record_id in sorted(found))
            for key, found in by_key.items()
            if _is_telling(key)
        }
        han = [word for word in catalog.spelling.translate if not word.isascii()]
        self._han = re.compile("|".join(sorted(map(re.escape, han), key=len, reverse=True)))
        self._seen: dict[str, tuple[Chip | System, ...]] = {}

    def find(self, text: str) -> list[Named]:
        """Return the products named in a text, longest reading first at each place."""
        found: list[Named] = []
        words = list(self._words(text))
        index = 0
        while index < len(words):
            taken = 1
            for length in range(min(WORDS_MAX, len(words) - index), 0, -1):
                start, end = words[index][0], words[index + length - 1][1]
                if not _adjacent(text, words[index : index + length]):
                    continue
                records = self._look_up(text[start:end])
                if records and not self._silent(text, words[index + length - 1]):
                    found.append(Named(start, end, text[start:end], records))
                    taken = length
                    break
            index += taken
        return found

    def _words(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the Latin words, and the Chinese words that the catalogue translates."""
        for match in _TOKEN.finditer(text):
            if match[0][0].isascii():
                yield match.span()
                continue
            for inner in self._han.finditer(match[0]):
                yield match.start() + inner.start(), match.start() + inner.end()

    def _silent(self, text: str, word: tuple[int, int]) -> bool:
        """Return whether a word says nothing: the next name may begin with it."""
        last = text[word[0] : word[1]].casefold()
        ours = self._spelling.translate.get(last, last).strip()
        return ours in self._spelling.silent or not ours

    def _look_up(self, name: str) -> tuple[Chip | System, ...]:
        if name not in self._seen:
            telling = any(character.isdigit() for character in name) or len(name) > 4
            self._seen[name] = (
                self._by_key.get(self._spelling.key(name), ())
                if telling and name.lower() not in _ENGLISH_WORDS
                else ()
            )
        return self._seen[name]


def _names(record: Chip | System) -> Iterator[str]:
    yield record.name
    yield record.id
    yield record.id.partition("-")[2] if isinstance(record, Chip) else record.id
    yield from record.aliases


def _is_telling(key: str) -> bool:
    """Return whether a name is one: digits alone (``950``) would be found everywhere."""
    return len(key) > 1 and not key.replace(".", "").replace("-", "").isdigit()


def _adjacent(text: str, words: list[tuple[int, int]]) -> bool:
    gaps = (text[left[1] : right[0]] for left, right in pairwise(words))
    return all(gap in _GAPS for gap in gaps)
