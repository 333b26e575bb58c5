"""``narrows fleet``: the chips to add for a load that grows, beside those that are there."""

from __future__ import annotations

from collections.abc import Sequence

from narrows.catalog import Model, load_catalog
from narrows.cli.executor import HERE, Where
from narrows.cli.fleet_options import TERMS, Growth, Terms, Words, numbers_by_system
from narrows.cli.fleet_tables import fleet_tree, show_fleet
from narrows.cli.options import AsJson, Language
from narrows.cli.output import print_json
from narrows.cli.serve_options import ASKED, Asked
from narrows.cli.serve_tables import Telling
from narrows.core import InputError
from narrows.executors import Executor
from narrows.performance.serving import Deployment, Place, model_named, place_named
from narrows.performance.serving.holdings import holdings
from narrows.performance.serving.mixed import MixedFleet, mixed_fleet


def fleet(
    model: str,
    *,
    on: str,
    load: Growth,
    held: Words = (),
    asked: Asked = ASKED,
    weights: str | None = None,
    cache: str | None = None,
    terms: Terms = TERMS,
    where: Where = HERE,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Say how many chips of a system to add for each period's peak, with what they cost.

    Parameters
    ----------
    model
        A model's id, name or alias, or a published ``config.json``.
    on
        The system or chip to add; ``cloudmatrix384:cann`` names an engine with it.
    load
        Peaks, or one peak and its growth.
    held
        What is there already: ``hgx-h20=64 atlas-800t-a2=128``.
    weights
        Format of the weights, as of ``narrows serve``.
    cache
        Format of the cache, as of ``narrows serve``.
    lang
        Language of the answer.
    as_json
        Print JSON.
    """
    catalog = load_catalog()
    served = model_named(catalog, model)
    deployment = Deployment(weights=weights, cache=cache)
    there = [
        (place_named(catalog, name), _whole(chips))
        for name, chips in numbers_by_system(held, "held")
    ]
    added = place_named(catalog, on)
    found = _sized(served, added, there, asked, deployment, load.by_period, where.chosen())
    tree = fleet_tree(found, asked.load, terms)
    if as_json:
        print_json(tree)
    else:
        show_fleet(found, tree, served.name, Telling(lang))
    return 0


def _whole(chips: float) -> int:
    if chips != round(chips):
        raise InputError("not a whole number", "give whole chips", fieldname="held", value=chips)
    return round(chips)


def _sized(
    model: Model,
    added: Place,
    there: Sequence[tuple[Place, int]],
    asked: Asked,
    deployment: Deployment,
    peaks: Sequence[float],
    executor: Executor | None,
) -> MixedFleet:
    """Return what is held and the fewest chips to add to it for each peak."""
    held = holdings(
        model, there, asked.load, limits=asked.limits, deployment=deployment, executor=executor
    )
    return mixed_fleet(
        model,
        added,
        asked.load,
        peaks=peaks,
        held=held,
        limits=asked.limits,
        deployment=deployment,
        executor=executor,
    )
