"""One quarter and regime of a graph as a problem of one node, so that the blocks apply to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from narrows.planning.node_values import node_values
from narrows.planning.parts import Risk
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.problem import Problem
from narrows.planning.tree import Tree


def view_of(graph: PolicyGraph, quarter: int, regime: int) -> Problem:
    """Return the problem of one node; what the state carries is empty in it."""
    node, t = slice(graph.at(quarter, regime), graph.at(quarter, regime) + 1), quarter
    here = slice(t, t + 1)
    parts, offers = node_values(graph, lambda values: values[node]), graph.offers
    left = graph.n_stages - 1 - t
    return Problem(
        tree=_one_node(graph, regime),
        axes=replace(graph.axes, quarters=(graph.axes.quarters[t],)),
        offers=replace(
            parts.offers,
            hold_until=np.where(t < offers.hold_until, 1, 0).astype(np.int64),
            end_value=offers.end_value[:, here] * graph.risk.discount**left,
            booked=offers.booked[:, :, here],
            booked_value=None,
        ),
        fleet=replace(
            graph.fleet,
            operating=graph.fleet.operating[:, here],
            installed=np.zeros_like(graph.fleet.installed),
        ),
        sites=replace(
            graph.sites,
            power_kw=graph.sites.power_kw[:, here],
            floor=graph.sites.floor[:, here],
            energy_price=graph.sites.energy_price[:, here],
        ),
        work=replace(parts.work, unmet_price=graph.work.unmet_price[:, here]),
        rental=parts.rental,
        porting=replace(graph.porting, done=graph.ported_by(quarter)),
        caps=parts.caps,
        shares=parts.shares,
        budget=None,
        risk=Risk(discount=graph.risk.discount),
    )


def _one_node(graph: PolicyGraph, regime: int) -> Tree:
    belief = np.zeros((1, len(graph.regimes)))
    belief[0, regime] = 1.0
    return Tree(
        parent=np.array([-1]),
        stage=np.array([0]),
        probability=np.ones(1),
        belief=belief,
        regimes=graph.regimes,
    )
