"""Regimes that a plan cannot tell apart, lumped: exactly, or not at all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SAME = 12
"""Decimals to which two shares are the same: what rounding leaves of equal ones."""


def lumps(steps: FloatArray, passage: FloatArray, reached: npt.NDArray[np.bool_]) -> IntArray:
    """Return the lump of each regime, shape ``(R,)``, -1 for those that are never reached.

    Two regimes share a lump where they let the same through in every quarter and lead to every
    lump with the same chance in every step; then a plan by lumps is as good as one by regimes
    (Kemeny and Snell, 1960, on lumpability). Regimes that merely resemble one another stay apart.

    Parameters
    ----------
    steps
        Shape ``(T - 1, R, R)``.
    passage
        Shape ``(T, R, X)``: whatever a regime lets through.
    reached
        Shape ``(R,)``.
    """
    seen = passage.swapaxes(0, 1).reshape(passage.shape[1], -1)
    lump = _classes(seen[reached])
    while True:
        place = np.full(len(reached), -1, dtype=np.int64)
        place[reached] = lump
        into = np.eye(int(lump.max()) + 1)[lump]
        leads = (steps[:, reached][:, :, reached] @ into).swapaxes(0, 1).reshape(len(lump), -1)
        finer = _classes(np.hstack([lump[:, None], leads]))
        if finer.max() == lump.max():
            return place
        lump = finer


def _classes(rows: FloatArray) -> IntArray:
    """Return a number for each row, equal rows alike, in the order in which they first occur."""
    rounded = np.round(rows, SAME) + 0.0
    _, first, place = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    classes: IntArray = order[place.ravel()].astype(np.int64)
    return classes
