"""Sites that are alike are planned as one, where that changes nothing.

Chips never move between sites, yet any fleet that fits the sum of the sites' power can be placed as
it arrives, as long as no site's power falls, power runs out before floor everywhere, and nothing
else tells the sites apart. Then the optimum of the relaxed problem is that of one site with all the
power, and a plan is split in proportion to the power that is free.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.parts import Fleet, Sites, Work
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.problem import Problem

Posed = TypeVar("Posed", Problem, PolicyGraph)

MERGED = "all sites"


def sites_are_alike(sites: Sites, fleet: Fleet, work: Work) -> bool:
    """Return whether the sites may be planned as one without changing the relaxed optimum."""
    draw = fleet.power_kw
    if np.any(draw <= 0.0) or bool(work.pinned.any()):
        return False
    floor_per_kw = float((fleet.floor / draw).max())
    same_price = np.all(sites.energy_price == sites.energy_price[:1])
    same_systems = np.all(sites.takes == sites.takes[:, :1])
    never_falls = np.all(np.diff(sites.power_kw, axis=1) >= 0.0)
    power_first = np.all(sites.floor >= floor_per_kw * sites.power_kw)
    return bool(same_price and same_systems and never_falls and power_first)


def merge_alike_sites(problem: Posed) -> Posed:
    """Return the problem with one site where its sites are alike, or the problem unchanged."""
    sites, offers, fleet, work = problem.sites, problem.offers, problem.fleet, problem.work
    if len(problem.axes.sites) == 1 or not sites_are_alike(sites, fleet, work):
        return problem
    value = None if offers.booked_value is None else _over_sites(offers.booked_value)
    return replace(
        problem,
        axes=replace(problem.axes, sites=(MERGED,)),
        offers=replace(offers, booked=_over_sites(offers.booked), booked_value=value),
        fleet=replace(fleet, installed=fleet.installed.sum(axis=1, keepdims=True)),
        sites=replace(
            sites,
            power_kw=sites.power_kw.sum(axis=0, keepdims=True),
            floor=sites.floor.sum(axis=0, keepdims=True),
            energy_price=sites.energy_price[:1],
            takes=sites.takes[:, :1],
        ),
        work=replace(work, runs_at=work.runs_at[:, :1]),
    )


def _over_sites(by_site: FloatArray) -> FloatArray:
    """``(K, 1, T)`` from ``(K, S, T)``."""
    summed: FloatArray = by_site.sum(axis=1, keepdims=True)
    return summed
