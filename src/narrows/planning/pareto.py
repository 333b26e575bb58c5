"""The trade-off between cost and another aim, by bounding that aim (epsilon-constraint)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from narrows.planning.affine import Affine, total
from narrows.planning.arrays import FloatArray
from narrows.planning.errors import SolverError
from narrows.planning.lp import Answer, Programme, Status
from narrows.planning.matrix import MONEY, Model, build_matrix, with_row
from narrows.planning.problem import Problem

REWARD = 1e-6
"""Small reward on the bounded aim, which keeps weakly efficient points off the front."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trade:
    """A point of the front: the least cost at which the share of unmet work stays below a bound.

    Attributes
    ----------
    unmet
        Expected share of all demand left undone, demands weighed by their unmet price.
    orders
        ``(K,)`` lots ordered in the first quarter.
    """

    unmet: float
    cost: float
    orders: FloatArray


def service_front(problem: Problem, *, points: int = 6) -> tuple[Trade, ...]:
    """Return cost against unmet work, from the cheapest plan to the one that serves most.

    Cost here leaves out the penalty of unmet work, which the front replaces.

    Raises
    ------
    SolverError
        A point between two plans that exist has none.
    """
    model = build_matrix(problem)
    aim = _unmet(problem, model)
    weights = aim.coefficients(np.ones(1), model.matrix.shape[1])
    money = model.cost - _penalty(problem, model)
    least = _solve(model, weights + REWARD * money)
    cheapest = _solve(model, money + REWARD * weights)
    low, high = float(weights @ least.value), float(weights @ cheapest.value)
    levels = np.linspace(high, low, points)
    bounded = with_row(model, weights, high)
    programme = Programme(bounded)
    programme.price(np.arange(len(money)), money + REWARD * weights)
    return tuple(_points(model, programme, levels.tolist(), weights, money))


def _points(
    model: Model,
    programme: Programme,
    levels: Sequence[float],
    weights: FloatArray,
    money: FloatArray,
) -> list[Trade]:
    row = model.matrix.shape[0]
    found = []
    for level in levels:
        programme.limit(row, level + 1e-9)
        answer = _optimal(programme.solve())
        orders = model.variables.order.at(answer.value)[0].sum(axis=1)
        cost = (float(money @ answer.value) + model.constant) * MONEY
        found.append(Trade(unmet=float(weights @ answer.value), cost=cost, orders=orders))
    return found


def _unmet(problem: Problem, model: Model) -> Affine:
    """Return the expected unmet share of all demand, each unit weighed by its price."""
    price = problem.work.unmet_price[:, problem.tree.stage].T * problem.work.demand
    worth = price * problem.tree.probability[:, None]
    share = worth / max(float(worth.sum()), 1e-12)
    return total([model.variables.unmet.times(share).sum(1)]).sum(0).spread(0, 1)


def _penalty(problem: Problem, model: Model) -> FloatArray:
    """Return the cost of each column that is the penalty of unmet work."""
    price = problem.work.unmet_price[:, problem.tree.stage].T * problem.work.demand
    weight = (problem.tree.probability * problem.discount / MONEY)[:, None]
    cells = model.variables.unmet.times(price * weight)
    return cells.coefficients(np.ones(cells.shape), model.matrix.shape[1])


def _solve(model: Model, cost: FloatArray) -> Answer:
    programme = Programme(model)
    programme.price(np.arange(len(cost)), cost)
    return _optimal(programme.solve())


def _optimal(answer: Answer) -> Answer:
    if answer.status is not Status.OPTIMAL:
        raise SolverError(str(answer.status), "ask which rule cannot hold (explain_infeasible)")
    return answer
