"""Holding the first orders: the optimum's own cost nothing more, any other at least as much."""

from dataclasses import replace

import numpy as np
import pytest

from narrows.planning import ProblemError, cost_of_first_orders, relax

SEED = 3


def test_the_best_first_orders_cost_the_optimum(random_problem):
    problem = random_problem(SEED)
    plan = relax(problem)
    held = cost_of_first_orders(problem, np.maximum(plan.orders[0], 0.0))
    assert held == pytest.approx(plan.objective, rel=1e-6)


def test_no_first_order_is_never_cheaper(random_problem):
    problem = random_problem(SEED)
    plan = relax(problem)
    assert cost_of_first_orders(problem, np.zeros_like(plan.orders[0])) >= plan.objective * (
        1 - 1e-9
    )


def test_what_cannot_be_ordered_is_refused(random_problem):
    problem = random_problem(SEED)
    lots = np.ones_like(relax(problem).orders[0])
    nothing = np.zeros_like(problem.offers.may_order)
    problem = replace(problem, offers=replace(problem.offers, may_order=nothing))
    with pytest.raises(ProblemError):
        cost_of_first_orders(problem, lots)
