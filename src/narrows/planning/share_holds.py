"""Whether orders that were planned without a domestic share satisfy it all the same."""

from __future__ import annotations

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.blocks.banks import spent
from narrows.planning.parts import Counted, Share
from narrows.planning.problem import Problem

ROUNDING = 1e-9
"""Of all that counts: what the solver may leave short of a balance."""


def shares_hold(problem: Problem, orders: FloatArray) -> bool:
    """Return whether orders keep every share of a problem at every node.

    Where they do, the optimum without the shares is the optimum with them. A share that counts
    deliveries or the fleet is not judged: the answer is then false, and a re-solve decides.

    Parameters
    ----------
    orders
        Shape ``(N, K, S)``; lots.
    """
    chips = orders.sum(axis=2) * problem.offers.lot
    return all(_holds(problem, share, chips) for share in problem.shares)


def _holds(problem: Problem, share: Share, chips: FloatArray) -> bool:
    if share.counted is not Counted.ORDER:
        return False
    earned = -(chips * spent(share)).sum(axis=1)
    balance = np.zeros(len(earned))
    for node, parent in enumerate(problem.tree.parent):
        carried = share.carry * balance[parent] if parent >= 0 else 0.0
        balance[node] = carried + earned[node]
    room = ROUNDING * float((chips * share.weight).sum())
    return bool(balance.min() >= -room)
