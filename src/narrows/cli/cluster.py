"""``narrows cluster``: the chips that train a model by a day, and the cheapest mix of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated

from cyclopts import Parameter

from narrows.catalog import Catalog, load_catalog
from narrows.cli.cluster_table import show
from narrows.cli.fleet_options import Words, numbers_by_system
from narrows.cli.options import AsJson, Language
from narrows.cli.output import print_json
from narrows.cli.ranges import TOKENS_MAX, check_range
from narrows.cli.serve_tables import Telling
from narrows.cli.train_tables import layout_words
from narrows.cli.training_words import hardware_named, notes, precision_named, shape_named
from narrows.core import InputError, Json, RefusalError
from narrows.performance.shape import Shape
from narrows.performance.training import Job
from narrows.performance.training.clusters import (
    ClusterRun,
    ClusterRuns,
    cluster_runs,
    cluster_sizes,
    unbeaten,
)
from narrows.performance.training.mix import Mix, cheapest_mix

DEFAULT_AT_MOST = 32_768
"""Packages that a system is tried up to: a third of the largest cluster that was ever reported."""
SYSTEMS_MAX = 12
"""More systems side by side than this fit no table."""


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is trained, and by when.

    Parameters
    ----------
    tokens
        Tokens of one run.
    days
        Days that each run may take; of several, until the last one ends.
    runs
        Equal runs, each on one cluster.
    sequence
        Tokens of a sequence.
    batch
        Sequences of a step.
    mtp
        Layers for further tokens (multi-token prediction) that are trained with the model; those of
        its published recipe where it is left out.
    """

    tokens: float
    days: float
    runs: int = 1
    sequence: int = 4096
    batch: int = 1024
    mtp: int | None = None


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Prices and how many there are.

    Parameters
    ----------
    price
        Whole cost of a package for an hour by system: ``dgx-h200=22 cloudmatrix384=11``.
    currency
        Currency of the prices.
    at_most
        Packages by system: ``dgx-h200=2048``.
    """

    price: Words = ()
    currency: str = "CNY"
    at_most: Words = ()


OFFER = Offer()


def cluster(
    model: str,
    *,
    on: Annotated[tuple[str, ...], Parameter(consume_multiple=True, show_default=False)],
    work: Work,
    offer: Offer = OFFER,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Say how many chips of each system train a model in time, and which mix is cheapest.

    Parameters
    ----------
    model
        A model's id, name or alias, or a published ``config.json``.
    on
        Systems or chips; ``dgx-h200:fp8`` names a number format with it, bf16 otherwise.
    work
        Tokens and days.
    offer
        Prices and how many packages there are.
    lang
        Language of the answer.
    as_json
        Print JSON.
    """
    catalog = load_catalog()
    _check(work, on)
    names = [each.partition(":")[0] for each in on]
    prices = _numbers(offer.price, "price", names)
    limits = {name: int(value) for name, value in _numbers(offer.at_most, "at-most", names).items()}
    shape = shape_named(model, catalog, mtp=work.mtp)
    found = [_runs(shape, each, work, prices, limits, catalog) for each in on]
    mix, reason = _mix(found, work, limits)
    tree = _tree(found, mix, reason, work, offer)
    if as_json:
        print_json(tree)
        return 0
    show(found, mix, reason, model=model, work=work, currency=_currency(offer), told=Telling(lang))
    return 0


def _check(work: Work, on: Sequence[str]) -> None:
    if work.tokens > TOKENS_MAX:
        check_range("tokens", work.tokens, 1, TOKENS_MAX)
    for name in ("tokens", "days", "runs", "sequence", "batch"):
        value = getattr(work, name)
        if not 0 < value < float("inf"):
            raise InputError("not a positive number", "give one", fieldname=name, value=value)
    if len(on) > SYSTEMS_MAX:
        raise InputError(
            "too many systems", f"give at most {SYSTEMS_MAX}", fieldname="on", value=len(on)
        )
    twice = sorted({each for each in on if on.count(each) > 1})
    if twice:
        raise InputError("named twice", "name it once", fieldname="on", value=", ".join(twice))


def _numbers(words: Sequence[str], field: str, names: Sequence[str]) -> dict[str, float]:
    """Return the numbers of ``SYSTEM=NUMBER`` words; every system is one of ``names``."""
    written = numbers_by_system(words, field)
    numbers = dict(written)
    if len(numbers) < len(written):
        raise InputError("a system twice", "give one number", fieldname=field, value=words[-1])
    strange = sorted(set(numbers) - set(names))
    if strange:
        raise InputError(
            "a system that is not asked about",
            f"name one of {', '.join(names)}",
            fieldname=field,
            value=", ".join(strange),
        )
    return numbers


def _runs(
    shape: Shape,
    written: str,
    work: Work,
    prices: dict[str, float],
    limits: dict[str, int],
    catalog: Catalog,
) -> ClusterRuns:
    name, _, precision = written.partition(":")
    job = Job(sequence=work.sequence, batch=work.batch)
    if precision:
        job = replace(job, precision=precision_named(precision))
    return cluster_runs(
        shape,
        hardware_named(name, catalog),
        system=name,
        job=job,
        tokens=work.tokens,
        sizes=cluster_sizes(limits.get(name, DEFAULT_AT_MOST)),
        chip_hour_price=prices.get(name),
    )


def _mix(
    found: Sequence[ClusterRuns], work: Work, limits: dict[str, int]
) -> tuple[Mix | None, str | None]:
    """Return the cheapest mix, or why there is none; neither without prices."""
    options = [run for each in found for run in each.runs]
    if all(each.cost is None for each in options):
        return None, None
    at_most = {each.system: limits.get(each.system, DEFAULT_AT_MOST) for each in found}
    try:
        return cheapest_mix(options, runs=work.runs, days=work.days, at_most=at_most), None
    except RefusalError as error:
        return None, error.reason


def _currency(offer: Offer) -> str | None:
    return offer.currency if offer.price else None


def _tree(
    found: Sequence[ClusterRuns], mix: Mix | None, reason: str | None, work: Work, offer: Offer
) -> dict[str, Json]:
    """Return the answer as a mapping; costs are in the currency of the prices."""
    priced = [run for each in found for run in each.runs if run.cost is not None]
    return {
        "question": asdict(work),
        "systems": [
            {
                "system": each.system,
                "smallest": _one(each.smallest(work.days)),
                "smallest_surely": _one(each.smallest_surely(work.days)),
                "unbeaten": [_one(run) for run in unbeaten(each.runs)],
                "refused": [{"chips": chips, "reason": why} for chips, why in each.refused],
            }
            for each in found
        ],
        "unbeaten": [_one(run) for run in unbeaten(priced)],
        "mix": None if mix is None else _mix_tree(mix),
        "no_mix": reason,
        "currency": _currency(offer),
    }


def _mix_tree(mix: Mix) -> dict[str, Json]:
    return {
        "cost": mix.cost,
        "parts": [
            {
                "system": part.option.system,
                "chips": part.option.chips,
                "clusters": part.clusters,
                "runs": part.runs,
                "days": asdict(part.option.run.days),
            }
            for part in mix.parts
        ],
    }


def _one(found: ClusterRun | None) -> Json:
    if found is None:
        return None
    return {
        "system": found.system,
        "chips": found.chips,
        "layout": layout_words(found.plan.strategy),
        "days": asdict(found.run.days),
        "goodput": found.run.goodput,
        "energy_mwh": found.run.energy_mwh,
        "chip_hours": found.chip_hours,
        "cost": None if found.cost is None else asdict(found.cost),
        "peak_mem_gib": asdict(found.plan.peak_mem_gib),
        "notes": list(notes(found.plan.flags)),
    }
