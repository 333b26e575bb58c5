"""The price of a little more of something: from the duals, and from re-solving on either side.

A dual is a slope. Where the optimum is not unique there are several, and a lone one misleads; so
each stands here between the slopes to its left and right, which are plain differences of optima.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.basis import Basis
from narrows.planning.fingerprint import fingerprint
from narrows.planning.lp import Answer, Programme, Status
from narrows.planning.matrix import MONEY, Model, build_matrix
from narrows.planning.problem import Problem
from narrows.planning.solve import NoPlanError

PROBE = 1e-6
"""Relative step of the Lagrangian: rules enter it smoothly, so only rounding counts."""
FLOOR = 1e-9
"""Of the cost for a whole unit: slopes below it are the solver's rounding and count as none."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A problem's programme and its answer."""

    model: Model
    answer: Answer


class SolveOnce:
    """Solves each problem that differs from those before; what is varied often meets at the base.

    Parameters
    ----------
    start
        The basis from which each is solved.
    """

    def __init__(self, start: Basis | None = None) -> None:
        self.start = start
        self._solved: dict[str, Solved] = {}

    def __call__(self, problem: Problem) -> Solved:
        """Return the programme and its answer."""
        posed = fingerprint(problem)
        if posed not in self._solved:
            model = build_matrix(problem)
            self._solved[posed] = Solved(model, Programme(model).solve(self.start))
        return self._solved[posed]


@dataclass(frozen=True, kw_only=True)
class Margin:
    """Change of the least cost for one more unit of a parameter, in money a unit.

    Attributes
    ----------
    at, step
        The parameter's value, and how far away the neighbours were solved.
    dual
        By the envelope theorem from one solution: prices times the change of every row, bound and
        cost.
    left, right
        ``(cost(at) - cost(at - step)) / step`` and ``(cost(at + step) - cost(at)) / step``;
        ``None`` where the parameter cannot go, or where no plan exists there.
    """

    parameter: str
    at: float
    step: float
    cost: float
    dual: float
    left: float | None
    right: float | None

    @property
    def gap(self) -> float | None:
        """How far the dual lies outside the slopes on either side, relative to the largest of them.

        0 where it lies between; ``None`` where neither neighbour has a plan. Beside a single slope
        it may be positive at a kink; elsewhere it shrinks with the step.
        """
        sides = [side for side in (self.left, self.right) if side is not None]
        if not sides:
            return None
        size = max(abs(self.dual), *(abs(side) for side in sides), FLOOR * abs(self.cost))
        outside = max(min(sides) - self.dual, self.dual - max(sides), 0.0)
        return outside / size


def margin(
    parameter: str,
    problem_at: Callable[[float], Problem],
    at: float,
    *,
    step: float,
    lowest: float = -np.inf,
    solve: SolveOnce | None = None,
) -> Margin:
    """Return the price of one more unit, from the duals and from re-solving.

    Parameters
    ----------
    problem_at
        The problem at a value of the parameter.
    step
        Positive; how far the neighbours are.
    lowest
        The parameter does not exist below it: no neighbour is solved there.
    solve
        Solves at ``at``; one for several parameters of a problem spares solving it again.

    Raises
    ------
    NoPlanError
        There is no plan at ``at``.
    """
    solved = (solve or SolveOnce())(problem_at(at))
    answer = solved.answer
    if answer.status is Status.INFEASIBLE:
        raise NoPlanError
    below = None if at - step < lowest else _cost(problem_at(at - step), answer)
    above = _cost(problem_at(at + step), answer)
    cost = answer.objective * MONEY
    return Margin(
        parameter=parameter,
        at=at,
        step=step,
        cost=cost,
        dual=_slope(problem_at, at, solved, lowest),
        left=None if below is None else (cost - below) / step,
        right=None if above is None else (above - cost) / step,
    )


def _cost(problem: Problem, near: Answer) -> float | None:
    answer = Programme(build_matrix(problem)).solve(near.basis)
    return None if answer.status is Status.INFEASIBLE else answer.objective * MONEY


def _slope(
    problem_at: Callable[[float], Problem], at: float, solved: Solved, lowest: float
) -> float:
    """Return the slope of the Lagrangian with the solution and its prices held."""
    probe = PROBE * max(abs(at), 1.0)
    low = at - probe if at - probe >= lowest else at
    ends = [_lagrangian(build_matrix(problem_at(value)), solved) for value in (low, at + probe)]
    return (ends[1] - ends[0]) * MONEY / (at + probe - low)


def _lagrangian(changed: Model, solved: Solved) -> float:
    """Return cost plus priced violations of the held solution in a slightly changed programme.

    ``cost @ x + duals @ (limit - matrix @ x) + reduced costs @ moves of the bounds``. What the
    change adds is not used, and what it adds as a rule is not priced.
    """
    model, answer = solved.model, solved.answer
    value = _carried(changed.column_key, model.column_key, answer.value)
    price = _carried(changed.row_key, model.row_key, answer.row_dual)
    reduced = _carried(changed.column_key, model.column_key, answer.reduced_cost)
    lower, upper = (
        _carried(changed.column_key, model.column_key, bound)
        for bound in (model.lower, model.upper)
    )
    moved = np.where(reduced < 0.0, _move(changed.upper, upper), _move(changed.lower, lower))
    rows = price @ (changed.limit - changed.matrix @ value)
    return float(changed.cost @ value + changed.constant + rows + reduced @ moved)


def _move(new: FloatArray, old: FloatArray) -> FloatArray:
    """Return how far bounds moved; infinite ones do not."""
    finite = np.isfinite(new) & np.isfinite(old)
    return np.where(finite, np.where(finite, new, 0.0) - np.where(finite, old, 0.0), 0.0)


def _carried(key: IntArray, old_key: IntArray, old: FloatArray) -> FloatArray:
    """Return the old value of each key, 0 where the key is new."""
    order = np.argsort(old_key)
    place = np.searchsorted(old_key, key, sorter=order).clip(max=len(old_key) - 1)
    found = order[place]
    return np.where(old_key[found] == key, old[found], 0.0)
