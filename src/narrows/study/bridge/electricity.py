"""Electricity that is cheaper where only domestic chips stand: which sites to run so (CN-07).

Whether a site takes imports decides its price, and its price decides what it takes. There are few
sites, so every choice is planned (lots relaxed) and the cheapest is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from narrows.core import RefusalError
from narrows.planning import NoPlanError, Problem, optimum
from narrows.study.bridge.calendar import HOURS_PER_QUARTER
from narrows.study.bridge.offers import Offer
from narrows.study.facts import Facts
from narrows.study.schema import Origin

SITES_MAX = 5
"""Thirty-two plans of half a second; more sites are few alike, and can be stated as one."""

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PowerChoice:
    """What it costs to run some sites on domestic chips alone; ``None`` where no plan exists."""

    sites: tuple[str, ...]
    cost: float | None


def with_domestic_sites(
    problem: Problem, facts: Facts, offers: Sequence[Offer], chosen: Sequence[str]
) -> Problem:
    """Return the problem in which the chosen sites take domestic chips alone, at their price."""
    takes, price = problem.sites.takes.copy(), problem.sites.energy_price.copy()
    imports = np.array([offer.option.origin is Origin.IMPORT for offer in offers], dtype=np.bool_)
    for place, site in enumerate(facts.study.sites):
        if site.id in chosen and site.electricity_domestic_only is not None:
            name = f"sites/{site.id}/electricity, domestic only"
            per_kwh = facts.band(site.electricity_domestic_only, name).value
            pue = facts.band(site.pue, f"sites/{site.id}/pue").value
            takes[imports, place] = False
            price[place] = per_kwh * pue * HOURS_PER_QUARTER
    return replace(problem, sites=replace(problem.sites, takes=takes, energy_price=price))


def choose_sites(problem: Problem, facts: Facts, offers: Sequence[Offer]) -> list[PowerChoice]:
    """Return every choice, the cheapest first; nothing where no site has a price of that kind.

    Raises
    ------
    RefusalError
        Too many sites have one.
    """
    eligible = [site.id for site in facts.study.sites if site.electricity_domestic_only is not None]
    if not eligible:
        return []
    if len(eligible) > SITES_MAX:
        reason = f"{len(eligible)} sites may be domestic only, and {SITES_MAX} can be compared"
        raise RefusalError(reason, ("fewer sites: state alike ones as one",))
    held = _with_imports(problem, facts, offers)
    choices = [
        PowerChoice(sites, _cost(lambda: with_domestic_sites(problem, facts, offers, sites)))  # noqa: B023
        for sites in _subsets(eligible)
        if not held & set(sites)
    ]
    return sorted(choices, key=lambda one: np.inf if one.cost is None else one.cost)


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for count in range(len(names) + 1):
        yield from combinations(names, count)


def _with_imports(problem: Problem, facts: Facts, offers: Sequence[Offer]) -> set[str]:
    """Return the sites where imports stand or are on their way."""
    imports = [k for k, offer in enumerate(offers) if offer.option.origin is Origin.IMPORT]
    chips = problem.fleet.installed + problem.offers.booked.sum(axis=2)
    held = chips[imports].any(axis=0)
    return {site.id for site, is_held in zip(facts.study.sites, held, strict=True) if is_held}


def _cost(make: Callable[[], Problem]) -> float | None:
    try:
        return optimum(make()).cost
    except NoPlanError:
        return None
