"""What waiting costs: no import is ordered until some quarter, and all is planned anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from narrows.core import Figure
from narrows.planning import NoPlanError, Plan, Problem, relative_change, relax
from narrows.study.sources import PLANNER

BoolArray = npt.NDArray[np.bool_]
QUARTERS = (0, 1, 2, 3, 4)
"""A year: whoever waits longer has another question."""


def waiting_section(problem: Problem, imports: BoolArray, *, base: Plan) -> list[dict[str, object]]:
    """Return the cost of ordering no import in the first quarters, over that of the plan.

    Whoever may order may also wait, so that no change is negative; the tree is seen as the plan
    sees it.

    Parameters
    ----------
    imports
        Shape ``(K,)``; the systems that wait.
    base
        The relaxed plan of the problem, which waits for nothing.
    """
    entries, start = [_entry(0, base.objective, base.objective)], base.basis
    for quarters in QUARTERS[1 : problem.tree.n_stages]:
        try:
            plan = relax(wait(problem, imports, quarters), start)
        except NoPlanError:
            break
        start = plan.basis
        entries.append(_entry(quarters, plan.objective, base.objective))
    return entries


def wait(problem: Problem, imports: BoolArray, quarters: int) -> Problem:
    """Return the problem in which no import may be ordered before a quarter."""
    early = (problem.tree.stage < quarters)[:, None] & imports[None]
    allowed = np.where(early, 0.0, problem.offers.may_order)
    return replace(problem, offers=replace(problem.offers, may_order=allowed))


def _entry(quarters: int, cost: float, base: float) -> dict[str, object]:
    change = relative_change(cost, base)
    formula = "cost with no import before this quarter / cost - 1, whole numbers relaxed"
    return {
        "quarters": Figure(quarters, "quarter", "asked about", sources=(PLANNER,)),
        "cost_cny": Figure(cost, "CNY", "least cost over the tree", sources=(PLANNER,)),
        # Nothing is cheaper than the optimum with a choice more; less is the solver's rounding.
        "change": Figure(
            None if change is None else max(change, 0.0), "1", formula, sources=(PLANNER,)
        ),
    }
