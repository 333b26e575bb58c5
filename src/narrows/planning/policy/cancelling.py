"""Cancelling in state form: lots under way, by quarters left, go back for a part of the deposit.

The state knows how far lots are from their gate, not when they were ordered. Where the lead is
certain the one follows from the other, and where the price is the same in all regimes so does the
money agreed; a right to cancel anything else is refused by name.
"""

from __future__ import annotations

import numpy as np

from narrows.planning.affine import Affine, constant, stack, total
from narrows.planning.arrays import BoolArray, FloatArray
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.state import needs_agreed
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import first_lead


def cancellable(graph: PolicyGraph, quarter: int) -> BoolArray:
    """``(1, K, S, L, L)``: may be cancelled now, by age of the order and by its lead."""
    leads = graph.sizes["L"]
    age, lead = np.arange(leads)[:, None], np.arange(leads)[None, :]
    under_way = (age >= 1) & (age < lead) & (age <= quarter)
    certain = np.arange(leads)[None] == first_lead(graph)[:, None]
    right = ~np.isnan(graph.offers.cancel_refund) & ~needs_agreed(graph)[:, None]
    system = right[:, :, None] & certain[:, None, :] & under_way[None]
    present: BoolArray = graph.sites.takes[:, :, None, None] & system[:, None]
    return present[None]


def by_quarters_left(cancel: Affine) -> Affine:
    """``(1, K, S, L)``: lots cancelled, by quarters left until their gate."""
    leads = cancel.shape[3]
    nothing = constant(np.zeros(cancel.shape[:3]))
    left = [
        total(
            [cancel.pick(4, age + away).pick(3, age) for age in range(1, leads - away)] or [nothing]
        )
        for away in range(leads)
    ]
    # What is due now can no longer be cancelled.
    return stack([nothing, *left[1:]])


def pipeline(transit: Affine, cancelled: Affine) -> Rows:
    """Return ``cancelled <= under way`` where anything may be cancelled."""
    touched = np.zeros(cancelled.shape, dtype=np.bool_)
    touched.ravel()[cancelled.cell] = True
    limit = np.where(touched, 0.0, np.inf)
    names = ("system", "site", "left")
    return at_most("pipeline", cancelled - transit, limit=limit, axes=names, unit="lots")


def refunded(graph: PolicyGraph, cancel: Affine, quarter: int) -> Affine:
    """``(1,)``: money that comes back for what is cancelled in a quarter."""
    money = cancel.times(_refund_of_a_lot(graph, quarter)[None, :, None, :, None])
    while len(money.shape) > 1:
        money = money.sum(len(money.shape) - 1)
    return money


def _refund_of_a_lot(graph: PolicyGraph, quarter: int) -> FloatArray:
    """``(K, L)``: by age of the order."""
    offers, regimes = graph.offers, len(graph.regimes)
    ordered = np.maximum(quarter - np.arange(offers.lead.shape[1]), 0) * regimes
    price = offers.price[ordered].T
    share = np.nan_to_num(offers.cancel_refund)
    back: FloatArray = share * (offers.deposit * offers.lot)[:, None] * price
    return back
