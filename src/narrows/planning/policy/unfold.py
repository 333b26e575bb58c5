"""The same graph as a full tree: the extensive form, for small graphs and for checking."""

from __future__ import annotations

import numpy as np

from narrows.planning.arrays import IntArray
from narrows.planning.errors import fault
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.on_tree import on_tree
from narrows.planning.problem import Problem
from narrows.planning.tree import Tree

NODES_MAX = 5000
"""A larger extensive form takes longer than the policy graph that it would check."""


def unfold(graph: PolicyGraph) -> Problem:
    """Return the tree of all futures of a graph.

    Raises
    ------
    ProblemError
        The tree would have more than :data:`NODES_MAX` nodes.
    """
    if graph.porting_start is not None:
        raise fault("porting_start", "a given plan does not unfold", "leave porting to the tree")
    tree, shock = _grow(graph)
    return on_tree(graph, tree, shock, risk=graph.risk)


def _grow(graph: PolicyGraph) -> tuple[Tree, IntArray]:
    """Return the tree, and for each node its shock."""
    layers = [[(-1, 1.0, graph.start, 0)]]
    offset = 0
    for t in range(1, graph.n_stages):
        layer = [
            (offset + place, chance * float(step * p), regime, shock)
            for place, (_, chance, old, _) in enumerate(layers[-1])
            for regime, step in enumerate(graph.transition[t - 1, old])
            for shock, p in enumerate(graph.shocks.probability)
            if step * p > 0.0
        ]
        offset += len(layers[-1])
        layers.append(layer)
        if offset + len(layer) > NODES_MAX:
            raise fault("graph", f"unfolds to more than {NODES_MAX} nodes", "take fewer quarters")
    nodes = [(t, *node) for t, layer in enumerate(layers) for node in layer]
    stage, parent, chance, regime, shock = (np.array(part) for part in zip(*nodes, strict=True))
    tree = Tree(
        parent=parent,
        stage=stage,
        probability=chance,
        belief=np.eye(len(graph.regimes))[regime],
        regimes=graph.regimes,
    )
    return tree, shock
