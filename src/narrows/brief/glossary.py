"""Words that differ between Hong Kong and the mainland, and characters that betray the script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, Field

import narrows
from narrows.core import STRICT, Locale, read_record

_PATH = Path(narrows.__file__).parent / "data" / "brief" / "glossary.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One notion: its word in each language, and words that are nobody's."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    en: str
    hant: str = Field(alias="zh-Hant")
    hans: str = Field(alias="zh-Hans")
    foreign: tuple[str, ...] = ()

    def own(self, language: Locale) -> str:
        """Return the word of one Chinese."""
        return self.hant if language is Locale.ZH_HANT else self.hans

    def strange_to(self, language: Locale) -> tuple[str, ...]:
        """Return the words that a text of this language must not use."""
        other = self.hans if language is Locale.ZH_HANT else self.hant
        return tuple(word for word in (other, *self.foreign) if word != self.own(language))


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """The words by notion, and the characters as pairs of simplified and traditional."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    words: tuple[Row, ...]
    characters: str

    def remedies(self, language: Locale) -> dict[str, str]:
        """Return the characters of the other script and what stands for each in this one."""
        other, own = (0, 1) if language is Locale.ZH_HANT else (1, 0)
        return {pair[other]: pair[own] for pair in self.characters.split()}


def foreign_words(text: str, language: Locale) -> Iterator[tuple[str, str]]:
    """Yield each word or character of the other Chinese that a text uses, and what to write."""
    if language is Locale.EN:
        return
    for row in glossary().words:
        for word in row.strange_to(language):
            if word in text and not _inside_own(word, text, row.own(language)):
                yield word, row.own(language)
    remedies = glossary().remedies(language)
    for character in dict.fromkeys(text):
        if character in remedies:
            yield character, remedies[character]


def _inside_own(word: str, text: str, own: str) -> bool:
    """Return whether the word occurs only as a part of the right word."""
    return word in own and word not in text.replace(own, "")


@cache
def glossary() -> Glossary:
    """Return the glossary, which people keep by hand in ``data/brief/glossary.yaml``."""
    return read_record(_PATH, Glossary)
