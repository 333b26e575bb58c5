"""A scenario tree over merged regimes, as plain arrays for the planner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from narrows.futures.regime_chain import RegimeChain
from narrows.futures.states import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class RegimeTree:
    """Nodes in order of stage; arrays of length ``nodes``.

    Attributes
    ----------
    parent
        Index of the parent, -1 at the root.
    stage
        Quarter of the node, 0 at the root.
    probability
        Unconditional; sums to one at each stage.
    regime
        Index into ``names``.
    moved_probability
        Probability that was moved from regimes left out to the nearest kept one.
    """

    parent: IntArray
    stage: IntArray
    probability: FloatArray
    regime: IntArray
    names: tuple[str, ...]
    moved_probability: float


def regime_tree(
    chain: RegimeChain, *, quarters: int, branch_at: Sequence[int], width: int
) -> RegimeTree:
    """Return a tree of ``quarters`` stages that branches into ``width`` regimes at given stages.

    Between two branchings the regime stays. The root takes the likeliest regime of today. The
    probability of a regime that is left out goes to the nearest kept one in the scheme's order,
    and its sum is reported.

    Raises
    ------
    ValueError
        ``branch_at`` is not increasing within 1..quarters-1, or ``width`` is below 1.
    """
    if list(branch_at) != sorted(set(branch_at)) or not set(branch_at) <= set(range(1, quarters)):
        msg = f"branch_at must increase within 1..{quarters - 1}: {branch_at}"
        raise ValueError(msg)
    if width < 1:
        msg = f"width must be at least 1: {width}"
        raise ValueError(msg)
    growth = _Growth(chain)
    before = 0
    for stage in range(1, quarters):
        if stage in branch_at:
            growth.branch(stage, _between(chain, before, stage), width)
            before = stage
        else:
            growth.extend(stage)
    return growth.tree()


def _between(chain: RegimeChain, first: int, last: int) -> FloatArray:
    """Return the matrix from one stage to a later one."""
    matrix = np.eye(len(chain.names))
    for stage in range(first, last):
        matrix = matrix @ chain.steps[min(stage, len(chain.steps) - 1)]
    return matrix


class _Growth:
    def __init__(self, chain: RegimeChain) -> None:
        self.names = chain.names
        self.parent, self.stage = [-1], [0]
        self.probability, self.regime = [1.0], [int(np.argmax(chain.start))]
        self.moved = 0.0
        self.tips = [0]

    def extend(self, stage: int) -> None:
        self.tips = [
            self._add(tip, stage, self.probability[tip], self.regime[tip]) for tip in self.tips
        ]

    def branch(self, stage: int, matrix: FloatArray, width: int) -> None:
        tips = []
        for tip in self.tips:
            kept, moved = keep_likeliest(matrix[self.regime[tip]], width)
            self.moved += moved * self.probability[tip]
            for regime in np.flatnonzero(kept):
                chance = self.probability[tip] * float(kept[regime])
                tips.append(self._add(tip, stage, chance, int(regime)))
        self.tips = tips

    def _add(self, parent: int, stage: int, probability: float, regime: int) -> int:
        self.parent.append(parent)
        self.stage.append(stage)
        self.probability.append(probability)
        self.regime.append(regime)
        return len(self.parent) - 1

    def tree(self) -> RegimeTree:
        return RegimeTree(
            parent=np.array(self.parent),
            stage=np.array(self.stage),
            probability=np.array(self.probability),
            regime=np.array(self.regime),
            names=self.names,
            moved_probability=self.moved,
        )


def keep_likeliest(row: FloatArray, width: int) -> tuple[FloatArray, float]:
    """Return a row with its ``width`` likeliest entries, the rest moved to the nearest of them."""
    kept = np.sort(np.argsort(-row, kind="stable")[:width])
    reduced = np.zeros_like(row)
    for index, chance in enumerate(row):
        nearest = kept[np.argmin(np.abs(kept - index))]
        reduced[nearest] += chance
    moved = float(row.sum() - row[kept].sum())
    return reduced, moved
