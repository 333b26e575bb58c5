"""Foresight, planning for uncertainty, waiting and the front: order relations that must hold."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from narrows.planning import (
    NoPlanError,
    ProblemError,
    cost_of_first_orders,
    cost_of_waiting,
    packaged_instance,
    relax,
    service_front,
    tree_from_chain,
    value_of_signal,
    values_of_information,
)

PROBLEM = packaged_instance(quarters=6)
IMPORTED = np.arange(PROBLEM.sizes["K"]) < 3


def test_foresight_costs_least_and_the_mean_plan_most():
    values = values_of_information(PROBLEM)
    assert values.mean_value_plan is not None
    assert values.wait_and_see <= values.recourse * (1 + 1e-9)
    assert values.recourse <= values.mean_value_plan * (1 + 1e-9)
    assert values.evpi >= 0.0
    assert values.vss is not None
    assert values.vss >= -1e-6 * values.recourse


def test_following_the_optimum_costs_the_optimum():
    plan = relax(PROBLEM)
    cost = cost_of_first_orders(PROBLEM, plan.orders[0])
    assert cost == pytest.approx(plan.objective, rel=1e-7)
    with pytest.raises((ProblemError, NoPlanError)):
        cost_of_first_orders(PROBLEM, plan.orders[0] + 1e7)


def test_waiting_costs_more_the_longer_it_lasts():
    costs = [cost_of_waiting(PROBLEM, IMPORTED, until) for until in (0, 1, 3)]
    assert costs[0] == pytest.approx(0.0, abs=1.0)
    assert all(after >= before - 1.0 for before, after in pairwise(costs))


def test_averse_problems_have_no_value_of_information():
    averse = replace(PROBLEM, risk=replace(PROBLEM.risk, weight=0.2))
    with pytest.raises(ProblemError, match=r"risk\.weight"):
        values_of_information(averse)


def test_front_serves_more_only_for_more():
    front = service_front(PROBLEM, points=5)
    assert all(after.unmet <= before.unmet + 1e-7 for before, after in pairwise(front))
    assert all(after.cost >= before.cost - 1.0 for before, after in pairwise(front))
    assert front[-1].unmet < front[0].unmet


def test_a_signal_seen_earlier_is_worth_at_least_nothing():
    chain = np.array([[0.6, 0.4], [0.1, 0.9]])
    steps, start = np.stack([chain] * 5), np.array([1.0, 0.0])

    def on(branching):
        tree = tree_from_chain(steps, start, branching=branching)
        opening = np.array([0.0, 1.0])
        imported = np.where(IMPORTED[None], tree.expected(opening)[:, None], 1.0)

        def by_node(values):
            return values[[0]].repeat(tree.n_nodes, axis=0)

        offers, work, rental = PROBLEM.offers, PROBLEM.work, PROBLEM.rental
        return replace(
            PROBLEM,
            tree=tree,
            offers=replace(
                offers,
                price=by_node(offers.price),
                duty=by_node(offers.duty),
                may_order=by_node(offers.supply) * 0.0 + 1.0,
                may_deliver=imported,
                supply=by_node(offers.supply),
            ),
            work=replace(work, demand=by_node(work.demand), unmet_max=by_node(work.unmet_max)),
            rental=replace(
                rental,
                price=by_node(rental.price),
                ceiling=by_node(rental.ceiling),
                allowed=by_node(rental.allowed),
            ),
            caps=(),
            shares=(),
        )

    # The early tree tells the regimes apart in quarter 1 as well as in quarter 4.
    assert value_of_signal(on({1: 2, 4: 2}), on({4: 2})) >= -1.0
    with pytest.raises(ProblemError, match="horizons"):
        value_of_signal(PROBLEM, packaged_instance(quarters=4))
