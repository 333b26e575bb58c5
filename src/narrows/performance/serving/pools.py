"""The halves of a deployment whose pools are apart: layouts that prefill, layouts that decode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.candidate import load_traffic, machine
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.iteration import entry_s, iteration_s, lifetime, prefill_s
from narrows.performance.serving.layout import Layout
from narrows.performance.serving.predict import MILLI
from narrows.performance.serving.question import Limits, Load, Setting
from narrows.performance.serving.steady import BUSY_MAX, Caps, sequence_limit
from narrows.performance.serving.traffic import Traffic
from narrows.performance.serving.two_pools import Pool, hand_over_s, prefill_rate

BATCHES = 96
"""Batch sizes tried for a layout, evenly spaced in the logarithm up to what fits: a twelfth
apart at some thousands, by which a search loses 2 % of the rate at most."""
FRONTS_KEPT = 8
"""Prefill layouts paired with decode layouts: the fastest per device that meet the limit."""


@dataclass(frozen=True, slots=True)
class Fronts:
    """Prefill layouts, prompts a second of one instance of each, and the time of a lone prompt.

    ``lone_s`` computes it; ``alone_s`` also hands its cache over, to as many devices, and admits
    it. A smaller replica behind takes longer, to which the finalists of a search are held.
    """

    layout: Layout
    rate: Array
    lone_s: Array
    alone_s: Array


@dataclass(frozen=True, slots=True)
class Backs:
    """Decode layouts, requests a second of each, and the sequences at which they do so."""

    layout: Layout
    rate: Array
    batch: Array


def fronts_of(
    asked: Setting,
    load: Load,
    layouts: Layout,
    limits: Limits,
    bounds: Caps,
    constants: Constants,
) -> Fronts:
    """Return the prefill layouts that meet the limit alone and are fastest for each device."""
    traffic = load_traffic(load)
    run = machine(asked, layouts, constants)
    pool = Pool(machine=run, instances=array(1.0), caps=bounds)
    rate = prefill_rate(pool, traffic)
    lone = np.broadcast_to(prefill_s(run, traffic, array(bounds.chunk_tokens)), rate.shape)
    alone = lone + hand_over_s(pool, layouts, traffic) + entry_s(run)
    good = np.ones_like(rate, dtype=bool)
    if limits.ttft_ms is not None:
        good = alone * MILLI < limits.ttft_ms
    order = np.argsort(-np.where(good, rate / layouts.devices, -1.0), kind="stable")
    kept = order[: min(FRONTS_KEPT, int(np.sum(good)))]
    return Fronts(layouts.at(kept), rate[kept], lone[kept], alone[kept])


def backs_of(
    asked: Setting,
    load: Load,
    layouts: Layout,
    limits: Limits,
    bounds: Caps,
    constants: Constants,
) -> Backs:
    """Return each decode layout at its largest rate under the limit on time per token."""
    traffic: Traffic = load_traffic(load)
    run = machine(asked, layouts, constants)
    batch = batch_grid(sequence_limit(run, asked.engine, traffic, bounds))
    cycle = lifetime(run, traffic) * iteration_s(run, traffic, batch, array(0.0))
    rate = batch / cycle
    if limits.tpot_ms is not None:
        rate = np.where(cycle / load.output_tokens * MILLI <= limits.tpot_ms, rate, -1.0)
    at = np.argmax(rate, axis=0)
    columns = np.arange(len(layouts))
    best = rate[at, columns]
    good = np.flatnonzero(best > 0)
    return Backs(layouts.at(good), best[good], batch[at, columns][good])


def usable_share(fronts: Fronts, limits: Limits, instances: Array) -> Array:
    """Return the share of prefill capacity at which the M/D/1 wait still meets the limit.

    The queue is that of :func:`~narrows.performance.serving.two_pools.apart_at`: a prompt alone
    takes A, and n instances or stages that each have it for T take turns, so
    A + r T / n / (2 (1 - r)) <= L gives r = 2 s / (1 + 2 s) with s = n (L - A) / T.

    Parameters
    ----------
    instances
        Of each front, shape ``(..., splits)``; the fronts' own arrays are broadcast against it
        along the first axis.
    """
    if limits.ttft_ms is None:
        return np.full(np.broadcast_shapes(fronts.lone_s[:, None].shape, instances.shape), BUSY_MAX)
    spare_s = limits.ttft_ms / MILLI - fronts.alone_s
    slack = instances * (fronts.layout.pp * spare_s / fronts.lone_s)[:, None]
    return array(np.minimum(2 * slack / (1 + 2 * slack), BUSY_MAX))


def batch_grid(limit: Array) -> Array:
    """Return batch sizes up to each limit, shape ``(BATCHES, layouts)``."""
    steps = np.linspace(0.0, 1.0, BATCHES)[:, None]
    return np.unique(np.floor(np.maximum(limit, 1.0) ** steps), axis=0)
