"""What a study wants beyond its demand: capabilities, and gangs that stay in one place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from narrows.core import RefusalError
from narrows.planning import Capability, Problem
from narrows.study.facts import Facts

FloatArray = npt.NDArray[np.float64]


def capability_clock(facts: Facts) -> Capability | None:
    """Return the clocks of all workloads, ``None`` where the study has none."""
    workloads = facts.study.workloads
    if all(workload.capability is None for workload in workloads):
        return None
    target, price = np.full(len(workloads), np.inf), np.ones(len(workloads))
    for place, workload in enumerate(workloads):
        if workload.capability is not None:
            name = f"workloads/{workload.id}/capability"
            target[place] = facts.band(workload.capability.work, f"{name}/work").value
            price[place] = facts.band(workload.capability.delay_price, f"{name}/delay price").value
    return Capability(target=target, delay_price=price)


def gangs(facts: Facts) -> FloatArray | None:
    """Return the fewest chips of each workload, ``None`` where the study has no gangs."""
    stated = [workload.gang_chips for workload in facts.study.workloads]
    if all(chips is None for chips in stated):
        return None
    return np.array([0.0 if chips is None else float(chips) for chips in stated])


def check_goals(problem: Problem) -> None:
    """Refuse a horizon without work, and a capability that all its demand would not reach.

    Raises
    ------
    RefusalError
        Names the workload, both numbers and the field.
    """
    if not problem.work.demand.any():
        quarters = problem.axes.quarters
        reason = f"no workload asks for any work from {quarters[0]} to {quarters[-1]}"
        raise RefusalError(reason, ("workloads",))
    clock, tree = problem.work.capability, problem.tree
    if clock is None:
        return
    paths = (problem.work.demand[tree.path(int(leaf))].sum(axis=0) for leaf in tree.leaves)
    wanted = np.max(list(paths), axis=0)
    for place in np.flatnonzero(np.isfinite(clock.target) & (wanted < clock.target)):
        name = problem.axes.workloads[place]
        reason = (
            f"the capability of {name} needs {clock.target[place]:.3g} tokens, and all its demand "
            f"to {problem.axes.quarters[-1]} is {wanted[place]:.3g}: no plan could reach it"
        )
        raise RefusalError(reason, (f"workloads.{name}.capability.work",))
