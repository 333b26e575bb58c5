"""Cancelling in state form: lots under way, by quarters left, go back for a part of the deposit.

The state knows how far lots are from their gate, not when they were ordered. Where all lots that
are equally far were agreed at one price and go back for one share, neither needs to be known; a
right to cancel anything else is refused by name. What was booked before may not be cancelled.
"""

from __future__ import annotations

import numpy as np

from narrows.planning.affine import Affine, constant, stack, total
from narrows.planning.arrays import BoolArray, FloatArray
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.state import as_leads
from narrows.planning.policy.tranches import youngest
from narrows.planning.rows import Rows, at_most


def cancellable(graph: PolicyGraph, quarter: int) -> BoolArray:
    """``(1, K, S, L, L)``: may be cancelled now, by age of the order and by its lead.

    Tranches that are equally far from the gate are alike, so the youngest stands for all.
    """
    leads, ages = graph.sizes["L"], youngest(graph.offers)
    system = np.zeros((graph.sizes["K"], leads, leads), dtype=np.bool_)
    for k, left in np.argwhere((ages > 0) & (ages <= quarter)):
        system[k, ages[k, left], ages[k, left] + left] = True
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


def pipeline(graph: PolicyGraph, transit: Affine, cancelled: Affine, quarter: int) -> Rows:
    """Return ``cancelled <= under way - booked`` where anything may be cancelled."""
    touched = np.zeros(cancelled.shape, dtype=np.bool_)
    touched.ravel()[cancelled.cell] = True
    booked = as_leads(graph.offers.booked[:, :, quarter:], graph.sizes["L"])
    limit = np.where(touched, -booked[None], np.inf)
    names = ("system", "site", "left")
    return at_most("pipeline", cancelled - transit, limit=limit, axes=names, unit="lots")


def refunded(graph: PolicyGraph, cancel: Affine, quarter: int) -> Affine:
    """``(1,)``: money that comes back for what is cancelled in a quarter."""
    share = np.nan_to_num(graph.offers.cancel_refund) * graph.offers.deposit[:, None]
    back = share * _value_of_a_lot(graph, quarter)
    money = cancel.times(back[None, :, None, :, None])
    while len(money.shape) > 1:
        money = money.sum(len(money.shape) - 1)
    return money


def value_cancelled(graph: PolicyGraph, cancel: Affine, quarter: int) -> Affine:
    """``(1, K, L)``: money agreed for what is cancelled, by quarters left until the gate."""
    value = _value_of_a_lot(graph, quarter)[None, :, None, :, None]
    return by_quarters_left(cancel.times(value)).sum(2)


def _value_of_a_lot(graph: PolicyGraph, quarter: int) -> FloatArray:
    """``(K, L)``: money agreed for a lot, by age of its order."""
    offers, regimes = graph.offers, len(graph.regimes)
    ordered = np.maximum(quarter - np.arange(offers.lead.shape[1]), 0) * regimes
    value: FloatArray = offers.price[ordered].T * offers.lot[:, None]
    return value
