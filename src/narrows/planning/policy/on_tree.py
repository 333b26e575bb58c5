"""A graph's quarters and regimes laid on the nodes of a tree: the one mapping between the two."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from narrows.planning.arrays import IntArray
from narrows.planning.node_values import node_values
from narrows.planning.parts import Risk
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.problem import Problem
from narrows.planning.tree import Tree


def on_tree(graph: PolicyGraph, tree: Tree, shock: IntArray, *, risk: Risk) -> Problem:
    """Return the graph's problem on a tree whose nodes each stand in one regime.

    Parameters
    ----------
    shock
        ``(N,)`` index of each node's shock; without effect in the first quarter.
    """
    lattice = tree.stage * len(graph.regimes) + tree.regime
    later = tree.stage > 0
    parts, shocks = node_values(graph, lambda values: values[lattice]), graph.shocks
    demand = np.where(later[:, None], shocks.demand[shock], 1.0)
    supply = np.where(later[:, None], shocks.supply[shock], 1.0)
    quota = np.where(later, shocks.quota[shock], 1.0)
    return Problem(
        tree=tree,
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
        risk=risk,
    )
