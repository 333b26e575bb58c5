"""Curves of cost against one parameter: warm re-solves of the relaxation, not lone prices.

A price is local: it says nothing about a cap twice as large. Each point here is an optimum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.basis import Basis
from narrows.planning.plan import Plan
from narrows.planning.problem import Problem
from narrows.planning.solve import NoPlanError, Optimum, optimum

SAME = 1e-9
"""Two optima nearer than this share of their cost differ by the solver's rounding alone."""


def relative_change(cost: float, base: float) -> float | None:
    """Return ``cost / base - 1``; what the solver cannot tell from nothing is nothing.

    ``None`` where the base is not positive: there is no share of nothing.
    """
    if base <= 0.0:
        return None
    change = cost / base - 1.0
    return 0.0 if abs(change) <= SAME else change


@dataclass(frozen=True, kw_only=True, eq=False)
class Point:
    """An optimum of the relaxation at one value of a parameter.

    Attributes
    ----------
    cost
        The objective in money; ``None`` where no plan satisfies the rules.
    change
        ``cost / base cost - 1``; ``None`` where either is unknown or the base is not positive.
    orders
        ``(K,)`` lots ordered in the first quarter.
    """

    value: float
    cost: float | None
    change: float | None
    orders: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """Cost against a parameter, everything else as in the base problem."""

    parameter: str
    base_cost: float
    points: tuple[Point, ...]


def curve(
    parameter: str,
    problem_at: Callable[[float], Problem],
    values: Sequence[float],
    *,
    base: Plan,
    base_value: float | None = None,
) -> Curve:
    """Re-solve the relaxation at each value, walking away from the base on either side.

    Parameters
    ----------
    base
        A relaxed plan of the base problem: its cost is the reference, its basis the start.
    base_value
        The parameter's value in the base problem, where it has one.
    """
    ordered = sorted(values)
    middle = ordered[0] if base_value is None else base_value
    up = [value for value in ordered if value >= middle]
    down = [value for value in reversed(ordered) if value < middle]
    found = _walk(problem_at, up, base) | _walk(problem_at, down, base)
    points = tuple(found[value] for value in values)
    return Curve(parameter=parameter, base_cost=base.objective, points=points)


def _walk(
    problem_at: Callable[[float], Problem], values: Sequence[float], base: Plan
) -> dict[float, Point]:
    """Solve one value after another, each from the basis of the one before."""
    start, found = base.basis, {}
    for value in values:
        plan = _optimum(problem_at(value), start)
        start = start if plan is None else plan.basis
        found[value] = _point(value, plan, base)
    return found


def _optimum(problem: Problem, start: Basis) -> Optimum | None:
    try:
        return optimum(problem, start)
    except NoPlanError:
        return None


def _point(value: float, plan: Optimum | None, base: Plan) -> Point:
    if plan is None:
        return Point(
            value=value, cost=None, change=None, orders=np.full(base.orders.shape[1], np.nan)
        )
    change = relative_change(plan.cost, base.objective)
    orders = plan.orders[0].sum(axis=1)
    return Point(value=value, cost=plan.cost, change=change, orders=orders)
