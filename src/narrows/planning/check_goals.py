"""Gangs and capabilities of a plan, counted by hand."""

from __future__ import annotations

import numpy as np

from narrows.planning.check_books import Books, Page
from narrows.planning.parts import GANG_QUARTERS
from narrows.planning.plan import Plan
from narrows.planning.problem import Problem

GANG_SEEN = 1e-6
"""Less of a gang than this is the solver's rounding of nothing."""


def check_capability(problem: Problem, plan: Plan, page: Page, before: Books, after: Books) -> None:
    """Only wanted own work counts, and a capability that is said to be reached has its work."""
    clock, node = problem.work.capability, page.node
    if clock is None:
        return
    clocked = np.isfinite(clock.target)
    wanted = np.where(problem.work.demand[node] > 0.0, problem.work.demand[node], 1.0)
    progress = plan.progress[node] / wanted
    page.expect_at_most("progress", -progress, 0.0)
    page.expect_at_most("progress", progress, plan.own_work[node] / wanted)
    page.expect_at_most("progress", progress, problem.work.demand[node] / wanted)
    done = after.worked[clocked] / clock.target[clocked]
    page.expect_at_most("reached", after.reached[clocked], np.minimum(done, 1.0))
    page.expect_at_most("reached", before.reached, after.reached)
    page.expect_at_most("reached", after.reached[~clocked], 0.0)
    if plan.whole_quarters > 0:
        page.expect_equal("whole", after.reached, np.round(after.reached))


def check_gang(problem: Problem, plan: Plan, page: Page) -> None:
    """In the first year a workload runs on a whole gang in one place, or not there."""
    gang, stage = problem.work.gang, int(problem.tree.stage[page.node])
    if gang is None or stage >= GANG_QUARTERS or plan.whole_quarters == 0:
        return
    chips = plan.assigned_at[page.node]
    runs = chips > GANG_SEEN * gang
    page.expect_at_most("gang", np.where(runs & (gang > 0.0), gang - chips, 0.0), 0.0)
