"""Portings are decided first, as whole numbers on the mean future, and then given to the policy.

A relaxed porting serves as much work as it costs, so a graph that decides portings has a loose
bound and learns slowly. There are few sensible porting plans: choose one here, or try several.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.lp import MipLimits, Programme, Status
from narrows.planning.matrix import build_matrix
from narrows.planning.node_values import node_values
from narrows.planning.parts import Risk
from narrows.planning.policy.graph import NEVER, PolicyGraph
from narrows.planning.problem import Problem
from narrows.planning.solve import NoPlanError
from narrows.planning.tree import Tree

TIGHT = MipLimits(gap=3e-3)
"""A porting plan that is worse by a percent stays so in every future; the last tenth of a percent
costs ten times the search."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PortingPlan:
    """Whole portings on the mean future, lots relaxed.

    Attributes
    ----------
    start
        ``(Q, W)`` quarter of each porting, :data:`NEVER` where there is none.
    loss
        What whole portings add to the cost of the mean future.
    """

    start: IntArray
    loss: float


def with_porting_plan(graph: PolicyGraph, limits: MipLimits | None = None) -> PolicyGraph:
    """Return the graph with :func:`plan_portings` given to it."""
    return replace(graph, porting_start=plan_portings(graph, limits).start)


def plan_portings(graph: PolicyGraph, limits: MipLimits | None = None) -> PortingPlan:
    """Return the portings that are best on the mean future.

    Raises
    ------
    NoPlanError, SolverError
        The mean future has no plan, or none within the limits.
    """
    model = build_matrix(mean_future(graph))
    started = model.variables.started
    whole = np.zeros_like(model.whole)
    whole[started.column] = True
    programme = Programme(replace(model, whole=whole))
    relaxed = programme.solve()
    found = programme.solve_whole(limits or TIGHT)
    if found.status is Status.INFEASIBLE:
        raise NoPlanError
    begins = started.at(found.value) > 0.5
    start: IntArray = np.where(begins.any(axis=0), begins.argmax(axis=0), NEVER)
    return PortingPlan(start=start, loss=found.objective / relaxed.objective - 1.0)


def regime_chances(graph: PolicyGraph) -> FloatArray:
    """Return the distribution over regimes in each quarter, ``(T, R)``."""
    first = np.zeros(len(graph.regimes))
    first[graph.start] = 1.0
    chances = [first]
    for step in graph.transition:
        chances.append(chances[-1] @ step)
    return np.stack(chances)


def mean_future(graph: PolicyGraph) -> Problem:
    """Return the problem of one path on which everything is at its mean."""
    chances = regime_chances(graph)
    shocks = graph.shocks

    def mean(values: FloatArray) -> FloatArray:
        by_quarter = values.reshape(*chances.shape, *values.shape[1:])
        return np.asarray(np.einsum("tr,tr...->t...", chances, by_quarter))

    parts = node_values(graph, mean)
    later = (np.arange(graph.n_stages) > 0)[:, None]  # the first quarter has no shock
    supply = np.where(later, shocks.probability @ shocks.supply, 1.0)
    demand = np.where(later, shocks.probability @ shocks.demand, 1.0)
    quota = np.where(later[:, 0], shocks.probability @ shocks.quota, 1.0)
    return Problem(
        tree=Tree(
            parent=np.arange(-1, graph.n_stages - 1, dtype=np.int64),
            stage=np.arange(graph.n_stages, dtype=np.int64),
            probability=np.ones(graph.n_stages),
            belief=chances,
            regimes=graph.regimes,
        ),
        axes=graph.axes,
        offers=replace(parts.offers, supply=parts.offers.supply * supply),
        fleet=graph.fleet,
        sites=graph.sites,
        work=replace(parts.work, demand=parts.work.demand * demand),
        rental=parts.rental,
        porting=graph.porting,
        caps=tuple(replace(cap, quota=cap.quota * quota) for cap in parts.caps),
        shares=parts.shares,
        budget=graph.budget,
        risk=Risk(discount=graph.risk.discount),
        here_and_now=graph.n_stages,
    )
