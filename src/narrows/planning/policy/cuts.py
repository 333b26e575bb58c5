"""Cuts as numbers: what the cost to come is at least, as planes over the state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.arrays import FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Cuts:
    """``cost to come >= max over c of intercept[c] + slope[c] @ state``, in the solver's money.

    Attributes
    ----------
    intercept
        ``(C,)``; none where nothing comes after.
    slope
        ``(C, states)``.
    """

    intercept: FloatArray
    slope: FloatArray

    def __len__(self) -> int:
        return len(self.intercept)

    def at(self, state: FloatArray) -> FloatArray:
        """Return the bound on the cost to come for states ``(..., states)``."""
        planes = state @ self.slope.T + self.intercept
        highest: FloatArray = planes.max(axis=-1)
        return highest


def one_cut(intercept: float, slope: FloatArray) -> Cuts:
    """Return a single cut."""
    return Cuts(intercept=np.array([intercept]), slope=slope[None].copy())


def no_cuts(states: int) -> Cuts:
    """Return the cuts of a last quarter: nothing comes after it."""
    return Cuts(intercept=np.zeros(0), slope=np.zeros((0, states)))
