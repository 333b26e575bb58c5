"""Which products and servers the words of a written name name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from narrows.catalog import Catalog, System
from narrows.performance.written.chip_table import chip_table

LONGEST_NAME = 6
"""Words of the longest name of a product: RTX PRO 6000 Blackwell Server Edition."""


@dataclass(frozen=True, slots=True)
class Named:
    """The chips of each product and server that words name, the servers, and the other words."""

    chips: tuple[frozenset[str], ...]
    systems: tuple[System, ...]
    rest: tuple[str, ...]


def named(words: Sequence[str], catalog: Catalog) -> Named:
    """Return what the words name; the longest runs of words count first.

    A server whose chip is another than the one named beside it says nothing of the chip, and a
    bare number is a name only where nothing else is.
    """
    left: list[str | None] = list(words)
    chips: list[frozenset[str]] = []
    systems: list[System] = []
    for start, length in _runs(words):
        if None in left[start : start + length]:
            continue
        name = " ".join(words[start : start + length])
        products, built = _products(name, catalog), _servers(name, catalog)
        if products or built:
            chips += [products] * bool(products)
            systems += [] if products else built
            left[start : start + length] = [None] * length
    rest = tuple(each for each in left if each is not None)
    if not chips and not systems:
        chips = [each for word in rest if word.isdigit() and (each := _products(word, catalog))]
    if not chips and systems:
        chips = [frozenset(each.chip for each in systems if each.chip is not None)]
    return Named(tuple(chips), tuple(systems), rest)


def _runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give first word and length of every run that may be a name, the longest first."""
    silent = frozenset({*chip_table().plain, *chip_table().versions})
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            run = words[start : start + length]
            bare_number = length == 1 and run[0].isdigit()
            if not (bare_number or silent.issuperset(run) or _doubled(words, start + length)):
                yield start, length


def _doubled(words: Sequence[str], end: int) -> bool:
    """Return whether a lone 1 behind the word before ``end`` makes it another bin."""
    return words[end - 1] in chip_table().doubled_bins and tuple(words[end : end + 1]) == ("1",)


def _products(name: str, catalog: Catalog) -> frozenset[str]:
    for each in chip_table().products:
        if name in each.names:
            return frozenset(each.chips)
    return catalog.chips_called(name)


def _servers(name: str, catalog: Catalog) -> list[System]:
    """Return the servers and racks of a name whose chip is known."""
    built = (catalog.systems[each] for each in sorted(catalog.systems_called(name)))
    return [each for each in built if each.chip is not None]
