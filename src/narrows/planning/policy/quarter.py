"""A quarter in one regime: what is decided, what moves, what it costs, and what it leaves.

Written with the blocks of the tree; what differs is only that balances come from the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from narrows.planning.affine import Affine, stack, total
from narrows.planning.arrays import FloatArray
from narrows.planning.blocks.banks import cap_use, share_use, weight_unit
from narrows.planning.blocks.deliveries import Deliveries
from narrows.planning.blocks.ledger import ledger
from narrows.planning.matrix import MONEY
from narrows.planning.parts import Counted, Item
from narrows.planning.policy.cancelling import by_quarters_left, refunded, value_cancelled
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.state import State, needs_agreed
from narrows.planning.policy.travel import Travelled, travel
from narrows.planning.problem import Problem
from narrows.planning.variables import Variables, first_lead


@dataclass(frozen=True, kw_only=True, eq=False)
class Quarter:
    """A quarter and what is decided in it.

    Attributes
    ----------
    number, regime
        Its place in the graph.
    view
        The quarter and regime as a problem of one node.
    before
        The state in which it begins.
    """

    graph: PolicyGraph
    number: int
    regime: int
    view: Problem
    before: State
    variables: Variables


@dataclass(frozen=True, kw_only=True, eq=False)
class Flow:
    """What becomes of orders within a quarter: lots, the money agreed for them, deliveries."""

    made: Deliveries
    lots: Travelled
    money: Travelled


def move(now: Quarter) -> Flow:
    """Let lots, and the money agreed for them, travel a quarter."""
    graph, offers, variables, before = now.graph, now.view.offers, now.variables, now.before
    kept_on = before.transit - by_quarters_left(variables.cancel)
    sent_back = value_cancelled(graph, variables.cancel, now.number).times(1.0 / MONEY)
    lots = travel(offers, kept_on, variables.order, before.bond)
    kept = needs_agreed(graph)[None].astype(np.float64)
    agreed = variables.order.times((offers.price * offers.lot / MONEY)[:, :, None]).sum(2)
    held = before.agreed - sent_back.times(kept[:, :, None])
    money = travel(offers, held, agreed.times(kept), before.bond_agreed)
    known = (1.0 - kept) * _price_when_ordered(graph, now.number)[None] * offers.lot / MONEY
    value_in = money.passed + lots.passed.sum(2).times(known)
    value_back = money.turned_away + lots.turned_away.sum(2).times(known)
    arrived = lots.passed.times(offers.lot[None, :, None])
    made = Deliveries(
        fleet=before.fleet + arrived - variables.retired,
        arrived=arrived,
        turned_away=lots.turned_away,
        value_arrived=value_in.times(MONEY).spread(2, 1),
        value_turned_away=value_back.times(MONEY).spread(2, 1),
    )
    return Flow(made=made, lots=lots, money=money)


def _price_when_ordered(graph: PolicyGraph, quarter: int) -> FloatArray:
    """``(K,)``: price of the lots that reach the gate now, where it is the same in all regimes."""
    ordered = np.maximum(quarter - first_lead(graph), 0)
    price: FloatArray = graph.offers.price[
        ordered * len(graph.regimes), np.arange(graph.sizes["K"])
    ]
    return price


def booked_in(now: Quarter, made: Deliveries) -> dict[Item, Affine]:
    """Return the ledger of a quarter; what is refunded and ported follows the graph's own terms."""
    kept = replace(now.variables, cancel=now.variables.cancel.times(0.0))
    booked = dict(ledger(now.view, kept, made))
    refund = refunded(now.graph, now.variables.cancel, now.number)
    booked[Item.REFUND] = booked[Item.REFUND] - refund
    bill = np.array([now.graph.porting_bill(now.number)])
    booked[Item.PORTING] = booked[Item.PORTING].plus(bill)
    return booked


def budget_left(now: Quarter, booked: Mapping[Item, Affine]) -> Affine:
    """Return the balance after the quarter's spending, in the solver's money."""
    budget, before = now.graph.budget, now.before.budget
    if budget is None:
        return before
    paid = total([booked[item] for item in Item if item in budget.pays])
    release = np.array([budget.release[now.number] / MONEY])
    return before.times(budget.carry).plus(release) - paid.times(1.0 / MONEY)


def state_after(now: Quarter, flow: Flow, *, budget: Affine, beyond: Affine) -> State:
    """Return the state in which the next quarter begins.

    Parameters
    ----------
    budget, beyond
        What the quarter's cost leaves of the budget, and how far it lies beyond the tail's level.
    """
    return State(
        fleet=flow.made.fleet,
        transit=flow.lots.under_way,
        agreed=flow.money.under_way,
        bond=flow.lots.bond,
        bond_agreed=flow.money.bond,
        ported=_ported_next(now.before.ported, now.variables.started),
        caps=_caps_left(now, flow.made),
        shares=_shares_left(now, flow.made),
        budget=budget,
        beyond=beyond,
    )


def _ported_next(ported: Affine, started: Affine) -> Affine:
    """Everything begun is a quarter older, and what starts now is the youngest."""
    steps = [ported.pick(3, 0) + started]
    steps += [ported.pick(3, step - 1) for step in range(1, ported.shape[3])]
    return stack(steps)


def _caps_left(now: Quarter, made: Deliveries) -> tuple[Affine, ...]:
    return tuple(
        balance.times(cap.carry).plus(cap.quota) - cap_use(now.view, now.variables, made, cap)
        for cap, balance in zip(now.view.caps, now.before.caps, strict=True)
    )


def _shares_left(now: Quarter, made: Deliveries) -> tuple[Affine, ...]:
    left = []
    for number, share in enumerate(now.view.shares):
        balance = now.before.shares[number]
        unit = weight_unit(now.graph.shares[number])
        used = share_use(now.view, now.variables, made, share).times(1.0 / unit)
        kept = share.counted is not Counted.FLEET
        left.append(balance.times(share.carry) - used if kept else balance)
    return tuple(left)
