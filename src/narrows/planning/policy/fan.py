"""Sampled futures side by side: what a planner sees that decides before anything is known.

Every future is a path of its own from the first quarter on. One more path, of no weight, has every
gate open: what is committed must fit the sites and the budget if all of it comes. Caps and shares
hold on that path only, with the means of what the law may release or ask; a list fixed in advance
cannot follow a release that differs from future to future.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.planning.arrays import BoolArray, FloatArray, IntArray
from narrows.planning.parts import Risk
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.on_tree import on_tree
from narrows.planning.policy.porting_plan import regime_chances
from narrows.planning.policy.simulate import Futures
from narrows.planning.problem import Problem
from narrows.planning.tree import Tree

AMPLE = 1e9
"""Chips that no cap of a sampled path withholds: there the list is placed, not decided."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Fan:
    """Futures as a problem, and its paths.

    Attributes
    ----------
    problem
        Root first, then the nodes quarter by quarter; within a quarter the sampled futures in
        order, the open path last.
    paths
        ``(P + 1, T)`` nodes.
    """

    problem: Problem
    paths: IntArray

    @property
    def open_path(self) -> IntArray:
        """``(T,)`` nodes of the path on which everything passes."""
        path: IntArray = self.paths[-1]
        return path


def fan(graph: PolicyGraph, futures: Futures) -> Fan:
    """Return sampled futures, equally likely, as one problem."""
    stages, count = graph.n_stages, len(futures.regimes)
    width = count + 1
    quarter = np.concatenate([[0], np.repeat(np.arange(1, stages), width)])
    place = np.concatenate([[count], np.tile(np.arange(width), stages - 1)])
    regime = np.vstack([futures.regimes, np.full(stages, len(graph.regimes) - 1)])[place, quarter]
    regime[0] = graph.start
    shock = np.vstack([futures.shocks, np.zeros(stages, dtype=np.int64)])[place, quarter]
    is_open = place == count
    return Fan(
        problem=_problem(graph, _tree(graph, quarter, is_open, regime), shock, is_open),
        paths=_paths(stages, width),
    )


def _paths(stages: int, width: int) -> IntArray:
    nodes: IntArray = np.arange(1, (stages - 1) * width + 1, dtype=np.int64)
    nodes = nodes.reshape(stages - 1, width).T
    paths: IntArray = np.hstack([np.zeros((width, 1), dtype=np.int64), nodes])
    return paths


def _tree(graph: PolicyGraph, quarter: IntArray, is_open: BoolArray, regime: IntArray) -> Tree:
    width = (len(quarter) - 1) // (graph.n_stages - 1)
    parent = np.maximum(np.arange(len(quarter)) - width, 0)
    parent[0] = -1
    probability = np.where(is_open, 0.0, 1.0 / (width - 1))
    probability[0] = 1.0
    return Tree(
        parent=parent,
        stage=quarter,
        probability=probability,
        belief=np.eye(len(graph.regimes))[regime],
        regimes=graph.regimes,
    )


def _problem(graph: PolicyGraph, tree: Tree, shock: IntArray, is_open: BoolArray) -> Problem:
    """Return the futures as they are, but for what a list fixed in advance cannot follow."""
    plain = on_tree(graph, tree, shock, risk=Risk(discount=graph.risk.discount))
    offers, shocks, later = plain.offers, graph.shocks, tree.stage > 0
    supply, quota = shocks.probability @ shocks.supply, float(shocks.probability @ shocks.quota)
    opened = (is_open & later)[:, None]

    def mean(values: FloatArray) -> FloatArray:
        return quarterly_mean(graph, values)[tree.stage]

    return replace(
        plain,
        offers=replace(
            offers,
            price=np.where(opened, dearest(graph)[tree.stage], offers.price),
            may_order=np.where(opened, 1.0, offers.may_order),
            may_deliver=np.where(opened, 1.0, offers.may_deliver),
            supply=mean(graph.offers.supply) * np.where(later[:, None], supply, 1.0),
        ),
        caps=tuple(
            replace(
                cap,
                quota=np.where(is_open, mean(cap.quota) * np.where(later, quota, 1.0), AMPLE),
            )
            for cap in graph.caps
        ),
        shares=tuple(
            replace(share, share=np.where(is_open, mean(wanted.share), 0.0))
            for share, wanted in zip(plain.shares, graph.shares, strict=True)
        ),
    )


def quarterly_mean(graph: PolicyGraph, values: FloatArray) -> FloatArray:
    """Return the mean over regimes in each quarter, ``(T, ...)``, of values ``(N, ...)``."""
    chances = regime_chances(graph)
    by_quarter = values.reshape(*chances.shape, *values.shape[1:])
    return np.asarray(np.einsum("tr,tr...->t...", chances, by_quarter))


def dearest(graph: PolicyGraph) -> FloatArray:
    """Return the highest price of each quarter, ``(T, K)``: a commitment must be payable at it."""
    by_regime = graph.offers.price.reshape(graph.n_stages, len(graph.regimes), -1)
    return np.asarray(by_regime.max(axis=1))
