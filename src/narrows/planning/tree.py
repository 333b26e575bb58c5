"""The scenario tree: what is known when, and how likely.

A node is a quarter together with everything seen until then, so a decision that lives on a node
cannot use what is seen later (non-anticipativity is built in).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np

from narrows.planning.arrays import BoolArray, FloatArray, IntArray
from narrows.planning.errors import fault

NO_NODE = -1
"""Stands where a node would be: the parent of the root, an ancestor before the first quarter."""
PROBABILITY_TOLERANCE = 1e-9
"""Sums of probabilities are exact up to the rounding of a few hundred additions."""

NODES_MAX = 20_000
"""Fifty thousand columns a thousand nodes: beyond this a tree has no plan within an hour."""

_Child: TypeAlias = tuple[float, FloatArray]


@dataclass(frozen=True, kw_only=True, eq=False)
class Tree:
    """Nodes in order of quarter, the root first.

    Attributes
    ----------
    parent
        Shape ``(N,)``; ``-1`` for the root, otherwise smaller than the node's own index.
    stage
        Shape ``(N,)``; the quarter of the node, 0 for the root. All leaves are in the last quarter.
    probability
        Shape ``(N,)``; unconditional, so the nodes of each quarter sum to one.
    belief
        Shape ``(N, R)``; the distribution over regimes at the node. A row with a single one says
        that the regime is seen; other rows are mixtures that the tree does not tell apart.
    regimes
        The names of the R regimes.

    Raises
    ------
    ProblemError
        The arrays do not describe a tree.
    """

    parent: IntArray
    stage: IntArray
    probability: FloatArray
    belief: FloatArray
    regimes: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_shapes(self)
        _check_order(self)
        _check_probabilities(self)

    @property
    def n_nodes(self) -> int:
        """The number of nodes, N."""
        return len(self.parent)

    @property
    def n_stages(self) -> int:
        """The number of quarters, T."""
        return int(self.stage[-1]) + 1

    @property
    def leaves(self) -> IntArray:
        """The nodes of the last quarter."""
        return self.at_stage(self.n_stages - 1)

    def at_stage(self, stage: int) -> IntArray:
        """Return the nodes of one quarter."""
        return np.flatnonzero(self.stage == stage).astype(np.int64)

    @cached_property
    def ancestors(self) -> IntArray:
        """Shape ``(T, N)``: the ancestor ``j`` quarters back, ``-1`` where there is none."""
        rows = [np.arange(self.n_nodes, dtype=np.int64)]
        for _ in range(1, self.n_stages):
            last = rows[-1]
            rows.append(np.where(last == NO_NODE, NO_NODE, self.parent[last]))
        line: IntArray = np.stack(rows)
        return line

    @cached_property
    def regime(self) -> IntArray:
        """Shape ``(N,)``: the most likely regime of each node, the first on a tie."""
        likeliest: IntArray = np.argmax(self.belief, axis=1).astype(np.int64)
        return likeliest

    def path(self, node: int) -> IntArray:
        """Return the nodes from the root to ``node``."""
        line: IntArray = self.ancestors[: int(self.stage[node]) + 1, node]
        return line[::-1].copy()

    def below(self, node: int) -> BoolArray:
        """Return a mask of the nodes at and after ``node``."""
        mask = np.zeros(self.n_nodes, dtype=np.bool_)
        mask[node] = True
        for child in range(node + 1, self.n_nodes):
            mask[child] = mask[self.parent[child]]
        return mask

    def expected(self, by_regime: FloatArray) -> FloatArray:
        """Return the node values, shape ``(N, ...)``, of a quantity of shape ``(R, ...)``."""
        return np.tensordot(self.belief, by_regime, axes=(1, 0))

    def reweighted(self, leaf_probability: FloatArray) -> Tree:
        """Return the same tree with other probabilities of its leaves, shape ``(leaves,)``."""
        probability = np.zeros(self.n_nodes)
        probability[self.leaves] = leaf_probability
        for node in range(self.n_nodes - 1, 0, -1):
            probability[self.parent[node]] += probability[node]
        return replace(self, probability=probability)


def tree_from_chain(
    matrices: Sequence[FloatArray] | FloatArray,
    start: FloatArray,
    *,
    branching: Mapping[int, int],
    regimes: Sequence[str] | None = None,
    signals: Mapping[int, BoolArray] | None = None,
) -> Tree:
    """Return the tree of a regime chain that is looked at in a few quarters only.

    Between branchings the belief of a node moves with the chain. At a branching of ``m`` children
    the ``m - 1`` likeliest regimes become nodes of their own and the rest share one node that
    keeps their mixture: regimes are merged, never dropped, so in every quarter the tree's
    distribution over regimes is exactly the chain's.

    Parameters
    ----------
    matrices
        Shape ``(T - 1, R, R)``; row-stochastic transition of each quarter.
    start
        Shape ``(R,)``; distribution over regimes in the first quarter.
    branching
        Quarter to number of children, e.g. ``{1: 3, 3: 3, 6: 3}`` for 27 leaves.
    signals
        Quarter to a mask of regimes, shape ``(R,)``: it is then seen whether the regime is one of
        them, and nothing else of it.

    Raises
    ------
    ProblemError
        A matrix is not row-stochastic, a branching or signal lies outside the quarters, or the tree
        would have more than :data:`NODES_MAX` nodes.
    """
    steps = np.asarray(matrices, dtype=np.float64)
    first = np.asarray(start, dtype=np.float64)
    told = {} if signals is None else signals
    _check_chain(steps, first, branching)
    _check_signals(len(steps), len(first), branching, told)
    layers = [[(NO_NODE, 1.0, first)]]
    offset = 0
    for quarter, step in enumerate(steps, start=1):
        layers.append(
            [
                (offset + place, probability * weight, belief)
                for place, (_, probability, old) in enumerate(layers[-1])
                for weight, belief in _seen(
                    old @ step, branching.get(quarter, 1), told.get(quarter)
                )
            ]
        )
        offset += len(layers[-2])
        if offset + len(layers[-1]) > NODES_MAX:
            raise fault("branching", f"gives more than {NODES_MAX} nodes", "branch less often")
    return _assemble(layers, tuple(regimes or (f"regime {i}" for i in range(len(first)))))


def _assemble(layers: list[list[tuple[int, float, FloatArray]]], regimes: tuple[str, ...]) -> Tree:
    nodes = [(stage, *node) for stage, layer in enumerate(layers) for node in layer]
    return Tree(
        parent=np.array([parent for _, parent, _, _ in nodes], dtype=np.int64),
        stage=np.array([stage for stage, _, _, _ in nodes], dtype=np.int64),
        probability=np.array([probability for _, _, probability, _ in nodes]),
        belief=np.stack([belief for _, _, _, belief in nodes]),
        regimes=regimes,
    )


def _seen(belief: FloatArray, count: int, signal: BoolArray | None) -> list[_Child]:
    """Split a belief by a signal where one comes, else into the likeliest regimes."""
    if signal is None:
        return _children(belief, count)
    parts = [np.where(signal, belief, 0.0), np.where(signal, 0.0, belief)]
    masses = [float(part.sum()) for part in parts]
    return [(mass, part / mass) for mass, part in zip(masses, parts, strict=True) if mass > 0.0]


def _children(belief: FloatArray, count: int) -> list[_Child]:
    """Split a belief into at most ``count`` beliefs with weights; see :func:`tree_from_chain`."""
    possible = np.flatnonzero(belief > 0.0)
    if count == 1 or len(possible) == 1:
        return [(1.0, belief)]
    if len(possible) <= count:
        return [_pure(belief, int(regime)) for regime in possible]
    by_weight = possible[np.argsort(-belief[possible], kind="stable")]
    kept = np.sort(by_weight[: count - 1])
    rest = belief.copy()
    rest[kept] = 0.0
    mass = float(rest.sum())
    return [*(_pure(belief, int(regime)) for regime in kept), (mass, rest / mass)]


def _pure(belief: FloatArray, regime: int) -> _Child:
    seen = np.zeros_like(belief)
    seen[regime] = 1.0
    return float(belief[regime]), seen


def single_path(tree: Tree) -> Tree:
    """Return the one-node-a-quarter tree whose beliefs are the means of ``tree``'s."""
    stages = range(tree.n_stages)
    nodes = [tree.at_stage(stage) for stage in stages]
    belief = np.stack([tree.probability[n] @ tree.belief[n] for n in nodes])
    return Tree(
        parent=np.arange(-1, tree.n_stages - 1, dtype=np.int64),
        stage=np.arange(tree.n_stages, dtype=np.int64),
        probability=np.ones(tree.n_stages),
        belief=belief,
        regimes=tree.regimes,
    )


def _check_shapes(tree: Tree) -> None:
    n = len(tree.parent)
    expected = {"stage": (n,), "probability": (n,), "belief": (n, len(tree.regimes))}
    for name, shape in expected.items():
        found = np.shape(getattr(tree, name))
        if found != shape:
            raise fault(f"tree.{name}", f"shape {found} is not {shape}", "give one row a node")


def _check_order(tree: Tree) -> None:
    inner = np.arange(1, tree.n_nodes)
    parent = tree.parent[1:]
    if tree.n_nodes == 0 or tree.parent[0] != NO_NODE or tree.stage[0] != 0:
        raise fault("tree.parent", "the first node is not the root", "put parent -1, stage 0 first")
    if np.any(parent < 0) or np.any(parent >= inner):
        raise fault("tree.parent", "a node precedes its parent", "order nodes by quarter")
    if np.any(tree.stage[1:] != tree.stage[parent] + 1) or np.any(np.diff(tree.stage) < 0):
        raise fault("tree.stage", "a node is not one quarter after its parent", "order by quarter")
    childless = np.setdiff1d(np.arange(tree.n_nodes), parent)
    if np.any(tree.stage[childless] != tree.stage[-1]):
        raise fault("tree.parent", "a branch ends early", "carry every branch to the last quarter")


def _check_probabilities(tree: Tree) -> None:
    if np.any(tree.probability < 0.0) or not np.all(np.isfinite(tree.probability)):
        raise fault("tree.probability", "a probability is negative or not finite", "correct it")
    from_children = np.zeros(tree.n_nodes)
    np.add.at(from_children, tree.parent[1:], tree.probability[1:])
    inner = tree.stage < tree.stage[-1]
    gap = np.abs(from_children - tree.probability)[inner]
    root_gap = abs(float(tree.probability[0]) - 1.0)
    if max(root_gap, float(gap.max(initial=0.0))) > PROBABILITY_TOLERANCE:
        raise fault("tree.probability", "children do not add up to their parent", "normalise them")
    if np.any(np.abs(tree.belief.sum(axis=1) - 1.0) > PROBABILITY_TOLERANCE):
        raise fault("tree.belief", "a belief does not sum to one", "normalise it")


def _check_signals(
    steps: int, regimes: int, branching: Mapping[int, int], signals: Mapping[int, BoolArray]
) -> None:
    for quarter, mask in signals.items():
        if not 1 <= quarter <= steps or quarter in branching:
            mend = f"let it come in quarters 1 to {steps} in which the tree does not branch"
            raise fault("signals", "impossible signal", mend, quarter)
        if np.shape(mask) != (regimes,):
            raise fault("signals", "is no mask of regimes", f"give shape ({regimes},)", quarter)


def _check_chain(steps: FloatArray, start: FloatArray, branching: Mapping[int, int]) -> None:
    regimes = len(start)
    if steps.ndim != 3 or steps.shape[1:] != (regimes, regimes):
        mend = f"give (quarters - 1, {regimes}, {regimes})"
        raise fault("matrices", f"shape {steps.shape} does not fit", mend)
    rows = np.concatenate([steps.reshape(-1, regimes), start[None]])
    if np.any(rows < 0.0) or np.any(np.abs(rows.sum(axis=1) - 1.0) > PROBABILITY_TOLERANCE):
        raise fault("matrices", "a row is not a distribution", "make each row sum to one")
    for quarter, count in branching.items():
        if not 1 <= quarter <= len(steps) or count < 1:
            mend = f"branch in quarters 1 to {len(steps)}, into at least one child"
            raise fault("branching", "impossible branching", mend, (quarter, count))
