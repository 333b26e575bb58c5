"""The cost ledger: what each node books, item by item, in the problem's money.

Tariffs are the item ``duty``: a share of the agreed price, due when a chip is delivered.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from narrows.planning.affine import Affine
from narrows.planning.arrays import FloatArray
from narrows.planning.blocks.deliveries import Deliveries, cancelled_lot_value
from narrows.planning.parts import Item
from narrows.planning.problem import Problem
from narrows.planning.variables import Variables


def ledger(problem: Problem, variables: Variables, made: Deliveries) -> Mapping[Item, Affine]:
    """Return each item on the grid ``(N,)``; what is received is negative."""
    return {
        Item.PURCHASE: purchase(problem, variables, made),
        Item.DUTY: duty(problem, made),
        Item.REFUND: refund(problem, variables, made),
        Item.OPERATION: operation(problem, made),
        Item.ENERGY: energy(problem, made),
        Item.PORTING: porting_cost(problem, variables),
        Item.RENTAL: rental_cost(problem, variables),
        Item.UNMET: unmet_cost(problem, variables),
        Item.DELAY: delay_cost(problem, variables),
        Item.END_VALUE: end_value(problem, made),
    }


def purchase(problem: Problem, variables: Variables, made: Deliveries) -> Affine:
    """``deposit * price * lot * order + (1 - deposit) * agreed value of what arrived``."""
    offers = problem.offers
    deposit = (offers.deposit * offers.price * offers.lot)[:, :, None]
    balance = (1.0 - offers.deposit)[None, :, None]
    paid_before, paid_after = variables.order.times(deposit), made.value_arrived.times(balance)
    return _by_node(paid_before) + _by_node(paid_after)


def duty(problem: Problem, made: Deliveries) -> Affine:
    """``duty * agreed value of what arrived``; the root's price where none was agreed."""
    offers = problem.offers
    rate = offers.duty[:, :, None]
    due = _by_node(made.value_arrived.times(rate))
    if offers.booked_value is not None:
        return due
    booked_value = booked_arrivals(made) * offers.price[0][None, :, None] * rate
    return due.plus(booked_value.sum(axis=(1, 2)))


def booked_arrivals(made: Deliveries) -> FloatArray:
    """``(N, K, S)``: chips that arrive from lots ordered before the horizon."""
    return made.arrived.constant.reshape(made.arrived.shape)


def refund(problem: Problem, variables: Variables, made: Deliveries) -> Affine:
    """``-refund share * deposit * agreed value`` of what was turned away or cancelled."""
    offers = problem.offers
    back = (offers.blocked_refund * offers.deposit)[None, :, None]
    on_cancel = np.nan_to_num(offers.cancel_refund) * offers.deposit[:, None]
    cancelled = variables.cancel.times(cancelled_lot_value(problem))
    cancelled = cancelled.times(on_cancel[None, :, None, :, None]).sum(4).sum(3)
    return -(_by_node(made.value_turned_away.times(back)) + _by_node(cancelled))


def operation(problem: Problem, made: Deliveries) -> Affine:
    """``operating * fleet``."""
    price = problem.fleet.operating[:, problem.tree.stage].T
    return _by_node(made.fleet.times(price[:, :, None]))


def energy(problem: Problem, made: Deliveries) -> Affine:
    """``energy_price * power_kw * fleet``."""
    price = problem.sites.energy_price[:, problem.tree.stage].T
    draw = problem.fleet.power_kw[None, :, None]
    return _by_node(made.fleet.times(draw).times(price[:, None, :]))


def porting_cost(problem: Problem, variables: Variables) -> Affine:
    """``cost * started``."""
    return _by_node(variables.started.times(problem.porting.cost[None]))


def rental_cost(problem: Problem, variables: Variables) -> Affine:
    """``price * rented``."""
    return _by_node(variables.rent.times(problem.rental.price[:, :, None]))


def unmet_cost(problem: Problem, variables: Variables) -> Affine:
    """``unmet_price * demand * share left undone``."""
    price = problem.work.unmet_price[:, problem.tree.stage].T
    return _by_node(variables.unmet.times(price * problem.work.demand))


def delay_cost(problem: Problem, variables: Variables) -> Affine:
    """``delay_price * (1 - reached)`` for each capability."""
    clock = problem.work.capability
    if clock is None:
        return _by_node(variables.reached)
    waited = (-variables.reached).plus(np.ones(1))
    return _by_node(waited.times(np.where(np.isfinite(clock.target), clock.delay_price, 0.0)))


def end_value(problem: Problem, made: Deliveries) -> Affine:
    """``-end_value * arrived``, discounted from the end of the horizon to the arrival."""
    stage, stages = problem.tree.stage, problem.tree.n_stages
    value = problem.offers.end_value[:, stage].T
    back = np.power(problem.risk.discount, stages - stage)[:, None]
    return -_by_node(made.arrived.times((value * back)[:, :, None]))


def _by_node(cells: Affine) -> Affine:
    while len(cells.shape) > 1:
        cells = cells.sum(len(cells.shape) - 1)
    return cells
