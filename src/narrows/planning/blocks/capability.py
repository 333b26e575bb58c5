"""Rule 14, the capability clock: it stops once enough own work has been done along the path."""

from __future__ import annotations

import numpy as np

from narrows.planning.blocks.demand import own_work
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.tree import NO_NODE
from narrows.planning.variables import Variables, has_clock


def capability(problem: Problem, variables: Variables) -> tuple[Rows, ...]:
    """``progress <= own work``, ``target * reached <= sum of progress``, ``reached`` stays.

    ``progress`` is counted in shares of the demand, for a unit of work may be a single token.
    """
    clock = problem.work.capability
    if clock is None:
        return ()
    tree, demand = problem.tree, problem.work.demand
    clocked = has_clock(problem)
    target = np.where(np.isfinite(clock.target), clock.target, 1.0)
    counted = np.where(clocked, 0.0, np.inf)
    inner = np.where(clocked & (tree.parent != NO_NODE)[:, None], 0.0, np.inf)
    progress = variables.progress.times(demand)
    done = progress.along(tree.ancestors)
    wanted = np.where(demand > 0.0, demand, 1.0)
    useful = progress - own_work(problem, variables)
    short = variables.reached.times(target) - done
    undone = variables.reached.take(tree.parent) - variables.reached
    axes = ("workload",)
    return (
        at_most("progress", useful, limit=counted, axes=axes, unit="work", scale=wanted),
        at_most("reached", short, limit=counted, axes=axes, unit="work", scale=target),
        at_most("reached", undone, limit=inner, axes=axes, unit="capabilities"),
    )
