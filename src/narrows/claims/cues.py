"""Words by which the checks know what a figure is; the words themselves are data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

from narrows.catalog import data_root
from narrows.core import InputError, read_document


@cache
def load_cues(root: Path | None = None) -> Mapping[str, re.Pattern[str]]:
    """Return one expression for each idea of the packaged table.

    Raises
    ------
    InputError
        The table is no mapping from a word to a list of words.
    """
    document = read_document((root or data_root()) / "claims" / "cues.yaml")
    if not isinstance(document.tree, dict):
        raise document.error((), "a mapping of lists is expected", "write `idea: [words]`")
    cues: dict[str, re.Pattern[str]] = {}
    for key, words in document.tree.items():
        if not isinstance(words, list) or not words:
            raise InputError("a list of words is expected", "write words", fieldname=key)
        cues[key] = any_of(tuple(str(word) for word in words))
    return cues


@lru_cache(maxsize=4096)
def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return an expression for any of the words in lower-case text; Latin ones start a word."""
    longest_first = sorted({word.lower() for word in words}, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(_from_its_start, longest_first)))


def _from_its_start(word: str) -> str:
    escaped = re.escape(word)
    starts_latin = word[0].isascii() and word[0].isalnum()
    # A number ends where it ends: H20 is not H200; a word may have an ending of grammar.
    tail = r"(?![0-9])" if word[-1].isdigit() else ""
    return rf"(?<![a-z0-9]){escaped}{tail}" if starts_latin else f"{escaped}{tail}"


def has(idea: str, text: str) -> bool:
    """Return whether a text (in lower case) holds a word of an idea."""
    return load_cues()[idea].search(text) is not None


def places(idea: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of an idea stand in a text."""
    return (match.span() for match in load_cues()[idea].finditer(text))


def distance(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> int | None:
    """Return the characters between a span and the nearest other; ``None`` without another."""
    gaps = [max(start - span[1], span[0] - end, 0) for start, end in others]
    return min(gaps, default=None)
