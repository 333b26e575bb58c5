"""A graph's quarters and regimes laid on the nodes of a tree: the one mapping between the two."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from narrows.planning.arrays import IntArray
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
    offers, work, rental, shocks = graph.offers, graph.work, graph.rental, graph.shocks
    demand = np.where(later[:, None], shocks.demand[shock], 1.0)
    supply = np.where(later[:, None], shocks.supply[shock], 1.0)
    quota = np.where(later, shocks.quota[shock], 1.0)
    return Problem(
        tree=tree,
        axes=graph.axes,
        offers=replace(
            offers,
            price=offers.price[lattice],
            duty=offers.duty[lattice],
            may_order=offers.may_order[lattice],
            may_deliver=offers.may_deliver[lattice],
            supply=offers.supply[lattice] * supply,
        ),
        fleet=graph.fleet,
        sites=graph.sites,
        work=replace(work, demand=work.demand[lattice] * demand, unmet_max=work.unmet_max[lattice]),
        rental=replace(
            rental,
            price=rental.price[lattice],
            ceiling=rental.ceiling[lattice],
            allowed=rental.allowed[lattice],
        ),
        porting=graph.porting,
        caps=tuple(replace(cap, quota=cap.quota[lattice] * quota) for cap in graph.caps),
        shares=tuple(
            replace(share, share=share.share[lattice], weight=share.weight[lattice])
            for share in graph.shares
        ),
        budget=graph.budget,
        risk=risk,
    )
