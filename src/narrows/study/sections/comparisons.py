"""Ratios that the public quotes between systems, recomputed on their stated bases."""

from __future__ import annotations

from narrows.catalog import Comparison, Ratio, compare, load_comparisons
from narrows.core import Figure, RefusalError, UnknownNameError
from narrows.study.facts import Facts
from narrows.study.say import say


def comparisons_section(facts: Facts) -> list[dict[str, object]]:
    """Return the comparisons of the systems that the study could buy, as known on its day."""
    found = [(base, _ratio(facts, base)) for base in _asked(facts)]
    return [_entry(facts, base, ratio) for base, ratio in found if isinstance(ratio, Ratio)]


def missing_comparisons_section(facts: Facts) -> list[dict[str, object]]:
    """Return the comparisons that could not be made on the study's day, each with what was missing.

    Nobody could have made them: a figure of one of the two was not public yet.
    """
    found = [(base, _ratio(facts, base)) for base in _asked(facts)]
    return [
        {"id": base.id, "missing": list(ratio), "message": _missing(facts, base, ratio)}
        for base, ratio in found
        if not isinstance(ratio, Ratio)
    ]


def _asked(facts: Facts) -> list[Comparison]:
    systems = {facts.product(option.system).system for option in facts.study.options}
    offered = {system.id for system in systems if system is not None}
    return [base for base in load_comparisons().values() if base.over in offered]


def _ratio(facts: Facts, base: Comparison) -> Ratio | tuple[str, ...]:
    """Return the ratio, or the facts that were not public on the day."""
    try:
        return compare(facts.catalog, base)
    except RefusalError as refusal:
        return refusal.missing or (refusal.reason,)
    except UnknownNameError as unknown:
        return (unknown.name,)


def _entry(facts: Facts, base: Comparison, ratio: Ratio) -> dict[str, object]:
    exact = ratio.figure
    return {
        "id": base.id,
        "over": facts.catalog.system(base.over).name,
        "under": facts.catalog.system(base.under).name,
        "message": _counted(base),
        "dense": base.dense,
        "exact": exact,
        "printed": Figure(ratio.printed, "1", f"the ratio, {_rounding(base)}", (exact,)),
    }


def _counted(base: Comparison) -> dict[str, object]:
    return say(
        f"study.comparison.{base.quantity}",
        over_unit=f"counted_{base.over_unit}",
        under_unit=f"counted_{base.under_unit}",
        dtype=None if base.dtype is None else base.dtype.upper(),
        scope=base.memory_scope,
    )


def _missing(facts: Facts, base: Comparison, missing: tuple[str, ...]) -> dict[str, object]:
    return say(
        "study.comparison_missing",
        what=_counted(base),
        over=_named(facts, base.over),
        under=_named(facts, base.under),
        missing=", ".join(missing),
    )


def _named(facts: Facts, system: str) -> str:
    """Return a system's name; one that was not public on the day has none but its id."""
    found = facts.catalog.systems.get(system)
    return system if found is None else found.name


def _rounding(base: Comparison) -> str:
    return str(base.rounding).replace("_", " ")
