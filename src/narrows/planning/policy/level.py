"""The level of the tail while a policy is trained, where the CVaR of the total is weighed.

The first walks hold the level out of reach: they learn the mean cost, and each of their cuts has a
twin that says what it means for the tail. Afterwards the first quarter chooses the level.
"""

from __future__ import annotations

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.policy.solver import StageSolver

REACH = 4.0
"""Times the cost of one future with foresight: no future costs as much, and numbers stay small."""


class Level:
    """The column of the level in the programme of the first quarter."""

    def __init__(self, first: StageSolver) -> None:
        model = first.model
        self._first, self._place = first, int(model.level.column[0]) - model.n_states
        self.column = int(model.state.beyond.column[0])
        self._far: float | None = None

    def hold(self) -> None:
        """Hold the level out of reach, once it is known how far that is."""
        if self._far is not None:
            self._first.highs.changeColBounds(self._place, self._far, self._far)

    def free(self) -> None:
        """Leave the level to the first quarter."""
        self._first.highs.changeColBounds(self._place, -np.inf, np.inf)

    def seen_from(self, states: FloatArray, cost: float, opening: FloatArray) -> FloatArray:
        """Return states of a future of known cost as seen from the level of the policy.

        With foresight the level is the future's own cost, and nothing lies beyond it at the end.
        """
        if self._far is None:
            self._far = REACH * max(abs(cost), 1.0)
            self.hold()
        level = float(self._first.solve(opening, 0).decision[self._place])
        moved = states.copy()
        moved[:, self.column] += cost - level
        return moved
