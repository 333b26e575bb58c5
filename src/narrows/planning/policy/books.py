"""The books of many futures at once: what each holds, owes and has under way, as arrays.

Nothing here solves or knows a solver. The leading axis of every array is the path.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.state import as_leads


@dataclass(frozen=True, kw_only=True, eq=False)
class PathBooks:
    """What P futures hand from one quarter to the next.

    Attributes
    ----------
    transit, transit_value
        ``(P, L, K, S)`` lots by quarters left until the gate, 0 = due in the quarter to come, and
        the money agreed for them.
    bond, bond_value
        ``(P, K, S)`` lots that wait at a shut gate, and the money agreed for them.
    fleet
        ``(P, K, S)`` chips.
    begun
        ``(P, Q, W, H)`` portings that the policy started at least ``h + 1`` quarters before the
        quarter to come.
    caps, shares
        ``(P, caps)`` chips and ``(P, shares)`` credit in the weight's unit.
    budget
        ``(P,)`` money.
    """

    transit: FloatArray
    transit_value: FloatArray
    bond: FloatArray
    bond_value: FloatArray
    fleet: FloatArray
    begun: FloatArray
    caps: FloatArray
    shares: FloatArray
    budget: FloatArray

    @property
    def paths(self) -> int:
        """The number of futures, P."""
        return len(self.budget)


@dataclass(frozen=True, kw_only=True, eq=False)
class Decided:
    """What is decided in a quarter on each of P futures.

    Attributes
    ----------
    order
        ``(P, K, S)`` lots.
    retired
        ``(P, K, S)`` chips.
    assigned, assigned_at
        ``(P, K, W)`` and, for workloads bound to sites, ``(P, K, S, W)`` chips at work.
    rented
        ``(P, C, W)`` chips.
    unmet
        ``(P, W)`` work not done.
    started
        ``(P, Q, W)`` portings started, beyond those that the graph gives.
    cancelled
        ``(P, L, K, S)`` lots under way sent back, by quarters left until the gate.
    """

    order: FloatArray
    retired: FloatArray
    assigned: FloatArray
    assigned_at: FloatArray
    rented: FloatArray
    unmet: FloatArray
    started: FloatArray
    cancelled: FloatArray


def nothing_decided(graph: PolicyGraph, paths: int) -> Decided:
    """Return the decisions of a quarter in which nothing is done."""
    n = graph.sizes
    return Decided(
        order=np.zeros((paths, n["K"], n["S"])),
        retired=np.zeros((paths, n["K"], n["S"])),
        assigned=np.zeros((paths, n["K"], n["W"])),
        assigned_at=np.zeros((paths, n["K"], n["S"], n["W"])),
        rented=np.zeros((paths, n["C"], n["W"])),
        unmet=np.zeros((paths, n["W"])),
        started=np.zeros((paths, n["Q"], n["W"])),
        cancelled=np.zeros((paths, n["L"], n["K"], n["S"])),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Place:
    """Where each future stands in a quarter.

    Attributes
    ----------
    quarter
        The same for all.
    node
        ``(P,)`` index on the graph's axis N.
    shock
        ``(P,)``; without effect in the first quarter.
    """

    quarter: int
    node: IntArray
    shock: IntArray


def place_of(graph: PolicyGraph, quarter: int, regimes: IntArray, shocks: IntArray) -> Place:
    """Return where futures stand, given the regime and shock ``(P,)`` of a quarter."""
    return Place(quarter=quarter, node=quarter * len(graph.regimes) + regimes, shock=shocks)


def open_books(graph: PolicyGraph, paths: int) -> PathBooks:
    """Return the books before the first quarter."""
    n = graph.sizes
    cells = (n["K"], n["S"])
    longest = max(int(graph.porting.quarters.max(initial=1)), 1)
    value = graph.offers.booked_value
    agreed = np.zeros_like(graph.offers.booked) if value is None else value

    def repeated(values: FloatArray) -> FloatArray:
        return np.tile(values, (paths, *([1] * values.ndim)))

    def under_way(values: FloatArray) -> FloatArray:
        return repeated(np.moveaxis(as_leads(values, n["L"]), 2, 0))

    budget = 0.0 if graph.budget is None else graph.budget.opening
    return PathBooks(
        transit=under_way(graph.offers.booked),
        transit_value=under_way(agreed),
        bond=np.zeros((paths, *cells)),
        bond_value=np.zeros((paths, *cells)),
        fleet=repeated(graph.fleet.installed),
        begun=np.zeros((paths, n["Q"], n["W"], longest)),
        caps=repeated(np.array([cap.opening for cap in graph.caps])),
        shares=repeated(np.array([share.opening for share in graph.shares])),
        budget=np.full(paths, budget),
    )


def demand_at(graph: PolicyGraph, place: Place) -> FloatArray:
    """``(P, W)``: work wanted."""
    wanted = graph.work.demand[place.node]
    return wanted if place.quarter == 0 else wanted * graph.shocks.demand[place.shock]


def supply_at(graph: PolicyGraph, place: Place) -> FloatArray:
    """``(P, K)``: chips that may be ordered."""
    offered = graph.offers.may_order[place.node] * graph.offers.supply[place.node]
    return offered if place.quarter == 0 else offered * graph.shocks.supply[place.shock]


def quota_at(graph: PolicyGraph, place: Place) -> FloatArray:
    """``(P, caps)``: chips that each cap releases."""
    released = np.zeros((len(place.node), len(graph.caps)))
    for i, cap in enumerate(graph.caps):
        released[:, i] = cap.quota[place.node]
    return released if place.quarter == 0 else released * graph.shocks.quota[place.shock][:, None]
