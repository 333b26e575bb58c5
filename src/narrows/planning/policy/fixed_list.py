"""The same rules without reaction: one list of orders, fixed before anything is known.

This is what a two-stage planner decides: capacities first, operation after. Set beside a policy on
the same futures it says what being able to react is worth.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from narrows.planning.affine import Affine
from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.errors import fault
from narrows.planning.lp import solve_rows
from narrows.planning.matrix import MONEY, Model, build_matrix
from narrows.planning.policy.fan import Fan, fan
from narrows.planning.policy.graph import NEVER, PolicyGraph
from narrows.planning.policy.simulate import Futures


@dataclass(frozen=True, kw_only=True, eq=False)
class FixedList:
    """Orders fixed in advance.

    Attributes
    ----------
    lots
        ``(T, K, S)``, not rounded.
    expected
        Mean discounted money over the futures that it was planned on, if every item could be placed
        whenever the day allows orders at all.
    """

    lots: FloatArray
    expected: float
    build_cpu_s: float
    solve_cpu_s: float


def plan_fixed_list(graph: PolicyGraph, futures: Futures) -> FixedList:
    """Return the list of orders that is cheapest on average over sampled futures.

    An item stands for an order in every future on whose day orders are allowed. See
    :mod:`narrows.planning.policy.fan` for the rules that it keeps.

    Raises
    ------
    ProblemError
        The graph leaves portings to the policy, or allows a part of the orders: a list has no
        answer to either.
    """
    began = time.process_time()
    _check(graph)
    posed = fan(graph, futures)
    model = build_matrix(posed.problem)
    into = _merged(model, posed)
    lower, upper = _bounds(graph, posed, model)
    built = time.process_time()
    merged_lower, merged_upper = np.zeros(into.shape[1]), np.full(into.shape[1], np.inf)
    np.maximum.at(merged_lower, into.indices, lower)
    np.minimum.at(merged_upper, into.indices, upper)
    value, objective = solve_rows(
        csr_array(model.matrix @ into),
        cost=np.asarray(into.T @ model.cost),
        lower=merged_lower,
        upper=merged_upper,
        row_lower=np.full(len(model.limit), -np.inf),
        row_upper=model.limit,
    )
    lots = model.variables.order.at(np.asarray(into @ value))[posed.open_path]
    return FixedList(
        lots=lots,
        expected=(objective + model.constant) * MONEY,
        build_cpu_s=built - began,
        solve_cpu_s=time.process_time() - built,
    )


def _check(graph: PolicyGraph) -> None:
    if graph.porting_start is None:
        raise fault("porting_start", "a fixed list needs fixed portings", "give plan_portings")
    if not np.all(np.isin(graph.offers.may_order, (0.0, 1.0))):
        raise fault("offers.may_order", "is neither 0 nor 1", "split the regime in two")


def _merged(model: Model, posed: Fan) -> csr_array[np.float64]:
    """``(columns, fewer columns)``: the orders of a quarter are one column in all futures."""
    order = model.variables.order
    grid = np.arange(model.matrix.shape[1])
    cells = _column_of(order)[posed.open_path[posed.problem.tree.stage]]
    grid[order.column] = cells.ravel()[order.cell]
    kept, place = np.unique(grid, return_inverse=True)
    rows = np.arange(len(grid))
    return csr_array((np.ones(len(grid)), (rows, place)), shape=(len(grid), len(kept)))


def _column_of(grid: Affine) -> IntArray:
    """Return the column of each cell, -1 where there is none."""
    found = np.full(grid.constant.shape, -1, dtype=np.int64)
    found[grid.cell] = grid.column
    return found.reshape(grid.shape)


def _bounds(graph: PolicyGraph, posed: Fan, model: Model) -> tuple[FloatArray, FloatArray]:
    """Give the portings as planned, and let nothing leave that stood from the start."""
    lower, upper = model.lower.copy(), model.upper.copy()
    assert graph.porting_start is not None, "checked before"  # noqa: S101
    starts = graph.porting_start[None] == posed.problem.tree.stage[:, None, None]
    begins = (starts & (graph.porting_start != NEVER)[None]).ravel()
    started, retired = model.variables.started, model.variables.retired
    lower[started.column] = upper[started.column] = begins[started.cell]
    upper[retired.column] = 0.0
    return lower, upper
