"""Who does the work: useful work over the horizon, in quarters of one reference chip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from narrows.core import Figure
from narrows.planning import Plan, Problem
from narrows.study.sources import PLANNER

FloatArray = npt.NDArray[np.float64]
QUARTERS_MIN = 0.01
"""Less than a day of one chip is the solver's rounding."""


def work_section(
    problem: Problem, plan: Plan, reference: str, inputs: Sequence[Figure]
) -> list[dict[str, object]]:
    """Return one link for each system or rental and workload, largest first.

    What stands already works too. A workload that the reference cannot run has no common measure
    and is left out.
    """
    owners = (*problem.axes.systems, *problem.axes.rentals)
    done = np.concatenate(reference_quarters(problem, plan, reference))
    links = [
        (float(done[owner, w]), name, workload)
        for owner, name in enumerate(owners)
        for w, workload in enumerate(problem.axes.workloads)
        if np.isfinite(done[owner, w]) and done[owner, w] >= QUARTERS_MIN
    ]
    return [
        {"from": name, "to": workload, "chip_quarters": _figure(value, reference, inputs)}
        for value, name, workload in sorted(links, key=lambda link: -link[0])
    ]


def _figure(value: float, reference: str, inputs: Sequence[Figure]) -> Figure:
    formula = f"expected chip-quarters at work x rate / rate of a healthy {reference}"
    return Figure(value, "chip-quarter", formula, tuple(inputs), (PLANNER,))


def reference_quarters(
    problem: Problem, plan: Plan, reference: str
) -> tuple[FloatArray, FloatArray]:
    """Return the work of systems ``(K, W)`` and of rentals ``(C, W)`` in reference quarters.

    NaN in the columns of workloads that the reference cannot run.
    """
    rate = problem.work.rate[problem.axes.systems.index(reference)]
    unit = np.where(rate > 0.0, rate, np.nan)
    chance = problem.tree.probability
    assigned = plan.assigned + plan.assigned_at.sum(axis=2)
    bought = np.tensordot(chance, assigned.clip(min=0.0), axes=(0, 0)) * problem.work.rate / unit
    rented = np.tensordot(chance, plan.rented.clip(min=0.0), axes=(0, 0))
    return bought, rented * problem.rental.rate / unit
