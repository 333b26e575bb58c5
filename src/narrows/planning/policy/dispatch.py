"""Who works on what in a quarter, without a solver, on thousands of futures at once.

Three steps. Workloads bound to sites are served first, best worth first. Then a market: the price
of each workload rises where work is short and falls where it is plenty (one market a group of
futures alike in regime and shock), and every source of compute leans to its best use. What is left
goes to the source with the most to lose by waiting (Vogel's rule). The result keeps every rule and
is not always the best: ``dispatch_loss`` in ``narrows bench planning`` says how far off it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.arrays import BoolArray, FloatArray
from narrows.planning.policy.books import Decided, Place, demand_at
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.market import lean

ENOUGH = 1e-9
"""Shares of work or chips below it are a rounding."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sources:
    """Own systems and rental offers alike, F together; filled up in place.

    Attributes
    ----------
    rate
        ``(F, W)`` work of a chip; 0 = cannot or may not run it.
    cost
        ``(P, F)`` money of a chip at work.
    free
        ``(P, F)`` chips not at work yet.
    most
        ``(P, F, W)`` chips that may still work on it.
    left
        ``(P, W)`` work still to be done.
    used
        ``(P, F, W)`` chips at work.
    """

    rate: FloatArray
    cost: FloatArray
    free: FloatArray
    most: FloatArray
    left: FloatArray
    used: FloatArray

    def put(self, chips: FloatArray) -> None:
        """Put chips ``(P, F, W)`` to work."""
        self.used[:] += chips
        self.free[:] -= chips.sum(axis=2)
        self.most[:] -= chips
        self.left[:] -= (chips * self.rate).sum(axis=1)


def dispatch(graph: PolicyGraph, place: Place, fleet: FloatArray, decided: Decided) -> None:
    """Fill in who works, what is rented and what is left undone; ``fleet`` is ``(P, K, S)``."""
    wanted = demand_at(graph, place)
    left, up = wanted.copy(), fleet * graph.fleet.availability[:, None]
    _serve_bound(graph, place, left, up, decided)
    sources = _sources(graph, place, wanted, left, up.sum(axis=2))
    undone = graph.work.unmet_price[:, place.quarter]
    group = np.unique(np.stack([place.node, place.shock]), axis=1, return_inverse=True)[1].ravel()
    share = lean(sources.rate, sources.cost, sources.free, sources.left, undone, group)
    _take_share(sources, share)
    _fill(sources, wanted, undone)
    systems = graph.sizes["K"]
    decided.assigned[:] = sources.used[:, :systems]
    decided.rented[:] = sources.used[:, systems:]
    decided.unmet[:] = np.maximum(sources.left, 0.0)


def _able(graph: PolicyGraph, quarter: int) -> BoolArray:
    """``(K, W)``: a system can do the work and its stack is ported by then."""
    ported = graph.ported_by(quarter)[graph.porting.stack]
    able: BoolArray = ported & (graph.work.rate > 0.0)
    return able


def _serve_bound(
    graph: PolicyGraph, place: Place, left: FloatArray, up: FloatArray, decided: Decided
) -> None:
    """Serve workloads that are bound to sites, the pair with the highest worth of a chip first."""
    bound = ~graph.work.runs_at.all(axis=1)
    able = (_able(graph, place.quarter) & bound)[:, None, :] & graph.work.runs_at.T[None]
    worth = graph.work.rate * graph.work.unmet_price[:, place.quarter]
    pairs = [(int(k), int(s), int(w)) for k, s, w in np.argwhere(able)]
    for k, s, w in sorted(pairs, key=lambda pair: -worth[pair[0], pair[2]]):
        rate = graph.work.rate[k, w]
        chips = np.minimum(up[:, k, s], left[:, w] / rate)
        up[:, k, s] -= chips
        left[:, w] -= chips * rate
        decided.assigned_at[:, k, s, w] = chips


def _sources(
    graph: PolicyGraph, place: Place, wanted: FloatArray, left: FloatArray, own: FloatArray
) -> Sources:
    rental, node, paths = graph.rental, place.node, len(place.node)
    anywhere = graph.work.runs_at.all(axis=1)
    rate = np.where(_able(graph, place.quarter) & anywhere, graph.work.rate, 0.0)
    runs = np.where(rental.rate > 0.0, rental.rate, 1.0)
    most = rental.allowed[node] * wanted[:, None] / runs
    systems = len(rate)
    return Sources(
        rate=np.concatenate([rate, rental.rate]),
        cost=np.concatenate([np.zeros((paths, systems)), rental.price[node]], axis=1),
        free=np.concatenate([own, rental.ceiling[node]], axis=1),
        most=np.concatenate([np.full((paths, *rate.shape), np.inf), most], axis=1),
        left=left,
        used=np.zeros((paths, systems + len(rental.rate), rate.shape[1])),
    )


def _take_share(sources: Sources, share: FloatArray) -> None:
    """Put the shares ``(P, F, W)`` to work, but no more on a workload than it wants."""
    chips = np.minimum(sources.free[:, :, None] * share, sources.most)
    made = (chips * sources.rate).sum(axis=1)
    wanted = np.maximum(sources.left, 0.0)
    needed = np.divide(wanted, made, out=np.ones_like(made), where=made > wanted)
    sources.put(chips * needed[:, None, :])


def _fill(sources: Sources, wanted: FloatArray, undone: FloatArray) -> None:
    """Give what is left to the source whose second choice is worst, until nothing gains.

    Each step exhausts a source, a workload or a permission, so there are no more than of these.
    """
    rate, row = sources.rate, np.arange(len(wanted))
    speed = np.where(rate > 0.0, rate, 1.0)
    gain = np.where(rate > 0.0, rate * undone - sources.cost[:, :, None], 0.0)
    scale = np.maximum(sources.free, 1.0)
    for _ in range(sum(rate.shape) + int((rate > 0.0).sum())):
        works = (sources.left > ENOUGH * wanted)[:, None, :] & (sources.most > ENOUGH)
        value = np.where(works & (sources.free > ENOUGH * scale)[:, :, None], gain, 0.0)
        first = value.max(axis=2)
        if not np.any(first > 0.0):
            return
        k = np.where(first > 0.0, _regret(value, first), -1.0).argmax(axis=1)
        w = value[row, k].argmax(axis=1)
        room = np.minimum(sources.free[row, k], sources.most[row, k, w])
        chips = np.minimum(room, np.maximum(sources.left[row, w], 0.0) / speed[k, w])
        chips = np.where(value[row, k, w] > 0.0, chips, 0.0)
        sources.used[row, k, w] += chips
        sources.free[row, k] -= chips
        sources.most[row, k, w] -= chips
        sources.left[row, w] -= chips * rate[k, w]


def _regret(value: FloatArray, first: FloatArray) -> FloatArray:
    """``(P, F)``: what the second choice falls short of the first, as a share of the first."""
    if value.shape[2] == 1:
        return np.ones_like(first)
    second = np.partition(value, -2, axis=2)[:, :, -2]
    short: FloatArray = np.divide(first - second, first, out=np.zeros_like(first), where=first > 0)
    return short
