"""Posterior draws of the gates, in the order of what they let through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.planning import Tree, tree_from_chain
from narrows.study.bridge.outlook import Outlook
from narrows.study.bridge.permission import Passing

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class GateDraws:
    """Trees of the leading line, one for each posterior draw of how fast its gates move.

    Attributes
    ----------
    order
        Indices of the draws, those that let least through first.
    """

    outlook: Outlook
    quarters: int
    branching: Mapping[int, int]
    order: IntArray

    def mean(self) -> Tree:
        """Return the tree of the posterior mean, which gives the odds of the gates exactly."""
        return self._grown(self.outlook.chain.steps[: self.quarters - 1])

    def at(self, share: float) -> Tree:
        """Return the tree of the draw at a quantile of what is let through."""
        count = len(self.order)
        draw = self.order[min(int(share * count), count - 1)]
        return self._grown(np.repeat(self.outlook.chain.draws[draw][None], self.quarters - 1, 0))

    def _grown(self, steps: FloatArray) -> Tree:
        branching = {at: width for at, width in self.branching.items() if at <= len(steps)}
        chain = self.outlook.chain
        return tree_from_chain(steps, chain.start, branching=branching, regimes=chain.names)


def gate_draws(
    outlook: Outlook, let: Passing, *, quarters: int, branching: Mapping[int, int]
) -> GateDraws:
    """Return the draws, ordered by the mean share of an order that passes over the horizon."""
    chain = outlook.chain
    chances = np.tile(chain.start, (len(chain.draws), 1))
    passed = chances @ let.deliver
    for _ in range(quarters - 1):
        chances = np.einsum("dr,drs->ds", chances, chain.draws)
        passed = passed + chances @ let.deliver
    order = np.argsort(passed, kind="stable").astype(np.int64)
    return GateDraws(outlook, quarters, branching, order)
