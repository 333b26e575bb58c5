"""Where a decision turns: the value of a parameter at which the first-quarter order changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from narrows.planning.arrays import FloatArray
from narrows.planning.basis import Basis
from narrows.planning.errors import fault
from narrows.planning.problem import Problem
from narrows.planning.solve import optimum

STEPS_MAX = 30
"""Thirty halvings divide any interval by a billion; more cannot be meant."""


class HasOrders(Protocol):
    """A plan or an optimum, as far as its orders go."""

    @property
    def orders(self) -> FloatArray:
        """Lots, shape ``(N, K, S)``."""


@dataclass(frozen=True, kw_only=True)
class Flip:
    """The decision differs between ``low`` and ``high``, which are ``tolerance`` apart or less.

    ``at_low`` is the decision at ``low``; at ``high`` it is the other.
    """

    low: float
    high: float
    at_low: bool
    solves: int

    @property
    def value(self) -> float:
        """The middle of the interval."""
        return 0.5 * (self.low + self.high)


def find_flip(
    problem_at: Callable[[float], Problem],
    decide: Callable[[HasOrders], bool],
    *,
    low: float,
    high: float,
    tolerance: float = 0.005,
    start: Basis | None = None,
) -> Flip | None:
    """Return where a decision turns between two values, by bisection over warm relaxations.

    If it turns more than once in between, one of the turns is found.

    Parameters
    ----------
    problem_at
        The problem at a value of the parameter, e.g. the probability that a gate opens.
    decide
        The decision read from a relaxed plan, e.g. :func:`orders_now`.

    Returns
    -------
    ``None`` where the decision is the same at both ends: it may still turn twice in between.

    Raises
    ------
    ProblemError
        ``low`` is not below ``high``, or the tolerance is not positive.
    NoPlanError
        At a value visited no plan satisfies the rules.
    """
    if not low < high or tolerance <= 0.0:
        raise fault("flip", "needs low < high and a positive tolerance", "correct the interval")
    first, last = optimum(problem_at(low), start), optimum(problem_at(high), start)
    at_low = decide(first)
    if decide(last) == at_low:
        return None
    basis, solves = first.basis, 2
    while high - low > tolerance and solves < STEPS_MAX:
        middle = 0.5 * (low + high)
        plan = optimum(problem_at(middle), basis)
        basis, solves = plan.basis, solves + 1
        low, high = (middle, high) if decide(plan) == at_low else (low, middle)
    return Flip(low=low, high=high, at_low=at_low, solves=solves)


def orders_now(
    problem: Problem, systems: Sequence[str], *, lots: float = 0.5
) -> Callable[[HasOrders], bool]:
    """Return the decision "at least so many lots of these systems in the first quarter"."""
    index = [problem.axes.systems.index(name) for name in systems]

    def decide(plan: HasOrders) -> bool:
        return float(plan.orders[0, index].sum()) >= lots

    return decide
