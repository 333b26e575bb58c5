"""A market of work: prices at which sources of compute lean to the workloads that need them."""

from __future__ import annotations

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray

ROUNDS = 150
"""Prices move no more than a few percent after it on the packaged instance."""
STEP = 0.3
"""Most that a price moves in a round, as a logarithm; it falls with the rounds."""
STEP_HALVED_AFTER = 20.0
WARMTH = 0.05
"""Uses within about this share of a source's best one share its chips."""
LOWEST = 1e-4
"""Share of the price of undone work below which a price does not fall, so that it can rise."""


def lean(
    rate: FloatArray,
    cost: FloatArray,
    free: FloatArray,
    wanted: FloatArray,
    undone: FloatArray,
    group: IntArray,
) -> FloatArray:
    """Return the share of each source that leans to each workload, ``(P, F, W)``.

    Parameters
    ----------
    rate, cost, free
        ``(F, W)`` work of a chip; ``(P, F)`` money of a chip at work, and chips.
    wanted, undone
        ``(P, W)`` work; ``(W,)`` money per unit of work left undone.
    group
        ``(P,)`` futures of one group trade at one price, that of their means.
    """
    counts = np.bincount(group).astype(np.float64)[:, None]

    def mean(values: FloatArray) -> FloatArray:
        sums = np.zeros((len(counts), values.shape[1]))
        np.add.at(sums, group, values)
        return np.asarray(sums / counts)

    costs, chips, works = mean(cost), mean(free), mean(wanted)
    price = np.broadcast_to(undone, works.shape) / 2.0
    for number in range(ROUNDS):
        offered = np.einsum("gf,gfw,fw->gw", chips, _shares(rate, costs, price), rate)
        short = np.clip((works - offered) / np.maximum(works, 1e-30), -1.0, 1.0)
        step = STEP / (1.0 + number / STEP_HALVED_AFTER)
        price = np.clip(price * np.exp(step * short), LOWEST * undone, undone)
    return np.asarray(_shares(rate, costs, price)[group])


def _shares(rate: FloatArray, cost: FloatArray, price: FloatArray) -> FloatArray:
    """``(G, F, W)``: a source spreads over uses that earn nearly alike; it may also idle."""
    earns = rate[None] * price[:, None, :]
    net = earns - cost[:, :, None]
    best = net.max(axis=2, keepdims=True)
    scale = WARMTH * np.maximum(earns.max(axis=2, keepdims=True), 1e-30)
    pull = np.where(rate[None] > 0.0, np.exp((net - best) / scale), 0.0)
    idle = np.exp(np.minimum(-best / scale, 50.0))
    shares: FloatArray = pull / (pull.sum(axis=2, keepdims=True) + idle)
    return shares
