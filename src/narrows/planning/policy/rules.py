"""Rules of decision that need no solver: what to wish for, given the quarter and the regime."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.errors import fault


class Rule(Protocol):
    """Says which lots to order; the simulator orders what of them the rules admit."""

    def wishes(self, quarter: int, regimes: IntArray, paths: slice) -> FloatArray:
        """Return lots ``(P, K, S)`` for the futures ``paths``, in the regimes ``(P,)``."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FixedPlan:
    """The same orders whatever happens.

    Attributes
    ----------
    lots
        ``(T, K, S)``.
    """

    lots: FloatArray

    def wishes(self, quarter: int, regimes: IntArray, paths: slice) -> FloatArray:  # noqa: ARG002
        """Return the plan's lots of the quarter."""
        return np.broadcast_to(self.lots[quarter], (len(regimes), *self.lots.shape[1:]))


@dataclass(frozen=True, kw_only=True, eq=False)
class FirstPlanOnly:
    """The orders of the first quarter, and then never any more.

    Attributes
    ----------
    lots
        ``(K, S)``.
    """

    lots: FloatArray

    def wishes(self, quarter: int, regimes: IntArray, paths: slice) -> FloatArray:  # noqa: ARG002
        """Return the lots in the first quarter, none later."""
        now = self.lots if quarter == 0 else np.zeros_like(self.lots)
        return np.broadcast_to(now, (len(regimes), *now.shape))


@dataclass(frozen=True, kw_only=True, eq=False)
class OrdersByRegime:
    """A table: in this quarter, under this regime, order so much.

    Attributes
    ----------
    lots
        ``(T, R, K, S)``.

    Raises
    ------
    ProblemError
        A cell is unknown.
    """

    lots: FloatArray

    def __post_init__(self) -> None:
        if np.any(np.isnan(self.lots)):
            mend = "say what to order there, or build the table from more futures"
            quarter, regime = (int(i) for i in np.argwhere(np.isnan(self.lots))[0][:2])
            raise fault("lots", f"quarter {quarter}, regime {regime} has no order", mend)

    def wishes(self, quarter: int, regimes: IntArray, paths: slice) -> FloatArray:  # noqa: ARG002
        """Return the table's lots for each future's regime."""
        wished: FloatArray = self.lots[quarter, regimes]
        return wished


@dataclass(frozen=True, kw_only=True, eq=False)
class OrdersPathByPath:
    """Orders given for every single future, such as those of a replay.

    Attributes
    ----------
    lots
        ``(P, T, K, S)`` for the futures simulated, in their order.
    """

    lots: FloatArray

    def wishes(self, quarter: int, regimes: IntArray, paths: slice) -> FloatArray:  # noqa: ARG002
        """Return the lots of each future."""
        wished: FloatArray = self.lots[paths, quarter]
        return wished
