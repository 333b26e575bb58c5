"""Chip names that also tell the memory: ``H100 80GB HBM3`` is the H100 that has just that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from narrows.catalog.hardware import Chip
from narrows.catalog.names import NameIndex
from narrows.core import AmbiguousNameError, UnknownNameError

MEMORY_TOLERANCE = 0.08
"""Usable and packaged capacity of one product differ by up to 7 % (180 and 192 GB)."""

_CAPACITY = re.compile(r"(\d+(?:\.\d+)?)\s*(?:GB|GiB|G)\b", re.IGNORECASE)
_KIND = re.compile(r"\b(HBM\d?e?|GDDR\dX?|LPDDR\dX?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MemoryWords:
    """A name without the words about memory, and what those words said."""

    rest: str
    capacity_gb: float | None
    kind: str | None


def memory_words(name: str) -> MemoryWords:
    """Split the words about memory off a name.

    >>> memory_words("H100 80GB HBM3")
    MemoryWords(rest='H100', capacity_gb=80.0, kind='HBM3')
    """
    capacity, kind = _CAPACITY.search(name), _KIND.search(name)
    rest = _KIND.sub(" ", _CAPACITY.sub(" ", name)).strip(" -_,")
    return MemoryWords(
        rest,
        None if capacity is None else float(capacity[1]),
        None if kind is None else kind[1],
    )


def resolve_chip(name: str, index: NameIndex, chips: Mapping[str, Chip]) -> Chip:
    """Return the chip that a name means, with the memory it tells as a second clue.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        No chip, or more than one, answers to the name and has that memory.
    """
    try:
        return chips[index.resolve(name)]
    except UnknownNameError:
        words = memory_words(name)
        if words.rest == name:
            raise
        fitting = _fitting(index.candidates(words.rest), words, chips)
        if not fitting:
            raise
    if len(fitting) > 1:
        raise AmbiguousNameError(index.kind, name, tuple(sorted(fitting)))
    return chips[fitting[0]]


def _fitting(ids: Iterable[str], words: MemoryWords, chips: Mapping[str, Chip]) -> list[str]:
    return [chip_id for chip_id in ids if _fits(chips[chip_id], words)]


def _fits(chip: Chip, words: MemoryWords) -> bool:
    if words.capacity_gb is not None:
        if chip.memory_gb is None:
            return False
        off = abs(chip.memory_gb - words.capacity_gb)
        if off > MEMORY_TOLERANCE * words.capacity_gb:
            return False
    if words.kind is None:
        return True
    return chip.memory_type is not None and chip.memory_type.lower() == words.kind.lower()
