"""The booked past as the planner's arrays: chips that stand, lots under way, banks, portings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from narrows.planning import Porting, Problem
from narrows.study.bridge.offers import Offer
from narrows.study.rolling.standing import Standing


def with_standing(problem: Problem, standing: Standing, offers: Sequence[Offer]) -> Problem:
    """Return the problem as it begins after what was booked; deposits are paid."""
    option = {offer.id: row for row, offer in enumerate(offers)}
    site = {name: column for column, name in enumerate(problem.axes.sites)}
    installed = problem.fleet.installed.copy()
    for (bought, where), chips in standing.delivered.items():
        installed[option[bought], site[where]] += chips
    booked, value = np.zeros_like(problem.offers.booked), np.zeros_like(problem.offers.booked)
    for one in standing.under_way:
        if one.due >= problem.n_stages:
            continue
        at = option[one.option], site[one.site], one.due
        booked[at] += one.chips / problem.offers.lot[at[0]]
        value[at] += one.money_cny
    caps, budget = problem.caps, problem.budget
    if standing.cap_chips is not None:
        caps = tuple(replace(cap, opening=standing.cap_chips) for cap in caps)
    if standing.budget_cny is not None and budget is not None:
        budget = replace(budget, opening=standing.budget_cny)
    return replace(
        problem,
        offers=replace(problem.offers, booked=booked, booked_value=value),
        fleet=replace(problem.fleet, installed=installed),
        porting=_porting(problem, standing),
        caps=caps,
        budget=budget,
    )


def _porting(problem: Problem, standing: Standing) -> Porting:
    """Count a porting under way as paid for: to begin it costs nothing and takes what is left."""
    porting, axes = problem.porting, problem.axes
    done, cost, quarters = porting.done.copy(), porting.cost.copy(), porting.quarters.copy()
    for (stack, workload), left in standing.ported.items():
        at = axes.stacks.index(stack), axes.workloads.index(workload)
        done[at] |= left == 0
        cost[at], quarters[at] = 0.0, left
    return replace(porting, done=done, cost=cost, quarters=quarters)
