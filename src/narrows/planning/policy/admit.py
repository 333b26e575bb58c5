"""What of a wished order the rules of the quarter admit: a rule of decision cannot break them.

Each rule in turn takes the same part of everything that it binds. What a later delivery will do is
known only so far as the books show it.
"""

from __future__ import annotations

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.parts import CAPITAL, Counted
from narrows.planning.policy.books import PathBooks, Place, quota_at, supply_at
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.variables import first_lead


def admitted(graph: PolicyGraph, books: PathBooks, place: Place, wished: FloatArray) -> FloatArray:
    """Return the lots ``(P, K, S)`` that may be ordered of those wished."""
    lot = graph.offers.lot
    in_time = place.quarter + first_lead(graph) < graph.n_stages
    lots = np.where(graph.sites.takes & in_time[:, None], np.maximum(wished, 0.0), 0.0)
    lots = lots * part(supply_at(graph, place), lots.sum(axis=2) * lot)[:, :, None]
    lots = _within_room(graph, books, place, lots)
    lots = _within_caps(graph, books, place, lots)
    lots = _within_shares(graph, books, place, lots)
    return _within_budget(graph, books, place, lots)


def part(room: FloatArray, wished: FloatArray) -> FloatArray:
    """Return the part of what is wished for which there is room, in [0, 1]."""
    share: FloatArray = np.divide(
        np.maximum(room, 0.0), wished, out=np.ones_like(wished), where=wished > 0.0
    )
    return np.minimum(share, 1.0)


def _within_room(
    graph: PolicyGraph, books: PathBooks, place: Place, lots: FloatArray
) -> FloatArray:
    """Leave power and floor for all that stands or is under way, from the next arrival on."""
    coming = books.transit.sum(axis=1) + books.bond
    chips = books.fleet + coming * graph.offers.lot[:, None]
    arrival = min(place.quarter + int(first_lead(graph).min()), graph.n_stages - 1)
    for draw, room in (
        (graph.fleet.power_kw, graph.sites.power_kw),
        (graph.fleet.floor, graph.sites.floor),
    ):
        least = room[:, arrival:].min(axis=1)
        free = least[None] - np.einsum("pks,k->ps", chips, draw)
        asked = np.einsum("pks,k->ps", lots, draw * graph.offers.lot)
        lots = lots * part(free, asked)[:, None, :]
    return lots


def _within_caps(
    graph: PolicyGraph, books: PathBooks, place: Place, lots: FloatArray
) -> FloatArray:
    """Keep every cap; one on deliveries counts what is under way as delivered."""
    quota = quota_at(graph, place)
    for i, cap in enumerate(graph.caps):
        room = cap.carry * books.caps[:, i] + quota[:, i]
        if cap.counted is Counted.DELIVERY:
            coming = (books.transit.sum(axis=1) + books.bond).sum(axis=2) * graph.offers.lot
            room = room - coming[:, cap.systems].sum(axis=1)
        chips = lots.sum(axis=2) * graph.offers.lot
        kept = part(room, chips[:, cap.systems].sum(axis=1))
        lots = np.where(cap.systems[None, :, None], lots * kept[:, None, None], lots)
    return lots


def _within_shares(
    graph: PolicyGraph, books: PathBooks, place: Place, lots: FloatArray
) -> FloatArray:
    """Keep what spends credit within what was earned; a share of deliveries counts orders."""
    for i, share in enumerate(graph.shares):
        phi = share.share[place.node]
        weighed = lots.sum(axis=2) * graph.offers.lot * share.weight[place.node]
        earned = weighed[:, share.domestic].sum(axis=1)
        held = np.zeros(books.paths) if share.counted is Counted.FLEET else books.shares[:, i]
        spent = phi / (1.0 - phi) * weighed[:, share.others].sum(axis=1)
        kept = part(share.carry * held + earned, spent)
        lots = np.where(share.others[None, :, None], lots * kept[:, None, None], lots)
    return lots


def _within_budget(
    graph: PolicyGraph, books: PathBooks, place: Place, lots: FloatArray
) -> FloatArray:
    """Pay deposits from what is left once everything under way is paid for."""
    budget = graph.budget
    if budget is None or not budget.pays & CAPITAL:
        return lots
    offers = graph.offers
    owed = books.transit_value.sum(axis=(1, 3)) + books.bond_value.sum(axis=2)
    rest = 1.0 - offers.deposit + offers.duty[place.node]
    room = budget.carry * books.budget + budget.release[place.quarter]
    room = room - graph.porting_bill(place.quarter) - (owed * rest).sum(axis=1)
    price = lots.sum(axis=2) * offers.price[place.node] * offers.lot
    asked = (price * (1.0 + offers.duty[place.node])).sum(axis=1)
    return lots * part(room, asked)[:, None, None]
