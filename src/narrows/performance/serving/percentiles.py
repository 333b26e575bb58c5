"""Percentiles of a finalist's latencies, by simulating its engine under Poisson arrivals."""

from __future__ import annotations

import numpy as np

from narrows.core import InputError
from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.candidate import (
    Candidate,
    accepting,
    caps,
    load_traffic,
    machine,
)
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.knowledge import Knowledge, load_knowledge
from narrows.performance.serving.question import Load, Setting
from narrows.performance.serving.simulate import Bench, Simulated, poisson_arrivals, simulate
from narrows.performance.serving.speculation import tokens_per_step
from narrows.performance.serving.steady import entry_s, iteration_s, sequence_limit
from narrows.performance.serving.step import Machine

LANES = 256
"""Independent instances simulated side by side: wide enough that NumPy's overhead is small."""
REQUESTS = 64_000
"""Requests over all lanes: the 99th percentile then rests on some 600 of them."""
ROOM_MAX = 2048
"""Sequences of one instance that the simulation keeps; published engines cap at this or less."""
SEED = 20261123


def simulate_candidate(
    asked: Setting,
    found: Candidate,
    load: Load,
    *,
    requests_per_s: float,
    knowledge: Knowledge | None = None,
    requests: int = REQUESTS,
    seed: int = SEED,
) -> Simulated:
    """Return percentiles of latencies when ``requests_per_s`` arrive at all instances together.

    Only deployments that prefill and decode on the same devices are simulated.

    Raises
    ------
    InputError
        The pools are apart, the rate is not positive, or it exceeds what the instances can do.
    """
    if found.prefill_layout is not None:
        raise InputError(
            "the simulation knows one pool", "give a deployment without prefill layout"
        )
    known = load_knowledge() if knowledge is None else knowledge
    run = machine(asked, found.layout, accepting(known.central(asked.member), load))
    bench = bench_of(asked, run, load)
    each = requests_per_s / found.instances
    if not 0 < each < saturation(bench, load):
        raise InputError(
            f"{requests_per_s:g} requests/s is not between 0 and what the engine can do",
            f"stay below {saturation(bench, load) * found.instances:.3g} requests/s",
            fieldname="requests_per_s",
            value=requests_per_s,
        )
    arrivals = poisson_arrivals(each, LANES, max(requests // LANES, 10), seed)
    return simulate(bench, arrivals, load.output_tokens)


def bench_of(asked: Setting, run: Machine, load: Load) -> Bench:
    """Return the table of iteration times that the simulation needs."""
    bounds, asks = caps(asked, None), load_traffic(load)
    room = int(min(float(sequence_limit(run, asked.engine, asks, bounds).item()), ROOM_MAX))
    batch = np.arange(room + 1, dtype=np.float64)
    fresh, limit = float(asks.fresh_tokens), bounds.chunk_tokens
    pieces = int(np.ceil(fresh / limit))
    plain = iteration_s(run, asks, batch, array(0.0))
    mixed = iteration_s(
        run, asks, batch, array(min(fresh, limit) if pieces == 1 else fresh / pieces)
    )
    return Bench(
        plain_s=np.broadcast_to(plain, batch.shape),
        mixed_s=np.broadcast_to(mixed, batch.shape),
        pieces=pieces,
        prompts_per_iteration=max(int(limit // fresh), 1),
        tokens_per_step=_gain(run.constants, load),
        entry_s=float(entry_s(run)),
        replicas=int(run.layout.dp[0]),
    )


def saturation(bench: Bench, load: Load) -> float:
    """Return requests a second beyond which the queue grows without end."""
    life = np.ceil(load.output_tokens / bench.tokens_per_step)
    batch = np.arange(1, bench.room + 1)
    own = (bench.mixed_s[1:] - bench.plain_s[1:]) * bench.pieces / bench.replicas
    cycle: Array = life * bench.plain_s[1:] + batch * own
    return float(np.max(batch / cycle))


def _gain(constants: Constants, load: Load) -> float:
    return float(tokens_per_step(float(load.drafts), constants.draft_accept))
