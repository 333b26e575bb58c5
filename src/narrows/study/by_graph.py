"""Let the policy graph decide the first orders of a study; the tree explains them.

The tree plans as well, with the same portings begun: its own first orders stand beside the graph's
and are valued by it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.planning import (
    FirstQuarter,
    MeanCost,
    Measure,
    MipLimits,
    NoPlanError,
    Plan,
    Policy,
    PolicyGraph,
    Problem,
    Replay,
    SolverError,
    TrainOptions,
    bound_with_orders,
    first_orders,
    mean_cost,
    replay,
    replay_whole,
    sample_futures,
    solve_given,
    train,
    weighed_mean,
)
from narrows.study.bridge.graph import Refused
from narrows.study.bridge.outlook import SEED

FloatArray = npt.NDArray[np.float64]

WALKS = 54
"""The bound of the packaged studies then lies within about a percent of what the policy costs, and
`h200` still answers in fifteen CPU seconds."""
TRAINING = TrainOptions(iterations=WALKS, guided_every=0, explore=0.3, stall=0.0, seed=SEED)
PATHS = 100
"""The mean cost is then known to about half a percent; each takes four CPU milliseconds."""
WHOLE_PATHS = 2
"""Whole lots are compared on the same futures, so few suffice for the tenth of a percent."""


@dataclass(frozen=True, kw_only=True)
class ByGraph:
    """What the policy graph says of a study.

    Attributes
    ----------
    cost
        What the simulated policy costs on average.
    weighed
        The same as the study's risk weighs it; ``None`` where risk is nested, which single futures
        do not show.
    whole_loss
        What whole lots in every quarter add to the mean cost, as a share of it; ``None`` where that
        is not positive.
    tree
        The tree's own plan, with the same portings in the first quarter.
    with_tree_orders
        The bound if the first orders are the tree's; ``None`` where the graph has no room for them.
    """

    policy: Policy
    replayed: Replay
    cost: MeanCost
    weighed: MeanCost | None
    whole_loss: float | None
    tree: Plan
    with_tree_orders: float | None

    @property
    def graph(self) -> PolicyGraph:
        """The graph."""
        return self.policy.graph

    @property
    def gap(self) -> float | None:
        """Upper 95 % limit of the policy's weighed cost over the bound, less one.

        ``None`` where risk is nested, or the bound is not positive.
        """
        if self.weighed is None or self.policy.bound <= 0.0:
            return None
        return self.weighed.upper / self.policy.bound - 1.0


@dataclass(frozen=True, slots=True)
class Decided:
    """The plan whose first quarter is the graph's, and what the graph says."""

    plan: Plan
    by: ByGraph


def decide_by_graph(problem: Problem, graph: PolicyGraph, limits: MipLimits) -> Decided | Refused:
    """Return the graph's first orders as a plan of the tree, whose rules and prices explain them.

    Raises
    ------
    SolverError
        The tree's search found no whole lots within the limits.
    """
    policy = train(graph, TRAINING)
    started = np.zeros_like(graph.porting.done)
    if graph.porting_start is not None:
        started = (graph.porting_start == 0) & ~graph.porting.done
    lots = first_orders(policy)
    try:
        held = solve_given(problem, FirstQuarter(started=started, lots=lots), limits=limits)
        tree = solve_given(problem, FirstQuarter(started=started), limits=limits, start=held.basis)
    except NoPlanError:
        return Refused("explained", "the tree has no plan with the first quarter of the graph")
    return Decided(held, _asked(policy, tree))


def _asked(policy: Policy, tree: Plan) -> ByGraph:
    risk, futures = policy.graph.risk, sample_futures(policy.graph, PATHS, seed=SEED)
    replayed = replay(policy, futures)
    whole = replay_whole(policy, futures.some(slice(WHOLE_PATHS)))
    nested = risk.weight > 0.0 and risk.measure is Measure.NESTED
    return ByGraph(
        policy=policy,
        replayed=replayed,
        cost=mean_cost(policy.graph, replayed),
        weighed=None if nested else weighed_mean(policy, replayed),
        whole_loss=_loss(whole, replayed),
        tree=tree,
        with_tree_orders=_with_orders(policy, tree.orders[0]),
    )


LOSS_DIGITS = 9
"""A loss below a billionth is the solver's rounding."""


def _loss(whole: Replay, relaxed: Replay) -> float | None:
    mean = float(relaxed.total[:WHOLE_PATHS].mean())
    return None if mean <= 0.0 else round(whole.mean / mean - 1.0, LOSS_DIGITS) + 0.0


def _with_orders(policy: Policy, lots: FloatArray) -> float | None:
    try:
        return bound_with_orders(policy, lots)
    except SolverError:
        return None
