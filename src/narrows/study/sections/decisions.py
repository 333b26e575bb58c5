"""The tree of decisions: which regime may be seen when, and what is then ordered."""

from __future__ import annotations

import numpy as np

from narrows.core import Figure
from narrows.planning import Plan, Problem
from narrows.study.sources import PLANNER

LEVELS = 3
"""The first quarter and the two branchings after it: more leaves are not read."""
CHIPS_MIN = 0.5
"""Less than half a chip is the solver's rounding."""


def decisions_section(problem: Problem, plan: Plan) -> list[dict[str, object]]:
    """Return the nodes of the first quarter and of the next branchings, parents first."""
    stages = branching_stages(problem)
    nodes = [int(node) for stage in stages for node in problem.tree.at_stage(stage)]
    return [_node(problem, plan, node, stages) for node in nodes]


def branching_stages(problem: Problem) -> list[int]:
    """Return the first quarter and the next ones in which the tree has more nodes than before."""
    tree = problem.tree
    counts = [len(tree.at_stage(stage)) for stage in range(tree.n_stages)]
    grows = [stage for stage in range(1, tree.n_stages) if counts[stage] > counts[stage - 1]]
    return [0, *grows[: LEVELS - 1]]


def _node(problem: Problem, plan: Plan, node: int, stages: list[int]) -> dict[str, object]:
    tree = problem.tree
    stage = int(tree.stage[node])
    shown = [at for at in stages if at < stage]
    above = int(tree.ancestors[stage - shown[-1], node]) if shown else None
    return {
        "node": f"n{node}",
        "above": None if above is None else f"n{above}",
        "quarter": problem.axes.quarters[stage],
        # At the root the regime is a belief, not yet seen.
        "regime": tree.regimes[int(tree.regime[node])] if shown else None,
        "chance": Figure(
            float(tree.probability[node]), "1", "chance of reaching this node", sources=(PLANNER,)
        ),
        "orders": _orders(problem, plan, node),
    }


def _orders(problem: Problem, plan: Plan, node: int) -> list[dict[str, object]]:
    """Return what is ordered in the node's own quarter, dearest first."""
    chips = plan.orders[node].sum(axis=1) * problem.offers.lot
    money = chips * problem.offers.price[node]
    return [
        {
            "system": problem.axes.systems[k],
            "chips": Figure(
                float(np.round(chips[k])), "chip", "lots ordered at this node x chips a lot",
                sources=(PLANNER,),
            ),
        }
        for k in np.argsort(-money, kind="stable")
        if chips[k] > CHIPS_MIN
    ]  # fmt: skip
