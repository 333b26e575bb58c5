"""A pool of dual solutions of one quarter and regime, each good for every state and every shock.

Shocks and states change right-hand sides only, so a dual solution found once stays feasible, and
its objective under another right-hand side bounds that optimum from below. The best of a rich pool
is nearly exact and costs a matrix product instead of a solve.
"""

from __future__ import annotations

import numpy as np

from narrows.planning.arrays import FloatArray

POOL_MAX = 160
"""Old duals know few cuts; beyond this number the oldest are overwritten."""


class DualPool:
    """Dual solutions by row, and what bounded columns add to their objective under each shock."""

    def __init__(self, rows: int, shocks: int) -> None:
        self._dual = np.zeros((POOL_MAX, rows))
        self._extra = np.zeros((POOL_MAX, shocks))
        self._count = 0

    def add(self, dual: FloatArray, extra: FloatArray) -> None:
        """Keep a dual solution; rows added later count as zero."""
        if len(dual) > self._dual.shape[1]:
            wider = len(dual) + POOL_MAX - self._dual.shape[1]
            self._dual = np.pad(self._dual, ((0, 0), (0, wider)))
        place = self._count % POOL_MAX
        self._dual[place] = 0.0
        self._dual[place, : len(dual)] = dual
        self._extra[place] = extra
        self._count += 1

    def best(self, limits: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return, for right-hand sides ``(M, rows)``, the best bounds ``(M,)`` and their duals.

        The bounds leave out the constants that do not depend on the dual.
        """
        held = min(self._count, POOL_MAX)
        shocks, rows = limits.shape
        known = min(rows, self._dual.shape[1])
        dual = self._dual[:held, :known]
        bounds = dual @ limits[:, :known].T + self._extra[:held]
        chosen = np.argmax(bounds, axis=0)
        best = np.zeros((shocks, rows))
        best[:, :known] = dual[chosen]
        return bounds[chosen, np.arange(shocks)], best
