"""``narrows fleet``: the chips to add for a load that grows, beside those that are there."""

from __future__ import annotations

import json
import sys
from typing import Annotated

from cyclopts import Parameter

from narrows.catalog import load_catalog
from narrows.cli.executor import HERE, Where
from narrows.cli.fleet_options import TERMS, Growth, Terms, Words, numbers_by_system
from narrows.cli.fleet_tables import fleet_tree, show_fleet
from narrows.cli.serve_options import ASKED, Asked
from narrows.cli.serve_tables import Language, Telling
from narrows.core import InputError
from narrows.performance.serving import Deployment, model_named, place_named
from narrows.performance.serving.holdings import holdings
from narrows.performance.serving.mixed import mixed_fleet


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
    json_output: Annotated[bool, Parameter(name=["--json"], negative=())] = False,
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
    json_output
        Print JSON.
    """
    catalog = load_catalog()
    served = model_named(catalog, model)
    deployment = Deployment(weights=weights, cache=cache)
    elsewhere = where.chosen()
    there = [
        (place_named(catalog, name), _whole(chips))
        for name, chips in numbers_by_system(held, "held")
    ]
    found = mixed_fleet(
        served,
        place_named(catalog, on),
        asked.load,
        peaks=load.by_period,
        held=holdings(
            served,
            there,
            asked.load,
            limits=asked.limits,
            deployment=deployment,
            executor=elsewhere,
        ),
        limits=asked.limits,
        deployment=deployment,
        executor=elsewhere,
    )
    tree = fleet_tree(found, asked.load, terms)
    if json_output:
        sys.stdout.write(json.dumps(tree, indent=2, ensure_ascii=False) + "\n")
    else:
        show_fleet(found, tree, served.name, Telling(lang))
    return 0


def _whole(chips: float) -> int:
    if chips != round(chips):
        raise InputError("not a whole number", "give whole chips", fieldname="held", value=chips)
    return round(chips)
