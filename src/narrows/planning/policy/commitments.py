"""What is under way will need room when it comes: the rule of a later quarter, said beforehand.

Every plan that keeps power and floor in all later quarters and regimes keeps these rows too, so
they change no optimum. Without them a policy has to learn from cuts, one site and quarter after
another, not to order what will find no room.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.affine import Affine
from narrows.planning.arrays import BoolArray, FloatArray
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.tranches import youngest
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import may_retire


@dataclass(frozen=True, kw_only=True, eq=False)
class _Room:
    """A rule of the sites: its name, what a chip draws ``(K,)`` and what there is ``(S, T)``."""

    rule: str
    unit: str
    draw: FloatArray
    limit: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Carried:
    """What a quarter leaves behind.

    Attributes
    ----------
    fleet
        ``(1, K, S)`` chips.
    under_way
        ``(1, K, S, L)`` lots by quarters left, 0 = due in the next.
    bond
        ``(1, K, S)`` lots that wait at the gate.
    """

    fleet: Affine
    under_way: Affine
    bond: Affine


def room_ahead(graph: PolicyGraph, quarter: int, regime: int, left: Carried) -> list[Rows]:
    """Return, for each quarter ahead in which lots may come, what stands by then ``<= room``.

    What is sure to come counts: the least share that the gate lets through in any regime, without
    chips that may leave again. Lots that may be cancelled count in the next quarter alone, when
    they no longer may, and then with all that a gate may let through.
    """
    stays, last = ~may_retire(graph), graph.n_stages - 1
    standing, rows = left.fleet.times(stays[None].astype(np.float64)), []
    if quarter < last:
        due = (left.under_way.pick(3, 0) + left.bond).times(_chips(graph, stays))
        for passes in _next_passes(graph, quarter, regime):
            most = standing + due.times(passes[None, :, None])
            rows += [_row(room, most, quarter + 1) for room in _rooms(graph)]
    for ahead in range(min(graph.sizes["L"] - 1, last - quarter)):
        then = quarter + 1 + ahead
        sure = _chips(graph, stays) * _passes_surely(graph, then)[None, :, None]
        standing = standing + left.under_way.pick(3, ahead).times(sure)
        if ahead > 0:
            rows += [_row(room, standing, then) for room in _rooms(graph)]
    return rows


def _chips(graph: PolicyGraph, stays: BoolArray) -> FloatArray:
    """``(1, K, S)``: chips of a lot, where they stay."""
    chips: FloatArray = graph.offers.lot[None, :, None] * stays[None]
    return chips


def _next_passes(graph: PolicyGraph, quarter: int, regime: int) -> FloatArray:
    """``(rows, K)``: shares that may pass in the next quarter, those that no other exceeds."""
    reached = np.flatnonzero(graph.transition[quarter, regime] > 0.0)
    passes = graph.offers.may_deliver[graph.at(quarter + 1, 0) + reached]
    may_cancel = youngest(graph.offers).any(axis=1)
    passes = np.unique(np.where(may_cancel, passes, passes.min(axis=0)), axis=0)
    exceeded = [
        any(np.all(other >= one) and np.any(other > one) for other in passes) for one in passes
    ]
    highest: FloatArray = passes[~np.array(exceeded)]
    return highest


def _passes_surely(graph: PolicyGraph, quarter: int) -> FloatArray:
    """``(K,)``: the share of lots that passes the gate in whatever regime, none if cancellable."""
    offers, first = graph.offers, graph.at(quarter, 0)
    least = offers.may_deliver[first : first + len(graph.regimes)].min(axis=0)
    passes: FloatArray = np.where(youngest(offers).any(axis=1), 0.0, least)
    return passes


def _rooms(graph: PolicyGraph) -> tuple[_Room, _Room]:
    fleet, sites = graph.fleet, graph.sites
    return (
        _Room(rule="power", unit="kW", draw=fleet.power_kw, limit=sites.power_kw),
        _Room(rule="floor", unit="floor", draw=fleet.floor, limit=sites.floor),
    )


def _row(room: _Room, standing: Affine, quarter: int) -> Rows:
    drawn = standing.times(room.draw[None, :, None]).sum(1)
    limit = room.limit[None, :, quarter]
    scale = max(float(room.draw.max()), TINY_DRAW)
    return at_most(room.rule, drawn, limit=limit, axes=("site",), unit=room.unit, scale=scale)


TINY_DRAW = 1e-9
"""Keeps the scale positive where nothing draws on a rule."""
