"""What it costs to be held to orders of the first quarter that were chosen before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.errors import fault
from narrows.planning.lp import Programme, Status
from narrows.planning.matrix import MONEY, build_matrix
from narrows.planning.problem import Problem
from narrows.planning.solve import NoPlanError

ROOM = 1e-9
"""Relative room around the held orders, for the rounding of a plan that was read back."""


def cost_of_first_orders(problem: Problem, lots: FloatArray) -> float:
    """Return the least cost when the first quarter orders exactly ``lots`` and is free after.

    Whole numbers are relaxed.

    Parameters
    ----------
    lots
        Shape ``(K, S)``.

    Raises
    ------
    ProblemError
        Something is to be ordered that the problem does not let anybody order.
    NoPlanError
        With these orders no plan satisfies the rules.
    """
    model = build_matrix(problem)
    order = model.variables.order
    first = order.cell < lots.size
    possible = np.isin(np.arange(lots.size), order.cell[first])
    if (lots.ravel()[~possible] > 0.0).any():
        raise fault("lots", "an order that the problem does not allow", "hold what may be ordered")
    held = lots.ravel()[order.cell[first]]
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[order.column[first]] = held * (1.0 - ROOM)
    upper[order.column[first]] = held * (1.0 + ROOM)
    answer = Programme(replace(model, lower=lower, upper=upper)).solve()
    if answer.status is Status.INFEASIBLE:
        raise NoPlanError
    return answer.objective * MONEY
