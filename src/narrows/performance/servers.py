"""The server in which a chip is sold: whose network and links a chip alone does not tell."""

from __future__ import annotations

from collections.abc import Mapping

from narrows.catalog import Chip, System


def usual_system(chip: Chip, systems: Mapping[str, System]) -> System | None:
    """Return the smallest system built of a chip or of another bin of it, ``None`` where none is.

    A system of the chip itself comes before one that is only also sold with it.
    """
    sized = [
        (chip.id != each.chip, each.packages, each.id)
        for each in systems.values()
        if each.packages is not None and _built_of(each, chip)
    ]
    return systems[min(sized)[2]] if sized else None


def _built_of(system: System, chip: Chip) -> bool:
    bins = () if system.other_bins is None else system.other_bins
    return chip.id == system.chip or chip.id in bins
