"""A search that leaves nothing out: every layout, every split of the devices, dense batch sizes.

It shares the steady state with the package and nothing of how its search picks, prunes or orders.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.performance.serving.candidate import Alike, caps, load_traffic, machine, states
from narrows.performance.serving.knowledge import load_knowledge
from narrows.performance.serving.layout import candidates, joined
from narrows.performance.serving.one_pool import fed_limit
from narrows.performance.serving.steady import BUSY_MAX, sequence_limit

EACH_UP_TO = 64
"""Up to here every whole number of sequences is tried, beyond one in fifty."""
STEP = 1.02


@dataclass(frozen=True)
class Rows:
    """Deployments to try: columns of decode layout, instances, prefill instances, sequences."""

    table: np.ndarray
    front: int | None


def best_rate_of_all(asked, load, devices, limits):
    """Return the most output tokens a second of any deployment within the limits; 0 if none."""
    bounds, constants = caps(asked, None), load_knowledge().central(asked.member)
    sizes = [size for size in range(1, devices + 1) if devices % size == 0]
    every = joined([candidates(asked.shape, size, domain=asked.device.domain) for size in sizes])
    run, traffic = machine(asked, every, constants), load_traffic(load)
    room = np.broadcast_to(sequence_limit(run, asked.engine, traffic, bounds), len(every))
    own = np.minimum(room, fed_limit(run, traffic, bounds))
    fits = [i for i in range(len(every)) if room[i] >= 1]
    tries = [_one_pool(every, fits, own, devices)]
    tries += [_two_pools(every, fits, room, devices, front) for front in fits]
    return max(
        (_best(asked, load, every, rows, limits, bounds, constants) for rows in tries if rows),
        default=0.0,
    )


def _batches(room):
    dense = np.arange(1, min(EACH_UP_TO, room) + 1)
    rest = np.arange(np.log(EACH_UP_TO), np.log(max(room, EACH_UP_TO)), np.log(STEP))
    return np.unique([*dense, *np.floor(np.exp(rest[1:])), np.floor(room)])


def _one_pool(every, fits, room, devices):
    rows = [
        (i, devices // int(every.devices[i]), 0, batch)
        for i in fits
        if room[i] >= 1
        for batch in _batches(room[i])
    ]
    return Rows(np.array(rows), None) if rows else None


def _two_pools(every, fits, room, devices, front):
    size = int(every.devices[front])
    rows = [
        (i, (devices - count * size) // int(every.devices[i]), count, batch)
        for count in range(1, devices // size + 1)
        for i in fits
        if devices - count * size >= every.devices[i]
        for batch in _batches(room[i])
    ]
    return Rows(np.array(rows), front) if rows else None


def _best(asked, load, every, rows, limits, bounds, constants):
    back, instances, count, batch = rows.table.T
    two = rows.front is not None
    found = Alike(
        layout=every.at(back.astype(int)),
        instances=instances,
        prefill_layout=every.at(np.full(len(back), rows.front)) if two else None,
        prefill_instances=count,
        sequences=batch,
        decode_only=False,
    )
    now = states(asked, found, load, bounds, constants)
    good = np.broadcast_to(now.prefill_share <= (BUSY_MAX if two else 1.0), len(back)).copy()
    for time_s, limit_ms in ((now.ttft_s, limits.ttft_ms), (now.tpot_s, limits.tpot_ms)):
        if limit_ms is not None:
            good &= time_s * 1e3 <= limit_ms
    return float(np.max(np.where(good, now.output_rate, 0.0)))
