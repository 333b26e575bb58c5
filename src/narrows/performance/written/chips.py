"""The chips that a written name leaves open: by its product, board, memory and server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from narrows.catalog import Catalog, Chip, System
from narrows.catalog.chip_names import MEMORY_TOLERANCE
from narrows.core import RefusalError
from narrows.performance.written.chip_products import named
from narrows.performance.written.chip_table import chip_table
from narrows.performance.written.chip_words import ChipWords, chip_words

SERVER_CHIPS = 8
"""Packages of the servers whose names tell the memory of all together."""
SAME_MEMORY = 0.005
"""Another board than the one named is meant only where it has just the memory that is told."""
NAME_MAX_CHARS = 300
"""Three times the longest name of the published tables; a longer one is no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenChip:
    """The chips that a name leaves open, and what else it says.

    ``systems`` are those that it names; ``count`` is the number of chips that the name itself
    gives; ``counts_dies`` where the table counts dies and not packages.
    """

    written: str
    chips: tuple[Chip, ...]
    systems: tuple[System, ...]
    count: int | None
    counts_dies: bool

    def refusal(self) -> RefusalError:
        """Return the refusal of a name that leaves several chips open."""
        ids = ", ".join(chip.id for chip in self.chips)
        return RefusalError(f"chip {self.written!r} may be any of {ids}", ("chip",))


def read_chip(written: str, catalog: Catalog) -> WrittenChip:
    """Return the chips that a table's name for its hardware leaves open.

    Raises
    ------
    RefusalError
        The name is blank or too long, no chip of the catalogue or several products are named, or
        the catalogue has no such board, memory or version of the product.
    """
    if not written.strip():
        raise RefusalError("the row names no chip", ("chip",))
    words = chip_words(written[:NAME_MAX_CHARS], catalog.spelling)
    _refuse_unclear(written, words)
    found = named(words.words, catalog)
    if not found.chips:
        raise RefusalError(f"{written!r} names no chip of the catalogue", ("chip",))
    _refuse_version(written, found.rest)
    chips = _chips(written, frozenset.intersection(*found.chips), words, catalog)
    return WrittenChip(
        written=written,
        chips=chips,
        systems=tuple(each for each in found.systems if each.chip in {chip.id for chip in chips}),
        count=words.count if words.slice_of is None else _slice_chips(words, chips),
        counts_dies=words.counts_dies,
    )


def _chips(
    written: str, ids: frozenset[str], words: ChipWords, catalog: Catalog
) -> tuple[Chip, ...]:
    """Return the chips of a name's products that have its board and memory, the usual one first.

    Other boards of a product count where the one named has not the memory that is told.
    """
    if not ids:
        raise RefusalError(f"{written!r} names several chips; name one", ("chip",))
    chips = _fitting(ids, words, catalog, MEMORY_TOLERANCE) or _fitting(
        _boards(ids, catalog), words, catalog, SAME_MEMORY
    )
    if not chips:
        known = ", ".join(catalog.chips[each].name for each in sorted(ids))
        raise RefusalError(
            f"the catalogue has no board {written!r}; of this product it has {known}", ("chip",)
        )
    usual = {each.chip for each in chip_table().usual}
    return tuple(chip for chip in chips if chip.id in usual) or chips


def _refuse_unclear(written: str, words: ChipWords) -> None:
    for each in chip_table().unclear:
        if set(each.words) <= set(words.words):
            raise RefusalError(f"chip {written!r} stays unclear: {each.because}", ("chip",))


def _refuse_version(written: str, rest: Sequence[str]) -> None:
    other = [word for word in rest if word in chip_table().versions]
    if other:
        raise RefusalError(
            f"the catalogue has no {other[0]!r} version of the chip in {written!r}", ("chip",)
        )


def _boards(ids: Iterable[str], catalog: Catalog) -> frozenset[str]:
    """Return the other boards of a product: chips whose names begin with the same first word."""
    first = {_first(catalog.chips[each], catalog) for each in ids}
    return frozenset(
        chip.id for chip in catalog.chips.values() if _first(chip, catalog) in first
    ) - frozenset(ids)


def _first(chip: Chip, catalog: Catalog) -> str:
    spelling = catalog.spelling
    words = chip_words(chip.name, spelling).words
    return next((word for word in words if word not in spelling.silent), chip.id)


def _fitting(
    ids: Iterable[str], words: ChipWords, catalog: Catalog, tolerance: float
) -> tuple[Chip, ...]:
    chips = (catalog.chips[each] for each in sorted(ids))
    return tuple(chip for chip in chips if _fits(chip, words, tolerance))


def _fits(chip: Chip, words: ChipWords, tolerance: float) -> bool:
    """Return whether a chip has the memory and the socket that the name tells."""
    if words.capacity_gb is not None and not _holds(chip, words.capacity_gb, tolerance):
        return False
    if words.memory_kind is not None and not _is_of_kind(chip, words.memory_kind):
        return False
    form = (chip.form_factor or "").lower()
    if "sxm" in words.words:
        return "sxm" in form
    return "pcie" not in words.words or "pcie" in form


def _is_of_kind(chip: Chip, kind: str) -> bool:
    """Return whether a chip may have memory of a kind; one of which it is unknown may."""
    return chip.memory_type is None or chip.memory_type.lower() == kind


def _holds(chip: Chip, capacity_gb: float, tolerance: float) -> bool:
    """Return whether a chip, or a server of it, has a memory within what makers round."""
    if chip.memory_gb is None:
        return False
    return any(
        abs(chip.memory_gb * chips - capacity_gb) <= tolerance * capacity_gb
        for chips in (1, SERVER_CHIPS)
    )


def _slice_chips(words: ChipWords, chips: Sequence[Chip]) -> int | None:
    """Return the chips of one TPU slice, where it is known what the number of its name counts."""
    if words.slice_of is None or words.count is not None or len(chips) != 1:
        return None
    if chips[0].id in chip_table().slices_of_chips:
        return words.slice_of
    whole = chips[0].id in chip_table().slices_of_cores and words.slice_of % 2 == 0
    return words.slice_of // 2 if whole else None
