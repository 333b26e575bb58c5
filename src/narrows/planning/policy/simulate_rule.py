"""Simulate a rule of decision over many futures, as arrays: the books, and no solver.

Beside :func:`narrows.planning.replay`, which solves a programme for every quarter and path of a
trained policy. Both return a :class:`Replay`, and equal decisions cost the same in both.
"""

from __future__ import annotations

import time

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.errors import fault
from narrows.planning.policy.admit import admitted, part
from narrows.planning.policy.bookkeeping import keep_books
from narrows.planning.policy.books import (
    Decided,
    PathBooks,
    Place,
    nothing_decided,
    open_books,
    place_of,
)
from narrows.planning.policy.decisions import BREACH_PRICE
from narrows.planning.policy.dispatch import dispatch
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.rules import Rule
from narrows.planning.policy.simulate import Futures, Replay
from narrows.planning.variables import may_retire

PATHS_AT_ONCE = 5000
"""Keeps the arrays of ten systems and nine quarters of lead within the processor's reach."""

BREACH_SEEN = 1e-6
"""Of a chip, as in the replay of a policy: less is a rounding."""


def simulate_rule(graph: PolicyGraph, rule: Rule, futures: Futures) -> Replay:
    """Return what a rule does on each future; see the module.

    Raises
    ------
    ProblemError
        The graph leaves portings to the policy, and a rule of orders decides none.
    """
    if graph.porting_start is None and not graph.porting.done.all():
        raise fault("porting_start", "a rule decides no portings", "use with_porting_plan first")
    began = time.process_time()
    count = len(futures.regimes)
    parts = [
        _chunk(graph, rule, futures, slice(start, start + PATHS_AT_ONCE))
        for start in range(0, count, PATHS_AT_ONCE)
    ]
    return Replay(
        futures=futures,
        cost=np.concatenate([one.cost for one in parts]),
        orders=np.concatenate([one.orders for one in parts]),
        fleet=np.concatenate([one.fleet for one in parts]),
        unmet=np.concatenate([one.unmet for one in parts]),
        breaches=sum(one.breaches for one in parts),
        cpu_s=time.process_time() - began,
    )


def _chunk(graph: PolicyGraph, rule: Rule, every: Futures, chosen: slice) -> Replay:
    futures = every.some(chosen)
    paths, stages, n = len(futures.regimes), graph.n_stages, graph.sizes
    books = open_books(graph, paths)
    cost, orders = np.zeros((paths, stages)), np.zeros((paths, stages, n["K"]))
    fleet, unmet = np.zeros((paths, stages, n["K"])), np.zeros((paths, stages, n["W"]))
    breaches, rounding = 0, BREACH_SEEN * BREACH_PRICE * float(graph.offers.price.max())
    for t in range(stages):
        place = place_of(graph, t, futures.regimes[:, t], futures.shocks[:, t])
        wished = rule.wishes(t, futures.regimes[:, t], chosen)
        decided = _decide(graph, books, place, wished)
        booked = keep_books(graph, books, place, decided)
        books = booked.books
        cost[:, t] = booked.cost(graph.risk.discount**t)
        orders[:, t], unmet[:, t] = decided.order.sum(axis=2), decided.unmet
        fleet[:, t] = books.fleet.sum(axis=2)
        breaches += int(np.count_nonzero(booked.penalty > rounding))
    return Replay(
        futures=futures,
        cost=cost,
        orders=orders,
        fleet=fleet,
        unmet=unmet,
        breaches=breaches,
        cpu_s=0.0,
    )


def _decide(graph: PolicyGraph, books: PathBooks, place: Place, wished: FloatArray) -> Decided:
    decided = nothing_decided(graph, books.paths)
    decided.order[:] = admitted(graph, books, place, wished)
    standing = books.fleet + _arriving(graph, books, place, decided.order)
    decided.retired[:] = _without_room(graph, place, standing)
    dispatch(graph, place, standing - decided.retired, decided)
    return decided


def _arriving(graph: PolicyGraph, books: PathBooks, place: Place, order: FloatArray) -> FloatArray:
    """``(P, K, S)``: chips that pass the gate in the quarter."""
    offers = graph.offers
    due = books.transit[:, 0] + order * offers.lead[:, 0][None, :, None] + books.bond
    passed = due * offers.may_deliver[place.node][:, :, None]
    chips: FloatArray = passed * offers.lot[:, None]
    return chips


def _without_room(graph: PolicyGraph, place: Place, standing: FloatArray) -> FloatArray:
    """``(P, K, S)``: chips to retire where power or floor no longer suffices, all in proportion."""
    leaves = np.where(may_retire(graph), standing, 0.0)
    kept = np.ones(standing.shape[::2])
    for draw, room in (
        (graph.fleet.power_kw, graph.sites.power_kw),
        (graph.fleet.floor, graph.sites.floor),
    ):
        drawn = np.einsum("pks,k->ps", leaves, draw)
        fixed = np.einsum("pks,k->ps", standing - leaves, draw)
        kept = np.minimum(kept, part(room[None, :, place.quarter] - fixed, drawn))
    return leaves * (1.0 - kept[:, None, :])
