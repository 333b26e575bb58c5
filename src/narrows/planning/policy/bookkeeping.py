"""One quarter in the books of many futures: orders travel, meet the gate, stand, work and cost.

Written from the equations, as :mod:`narrows.planning.check` is, and not from the blocks: the pair
of the two is tested on equal decisions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.blocks.banks import TINY_WEIGHT
from narrows.planning.parts import Counted, Item, Share
from narrows.planning.policy.books import Decided, PathBooks, Place, quota_at
from narrows.planning.policy.decisions import BREACH_PRICE
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.tranches import youngest


@dataclass(frozen=True, kw_only=True, eq=False)
class QuarterBooked:
    """What a quarter did to the books.

    Attributes
    ----------
    ledger
        Money ``(P,)`` by item, not discounted; what is received is negative.
    penalty
        ``(P,)`` money for rules that were broken, at the price of the policy graph.
    arrived
        ``(P, K, S)`` chips that passed the gate.
    books
        Handed to the next quarter.
    """

    ledger: dict[Item, FloatArray]
    penalty: FloatArray
    arrived: FloatArray
    books: PathBooks

    def cost(self, factor: float) -> FloatArray:
        """``(P,)``: money of the quarter times its discount factor; penalties have none."""
        booked: FloatArray = np.sum(list(self.ledger.values()), axis=0)
        return booked * factor + self.penalty


@dataclass(frozen=True, kw_only=True, eq=False)
class _AtGate:
    """Lots and money by what becomes of them, ``(P, K, S)`` each."""

    passed: FloatArray
    passed_value: FloatArray
    back_value: FloatArray
    books: PathBooks


def keep_books(
    graph: PolicyGraph, before: PathBooks, place: Place, decided: Decided
) -> QuarterBooked:
    """Enter a quarter's decisions on every future."""
    held, returned = _cancel(graph, before, place, decided.cancelled)
    gate = _travel(graph, held, place, decided.order)
    arrived = gate.passed * graph.offers.lot[:, None]
    fleet = before.fleet + arrived - decided.retired
    ledger = _ledger(graph, place, decided, gate, arrived, fleet)
    ledger[Item.REFUND] = ledger[Item.REFUND] - returned
    after = replace(gate.books, fleet=fleet, begun=_age(before.begun, decided.started))
    after, over = _banks(graph, before, after, place, decided, arrived, ledger)
    penalty = over + _no_room(graph, place, fleet)
    return QuarterBooked(ledger=ledger, penalty=penalty, arrived=arrived, books=after)


def _travel(graph: PolicyGraph, before: PathBooks, place: Place, order: FloatArray) -> _AtGate:
    offers = graph.offers
    value = order * (offers.price[place.node] * offers.lot)[:, :, None]
    shares = offers.lead.T[None, :, :, None]
    lots = before.transit + order[:, None] * shares
    money = before.transit_value + value[:, None] * shares
    due, due_value = lots[:, 0] + before.bond, money[:, 0] + before.bond_value
    passes = offers.may_deliver[place.node][:, :, None]
    holds = (place.quarter < offers.hold_until)[None, :, None]
    books = replace(
        before,
        transit=_ahead(lots),
        transit_value=_ahead(money),
        bond=np.where(holds, (1.0 - passes) * due, 0.0),
        bond_value=np.where(holds, (1.0 - passes) * due_value, 0.0),
    )
    back_value = np.where(holds, 0.0, (1.0 - passes) * due_value)
    return _AtGate(
        passed=passes * due, passed_value=passes * due_value, back_value=back_value, books=books
    )


def _cancel(
    graph: PolicyGraph, before: PathBooks, place: Place, cancelled: FloatArray
) -> tuple[PathBooks, FloatArray]:
    """Take what is cancelled off the way, and return the money ``(P,)`` that comes back for it."""
    if not cancelled.any():
        return before, np.zeros(before.paths)
    offers, age, systems = graph.offers, youngest(graph.offers).T, np.arange(len(graph.offers.lot))
    ordered = np.maximum(place.quarter - age, 0) * len(graph.regimes)
    value = cancelled * (offers.price[ordered, systems] * offers.lot)[None, :, :, None]
    share = np.nan_to_num(offers.cancel_refund)[systems, age]
    back = value * (share * offers.deposit)[None, :, :, None]
    books = replace(
        before,
        transit=before.transit - cancelled,
        transit_value=before.transit_value - value,
    )
    return books, back.sum(axis=(1, 2, 3))


def _ahead(lots: FloatArray) -> FloatArray:
    """Everything under way is a quarter nearer to its gate."""
    moved = np.zeros_like(lots)
    moved[:, :-1] = lots[:, 1:]
    return moved


def _age(begun: FloatArray, started: FloatArray) -> FloatArray:
    """Everything begun is a quarter older, and what starts now is the youngest."""
    older = np.empty_like(begun)
    older[..., 1:] = begun[..., :-1]
    older[..., 0] = begun[..., 0] + started
    return older


def _ledger(
    graph: PolicyGraph,
    place: Place,
    decided: Decided,
    gate: _AtGate,
    arrived: FloatArray,
    fleet: FloatArray,
) -> dict[Item, FloatArray]:
    offers, t, node = graph.offers, place.quarter, place.node
    deposit = offers.deposit[None]
    ordered = decided.order.sum(axis=2) * offers.price[node] * offers.lot
    came, went = gate.passed_value.sum(axis=2), gate.back_value.sum(axis=2)
    standing = fleet.sum(axis=2)
    left = graph.risk.discount ** (graph.n_stages - t)
    bill = graph.porting_bill(t)
    return {
        Item.PURCHASE: (deposit * ordered + (1.0 - deposit) * came).sum(axis=1),
        Item.DUTY: (offers.duty[node] * came).sum(axis=1),
        Item.REFUND: -(offers.blocked_refund * deposit * went).sum(axis=1),
        Item.OPERATION: standing @ graph.fleet.operating[:, t],
        Item.ENERGY: np.einsum(
            "pks,k,s->p", fleet, graph.fleet.power_kw, graph.sites.energy_price[:, t]
        ),
        Item.PORTING: bill + (decided.started * graph.porting.cost).sum(axis=(1, 2)),
        Item.RENTAL: (decided.rented.sum(axis=2) * graph.rental.price[node]).sum(axis=1),
        Item.UNMET: decided.unmet @ graph.work.unmet_price[:, t],
        Item.END_VALUE: -left * (arrived.sum(axis=2) @ offers.end_value[:, t]),
    }


def _banks(
    graph: PolicyGraph,
    before: PathBooks,
    after: PathBooks,
    place: Place,
    decided: Decided,
    arrived: FloatArray,
    ledger: dict[Item, FloatArray],
) -> tuple[PathBooks, FloatArray]:
    """Carry every bank on; return the penalty for those below zero."""
    counted = {
        Counted.ORDER: decided.order.sum(axis=2) * graph.offers.lot,
        Counted.DELIVERY: arrived.sum(axis=2),
        Counted.FLEET: after.fleet.sum(axis=2),
    }
    chip = BREACH_PRICE * float(graph.offers.price.max())
    caps, quota = before.caps.copy(), quota_at(graph, place)
    shares, budget = before.shares.copy(), before.budget
    penalty = np.zeros(before.paths)
    for i, cap in enumerate(graph.caps):
        used = counted[cap.counted][:, cap.systems].sum(axis=1)
        caps[:, i] = cap.carry * before.caps[:, i] + quota[:, i] - used
        penalty += chip * np.maximum(-caps[:, i], 0.0)
    for i, share in enumerate(graph.shares):
        credit = earned(share, place, counted[share.counted])
        kept = share.counted is not Counted.FLEET
        shares[:, i] = credit + (share.carry * before.shares[:, i] if kept else 0.0)
        unit = np.maximum(share.weight[place.node].max(axis=1), TINY_WEIGHT)
        penalty += chip * np.maximum(-shares[:, i], 0.0) / unit
    if graph.budget is not None:
        spent = np.sum([ledger[item] for item in Item if item in graph.budget.pays], axis=0)
        budget = graph.budget.carry * budget + graph.budget.release[place.quarter] - spent
        penalty += BREACH_PRICE * np.maximum(-budget, 0.0)
    return replace(after, caps=caps, shares=shares, budget=budget), penalty


def earned(share: Share, place: Place, chips: FloatArray) -> FloatArray:
    """``(P,)``: credit that chips ``(P, K)`` earn less what they spend, by weight."""
    phi = share.share[place.node]
    weighed = chips * share.weight[place.node]
    spent = phi / (1.0 - phi) * weighed[:, share.others].sum(axis=1)
    credit: FloatArray = weighed[:, share.domestic].sum(axis=1) - spent
    return credit


def _no_room(graph: PolicyGraph, place: Place, fleet: FloatArray) -> FloatArray:
    """Penalty for chips that find neither power nor floor."""
    chip = BREACH_PRICE * float(graph.offers.price.max())
    penalty = np.zeros(len(fleet))
    for draw, room in (
        (graph.fleet.power_kw, graph.sites.power_kw),
        (graph.fleet.floor, graph.sites.floor),
    ):
        over = np.einsum("pks,k->ps", fleet, draw) - room[None, :, place.quarter]
        penalty += chip * np.maximum(over, 0.0).sum(axis=1) / max(float(draw.max()), 1e-9)
    return penalty
