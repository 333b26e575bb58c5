"""The first cut: a bound on the cost to come that is known before anything is solved.

Later quarters can earn only what earlier ones have paid for: a lot under way is worth, at best, its
end value or its refund. Without this cut the first walks chase profits that do not exist.
"""

from __future__ import annotations

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.matrix import MONEY
from narrows.planning.policy.cuts import Cuts, one_cut
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.stage import StageModel
from narrows.planning.policy.total_risk import tail_price, weighs_total


def opening_cut(graph: PolicyGraph, model: StageModel, quarter: int) -> Cuts:
    """Return the bound on the cost after a quarter, in the solver's money.

    New orders cost at least nothing where no chip is worth more at the end than its price; the
    intercept pays for those that are.
    """
    per_lot = _most_for_a_lot(graph, quarter) / MONEY
    slope = np.zeros(model.n_states)
    for grid in (model.state.transit, model.state.bond):
        system = np.unravel_index(grid.cell, grid.shape)[1]
        slope[grid.column] = -per_lot[system]
    least = one_cut(-_most_from_new_orders(graph, quarter) / MONEY, slope)
    return _with_tail(graph, model, least) if weighs_total(graph) else least


def _with_tail(graph: PolicyGraph, model: StageModel, least: Cuts) -> Cuts:
    """Weigh the least cost to come: nothing may lie beyond the level, or all of it."""
    mean, beyond = 1.0 - graph.risk.weight, tail_price(graph)
    factors = np.array([mean, mean + beyond])
    slope = factors[:, None] * least.slope
    slope[1, model.state.beyond.column] = beyond
    return Cuts(intercept=factors * least.intercept, slope=slope)


def _most_for_a_lot(graph: PolicyGraph, quarter: int) -> FloatArray:
    """``(K,)``: end value or refund of a lot, whichever is more, as worth in the first quarter."""
    offers, discount = graph.offers, graph.risk.discount
    sold = offers.end_value.max(axis=1) * discount**graph.n_stages
    refund = offers.blocked_refund * offers.deposit * _dearest(graph)
    cancelled = np.nan_to_num(offers.cancel_refund).max(axis=1) * offers.deposit
    refund = np.maximum(refund, cancelled * offers.price.max(axis=0))
    back: FloatArray = np.maximum(sold, refund * discount ** (quarter + 1)) * offers.lot
    return back


def _dearest(graph: PolicyGraph) -> FloatArray:
    """``(K,)``: the highest price of a chip ordered in the horizon or before it."""
    offers = graph.offers
    price: FloatArray = offers.price.max(axis=0)
    if offers.booked_value is None:
        return price
    chips = offers.booked * offers.lot[:, None, None]
    agreed = np.divide(offers.booked_value, chips, out=np.zeros_like(chips), where=chips > 0.0)
    dearest: FloatArray = np.maximum(price, agreed.max(axis=(1, 2)))
    return dearest


def _most_from_new_orders(graph: PolicyGraph, quarter: int) -> float:
    """Profit of ordering chips that are worth more at the end than they cost."""
    offers = graph.offers
    profit = np.maximum(offers.end_value.max(axis=1) - offers.price.min(axis=0), 0.0)
    most = float(graph.shocks.supply.max()) * offers.supply.max(axis=0)
    return float(profit @ most) * (graph.n_stages - 1 - quarter)
