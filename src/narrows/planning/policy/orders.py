"""What a policy says to order: now, and in each quarter under each regime."""

from __future__ import annotations

import numpy as np

from narrows.planning.arrays import BoolArray, FloatArray
from narrows.planning.errors import SolverError
from narrows.planning.matrix import MONEY
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.policy import Policy, Solvers
from narrows.planning.policy.porting_plan import regime_chances
from narrows.planning.policy.rules import OrdersByRegime
from narrows.planning.policy.simulate import Futures, Replay


def first_orders(policy: Policy, *, gap: float | None = 0.001) -> FloatArray:
    """Return the lots of the first quarter, ``(K, S)``, the cuts being the value of what follows.

    ``gap`` is that of the search for whole lots; ``None`` leaves lots relaxed.
    """
    solver = Solvers(policy=policy).at(0, policy.graph.start)
    answer = (
        solver.solve(policy.opening, 0)
        if gap is None
        else solver.solve_whole(policy.opening, 0, gap)
    )
    solution = np.concatenate([policy.opening, answer.decision])
    lots: FloatArray = solver.model.variables.order.at(solution)[0]
    whole: FloatArray = np.round(lots) + 0.0
    return lots if gap is None else whole


def bound_with_orders(policy: Policy, lots: FloatArray) -> float:
    """Return the bound in money if the orders of the first quarter are ``lots``, ``(K, S)``.

    The least cost with these orders under the policy's cuts: less the bound, it is the least that
    they cost beyond the policy's own, as far as the cuts know.

    Raises
    ------
    SolverError
        The orders do not fit the rules of the first quarter.
    """
    solver = Solvers(policy=policy).at(0, policy.graph.start)
    order = solver.model.variables.order
    given = lots[None].ravel()
    if np.any(np.delete(given, order.cell) > 0.0):
        raise SolverError("an order is not allowed in the first quarter", "order what is offered")
    columns = (order.column - solver.model.n_states).astype(np.int32)
    held = given[order.cell]
    solver.highs.changeColsBounds(len(columns), columns, held, held)
    return solver.solve(policy.opening, 0).objective * MONEY


def orders_by_regime(policy: Policy, replayed: Replay) -> FloatArray:
    """Return mean lots ordered by quarter, regime and system, ``(T, R, K)``.

    NaN where no sampled future was in the regime in that quarter.
    """
    graph = policy.graph
    regimes = len(graph.regimes)
    means = np.full((graph.n_stages, regimes, graph.sizes["K"]), np.nan)
    for quarter in range(graph.n_stages):
        for regime in range(regimes):
            here = replayed.futures.regimes[:, quarter] == regime
            if here.any():
                means[quarter, regime] = replayed.orders[here, quarter].mean(axis=0)
    return means


def table_by_regime(graph: PolicyGraph, futures: Futures, orders: FloatArray) -> OrdersByRegime:
    """Return mean orders ``(P, T, K, S)`` by quarter and regime as a rule of decision.

    Where a regime cannot be reached in a quarter, nothing is ordered. Where it can and no future is
    in it, the nearest quarter in which one is stands in, the later of two.

    Raises
    ------
    ProblemError
        A regime that can be reached is in no future at all: use more futures.
    """
    chances = regime_chances(graph)
    stages, regimes = chances.shape
    table = np.where(chances > 0.0, np.nan, 0.0)[:, :, None, None] * np.ones(orders.shape[2:])
    for quarter, regime in np.ndindex(stages, regimes):
        here = futures.regimes[:, quarter] == regime
        if here.any():
            table[quarter, regime] = orders[here, quarter].mean(axis=0)
    for regime in range(regimes):
        _stand_in(table[:, regime], seen=(futures.regimes == regime).any(axis=0))
    return OrdersByRegime(lots=table)


def _stand_in(orders: FloatArray, *, seen: BoolArray) -> None:
    """Fill quarters ``(T, K, S)`` that are unknown from the nearest that was seen, in place."""
    known = np.flatnonzero(seen)
    for quarter in np.flatnonzero(np.isnan(orders[:, 0, 0])):
        if len(known):
            away = np.abs(known - quarter)
            orders[quarter] = orders[known[len(away) - 1 - int(np.argmin(away[::-1]))]]
