"""What has to be computed, and what it takes to make it run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.arrays import BoolArray, FloatArray, IntArray

GANG_QUARTERS = 4
"""A year: who must run as a gang is a question of the clusters at hand, and each further quarter
multiplies the yes-or-no choices by its branches."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Capability:
    """A clock on each workload that should have done so much work in all, with a price of waiting.

    What counts is own work, up to the demand of each quarter; rented work does not.

    Attributes
    ----------
    target
        ``(W,)`` work, added up from the first quarter, at which the capability is reached; infinite
        where the workload has no clock.
    delay_price
        ``(W,)`` money for each quarter at whose end it is not reached.
    """

    target: FloatArray
    delay_price: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Work:
    """What has to be computed. The unit of work is each workload's own.

    Attributes
    ----------
    rate
        ``(K, W)`` useful work of a healthy chip in a quarter; 0 = cannot run it.
    demand
        ``(N, W)`` work wanted in the quarter.
    unmet_price
        ``(W, T)`` money per unit of work not done.
    unmet_max
        ``(N, W)`` in [0, 1]: share of the demand that may stay undone; 1 = no floor under service.
    runs_at
        ``(W, S)``: whether a workload may run at a site. A workload that may run at every site is
        planned without a site index, which changes neither the optimum nor the other prices.
    capability
        ``None`` where no workload has a clock. Trees only.
    gang
        ``(W,)`` fewest chips of one system at one site on which a workload runs, in the first
        :data:`GANG_QUARTERS` quarters; 0 = no minimum. ``None`` where no workload has one. Trees
        only.
    """

    rate: FloatArray
    demand: FloatArray
    unmet_price: FloatArray
    unmet_max: FloatArray
    runs_at: BoolArray
    capability: Capability | None = None
    gang: FloatArray | None = None

    @property
    def pinned(self) -> BoolArray:
        """``(W,)``: workloads that are planned by site."""
        bound = np.logical_not(self.runs_at.all(axis=1))
        return bound if self.gang is None else np.logical_or(bound, self.gang > 0.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Porting:
    """Making a workload run on another software stack.

    Attributes
    ----------
    stack
        ``(K,)`` index of each system's stack.
    done
        ``(Q, W)``: whether the workload runs on the stack already.
    cost
        ``(Q, W)`` money, booked when porting starts.
    quarters
        ``(Q, W)`` whole quarters from the start until the first useful work.
    """

    stack: IntArray
    done: BoolArray
    cost: FloatArray
    quarters: IntArray
