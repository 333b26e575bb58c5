"""What knowing, planning for uncertainty, and waiting are worth, on the tree.

All values are differences of optima of the relaxation, in expected discounted money.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.planning.arrays import BoolArray
from narrows.planning.errors import fault
from narrows.planning.first_orders import cost_of_first_orders
from narrows.planning.plan import Plan
from narrows.planning.problem import Problem, mean_path, on_path
from narrows.planning.solve import NoPlanError, relax


@dataclass(frozen=True, kw_only=True)
class Values:
    """Differences of optima, in money.

    Attributes
    ----------
    recourse
        The optimum on the tree.
    wait_and_see
        Expected optimum if every branch were known from the start.
    mean_value_plan
        Cost of following the first-quarter orders of the mean path; ``None`` where the tree has no
        plan with them.
    """

    recourse: float
    wait_and_see: float
    mean_value_plan: float | None

    @property
    def evpi(self) -> float:
        """Expected value of perfect information."""
        return self.recourse - self.wait_and_see

    @property
    def vss(self) -> float | None:
        """Value of planning with the tree instead of its mean."""
        if self.mean_value_plan is None:
            return None
        return self.mean_value_plan - self.recourse


def values_of_information(problem: Problem, plan: Plan | None = None) -> Values:
    """Return what foresight and what the tree itself are worth.

    Parameters
    ----------
    plan
        The relaxed plan of the problem, if it is at hand.

    Raises
    ------
    ProblemError
        The problem weighs risk: foresight has no like measure then.
    """
    if problem.risk.weight > 0.0:
        raise fault("risk.weight", "values of information are risk-neutral", "set it to 0")
    base = plan or relax(problem)
    return Values(
        recourse=base.objective,
        wait_and_see=_wait_and_see(problem),
        mean_value_plan=_mean_value_plan(problem),
    )


def _wait_and_see(problem: Problem) -> float:
    """Return the expected optimum over the branches, each solved alone."""
    tree = problem.tree
    total, start = 0.0, None
    for leaf in tree.leaves:
        plan = relax(on_path(problem, tree.path(int(leaf))), start)
        start = plan.basis
        total += float(tree.probability[leaf]) * plan.objective
    return total


def _mean_value_plan(problem: Problem) -> float | None:
    """Return the tree's cost with the first-quarter orders of the mean path held."""
    orders = relax(mean_path(problem)).orders[0]
    try:
        return cost_of_first_orders(problem, orders)
    except NoPlanError:
        return None


def cost_of_waiting(problem: Problem, systems: BoolArray, until: int) -> float:
    """Return what it costs to order none of some systems before a quarter.

    Negative values do not occur: an optimum may wait by itself. A signal that comes in that quarter
    must be worth more than this.

    Parameters
    ----------
    systems
        ``(K,)`` mask.

    Raises
    ------
    NoPlanError
        No plan exists with or without waiting.
    """
    early = problem.tree.stage < until
    may_order = np.where(early[:, None] & systems[None], 0.0, problem.offers.may_order)
    waiting = replace(problem, offers=replace(problem.offers, may_order=may_order))
    return relax(waiting).objective - relax(problem).objective


def value_of_signal(seen: Problem, unseen: Problem) -> float:
    """Return the value of a signal (EVSI): the optimum without it less the optimum with it.

    Parameters
    ----------
    seen, unseen
        The same problem on two trees: one branches on the signal when it comes, the other later.

    Raises
    ------
    ProblemError
        The trees have different numbers of quarters.
    NoPlanError
        One of them has no plan.
    """
    if seen.n_stages != unseen.n_stages:
        raise fault("tree", "the two trees have different horizons", "use one horizon")
    return relax(unseen).objective - relax(seen).objective
