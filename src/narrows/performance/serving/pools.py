"""The halves of a deployment whose pools are apart: layouts that prefill, layouts that decode."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.candidate import load_traffic, machine
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.iteration import entry_s, iteration_s, lifetime, prefill_s
from narrows.performance.serving.layout import Layout
from narrows.performance.serving.predict import MILLI
from narrows.performance.serving.prompt_queue import BUSY_MAX, Blocks, wait_s
from narrows.performance.serving.question import Limits, Load, Setting
from narrows.performance.serving.steady import Caps, sequence_limit
from narrows.performance.serving.traffic import Traffic
from narrows.performance.serving.two_pools import Pool, blocks_of, hand_over_s, prefill_rate

BATCHES = 96
"""Batch sizes tried for a layout, evenly spaced in the logarithm up to what fits: a twelfth
apart at some thousands, by which a search loses 2 % of the rate at most."""
FRONTS_KEPT = 8
"""Prefill layouts paired with decode layouts: the fastest per device that meet the limit."""
SHARE_HALVINGS = 12
"""Of the share of prefill capacity that is used: to a four-thousandth."""


@dataclass(frozen=True, slots=True)
class Fronts:
    """Prefill layouts, prompts a second of one instance of each, and the time of a lone prompt.

    ``blocks`` are those in which an instance computes prompts.

    ``lone_s`` computes it; ``alone_s`` also hands its cache over, to as many devices, and admits
    it. A smaller replica behind takes longer, to which the finalists of a search are held.
    """

    layout: Layout
    rate: Array
    blocks: Blocks
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
    chosen = layouts.at(kept)
    blocks = blocks_of(
        replace(pool, machine=replace(run, layout=chosen)), traffic, lone[kept], rate[kept]
    )
    return Fronts(chosen, rate[kept], blocks, lone[kept], alone[kept])


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
    """Return the share of prefill capacity at which the wait of prompts still meets the limit.

    The queue is that of :func:`~narrows.performance.serving.two_pools.apart_at`; the share is
    found by halving.

    Parameters
    ----------
    instances
        Of each front, shape ``(..., splits)``; the fronts' own arrays are broadcast against it
        along the first axis.
    """
    low = np.zeros(np.broadcast_shapes(fronts.lone_s[:, None].shape, instances.shape))
    high = np.full_like(low, BUSY_MAX)
    if limits.ttft_ms is None:
        return high
    spare_s = (limits.ttft_ms / MILLI - fronts.alone_s)[:, None]
    blocks = _repeated(fronts.blocks, instances)
    for _ in range(SHARE_HALVINGS):
        middle = (low + high) / 2
        waits = wait_s(blocks, middle * instances * fronts.rate[:, None]) > spare_s
        low, high = np.where(waits, low, middle), np.where(waits, middle, high)
    return array(high)


def _repeated(one: Blocks, instances: Array) -> Blocks:
    """Return the blocks of one instance of each front as those of so many."""
    return Blocks(
        one_s=one.one_s[:, None],
        each_s=one.each_s[:, None],
        plain_s=one.plain_s,
        lanes=one.lanes[:, None],
        most=one.most[:, None],
        servers=instances,
    )


def batch_grid(limit: Array) -> Array:
    """Return batch sizes up to each limit, shape ``(BATCHES, layouts)``."""
    steps = np.linspace(0.0, 1.0, BATCHES)[:, None]
    return np.unique(np.floor(np.maximum(limit, 1.0) ** steps), axis=0)
