"""Words that differ between Hong Kong and the mainland, and characters that betray the script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import narrows
from narrows.core import Locale, read_document

_PATH = Path(narrows.__file__).parent / "data" / "brief" / "glossary.yaml"
_CHINESE = (Locale.ZH_HANT, Locale.ZH_HANS)


@dataclass(frozen=True, slots=True)
class Row:
    """One notion: its word in each Chinese, and words that are neither's."""

    hant: str
    hans: str
    foreign: tuple[str, ...]

    def own(self, language: Locale) -> str:
        """Return the word of one Chinese."""
        return self.hant if language is Locale.ZH_HANT else self.hans

    def strange_to(self, language: Locale) -> tuple[str, ...]:
        """Return the words that a text of this language must not use."""
        other = self.own(Locale.ZH_HANS if language is Locale.ZH_HANT else Locale.ZH_HANT)
        return tuple(word for word in (other, *self.foreign) if word != self.own(language))


def foreign_words(text: str, language: Locale) -> Iterator[tuple[str, str]]:
    """Yield each word of another column that a text uses, and the word to use instead."""
    if language not in _CHINESE:
        return
    for row in glossary():
        for word in row.strange_to(language):
            if word in text and not _inside_own(word, text, row.own(language)):
                yield word, row.own(language)


def _inside_own(word: str, text: str, own: str) -> bool:
    """Return whether the word occurs only as a part of the right word."""
    return word in own and word not in text.replace(own, "")


@cache
def glossary() -> tuple[Row, ...]:
    """Return the glossary, which people keep by hand in ``data/brief/glossary.yaml``."""
    document = read_document(_PATH)
    rows = document.tree if isinstance(document.tree, list) else []
    return tuple(_row(row) for row in rows if isinstance(row, dict))


def _row(row: Mapping[str, object]) -> Row:
    foreign = row.get("foreign")
    strange = tuple(str(word) for word in foreign) if isinstance(foreign, list) else ()
    return Row(str(row["zh-Hant"]), str(row["zh-Hans"]), strange)
