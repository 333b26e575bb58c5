"""Ratios that the public quotes between systems, recomputed on their stated bases."""

from __future__ import annotations

from narrows.catalog import Comparison, compare, load_comparisons
from narrows.core import Figure, RefusalError, UnknownNameError
from narrows.study.facts import Facts
from narrows.study.say import say


def comparisons_section(facts: Facts) -> list[dict[str, object]]:
    """Return the comparisons of the systems that the study could buy, as known on its day.

    A ratio whose figure was not public on the day is left out, like any other fact of later days.
    """
    systems = {facts.product(option.system).system for option in facts.study.options}
    offered = {system.id for system in systems if system is not None}
    asked = [base for base in load_comparisons().values() if base.over in offered]
    found = [_entry(facts, base) for base in asked]
    return [entry for entry in found if entry is not None]


def _entry(facts: Facts, base: Comparison) -> dict[str, object] | None:
    try:
        ratio = compare(facts.catalog, base)
    except (RefusalError, UnknownNameError):
        # A figure of one of the two was not public on the day: nobody could have compared them.
        return None
    exact = ratio.figure
    return {
        "id": base.id,
        "over": facts.catalog.system(base.over).name,
        "under": facts.catalog.system(base.under).name,
        "message": say(
            f"study.comparison.{base.quantity}",
            over_unit=f"counted_{base.over_unit}",
            under_unit=f"counted_{base.under_unit}",
            dtype=None if base.dtype is None else base.dtype.upper(),
            scope=base.memory_scope,
        ),
        "dense": base.dense,
        "exact": exact,
        "printed": Figure(ratio.printed, "1", f"the ratio, {_rounding(base)}", (exact,)),
    }


def _rounding(base: Comparison) -> str:
    return str(base.rounding).replace("_", " ")
