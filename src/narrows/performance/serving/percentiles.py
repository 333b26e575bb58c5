"""Percentiles of a finalist's latencies, by simulating its engines under requests as they come."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from narrows.core import InputError
from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.candidate import (
    Candidate,
    accepting,
    alike,
    caps,
    load_traffic,
    machine,
    pools,
)
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.iteration import entry_s, iteration_s, prefill_lanes
from narrows.performance.serving.knowledge import Knowledge, load_knowledge
from narrows.performance.serving.prefill_queue import prefill_starts
from narrows.performance.serving.question import Load, Setting
from narrows.performance.serving.requests import Requests, dealt, poisson_requests
from narrows.performance.serving.simulate import Bench, Simulated, measure, run_lanes
from narrows.performance.serving.speculation import tokens_per_step
from narrows.performance.serving.steady import sequence_limit
from narrows.performance.serving.step import Machine
from narrows.performance.serving.two_pools import Feed, feed

REQUESTS = 32_000
"""Requests over all streams: the 99th percentile then rests on some 250 of them."""
STREAM_LEAST = 200
"""Requests of a stream, so that its queue has time to settle."""
TIMES_IN_FLIGHT = 15
"""Requests of a stream over those in flight: the edges that are left out cover filling up."""
ROOM_MAX = 2048
"""Sequences of one instance that the simulation keeps; published engines cap at this or less."""
SEED = 20261123


def steady_requests(
    asked: Setting,
    found: Candidate,
    load: Load,
    *,
    requests_per_s: float,
    knowledge: Knowledge | None = None,
    requests: int = REQUESTS,
    seed: int = SEED,
) -> Requests:
    """Return Poisson arrivals of ``requests_per_s`` at the whole deployment.

    Raises
    ------
    InputError
        The rate is not positive, or it exceeds what the deployment can do.
    """
    known = load_knowledge() if knowledge is None else knowledge
    limit = _saturation(asked, found, load, known.central(asked.member))
    if not 0 < requests_per_s < limit:
        raise InputError(
            f"{requests_per_s:g} requests/s is not between 0 and what the deployment can do",
            f"stay below {limit:.3g} requests/s",
            fieldname="requests_per_s",
            value=requests_per_s,
        )
    in_flight = _in_flight(asked, found, load, known.central(asked.member), requests_per_s)
    each = max(STREAM_LEAST, TIMES_IN_FLIGHT * in_flight)
    streams = max(requests // each, 1)
    return poisson_requests(
        requests_per_s, load.output_tokens, streams=streams, each=each, seed=seed
    )


def simulate_candidate(
    asked: Setting,
    found: Candidate,
    load: Load,
    coming: Requests,
    *,
    knowledge: Knowledge | None = None,
) -> Simulated:
    """Return percentiles of what requests meet at a deployment of one pool or two.

    Requests are dealt to instances in turn. Where pools are apart, prompts queue in front of the
    first, hand their cache over and enter the second, which decodes without interruption. Speeds
    are those of the middle of the constants; prompts have their mean length.
    """
    known = load_knowledge() if knowledge is None else knowledge
    constants = known.central(asked.member)
    run = machine(asked, found.layout, accepting(constants, load))
    bench = bench_of(asked, run, load)
    ready = coming.arrived_s
    if found.prefill_layout is not None:
        front = _front(asked, found, load, constants)
        starts = prefill_starts(ready, _servers(found), _service_s(found, front))
        ready = starts + float(front.lone_s.item() + front.hand_over_s.item())
        bench = replace(bench, mixed_s=bench.plain_s, pieces=0)
    lanes = [dealt(each, found.instances) for each in (ready, coming.arrived_s)]
    tokens = dealt(coming.output_tokens, found.instances)
    tokens = np.where(np.isfinite(tokens), tokens, 1.0)
    return measure(
        run_lanes(bench, lanes[0], tokens),
        asked_s=lanes[1],
        output_tokens=tokens,
        entry_s=bench.entry_s,
        edge_share=coming.edge_share,
    )


def _in_flight(
    asked: Setting, found: Candidate, load: Load, constants: Constants, requests_per_s: float
) -> int:
    """Return the sequences that decode when a rate is kept up, over all instances."""
    run = machine(asked, found.layout, accepting(constants, load))
    rates = request_rates(bench_of(asked, run, load), load) * found.instances
    enough = np.flatnonzero(rates >= requests_per_s)
    return found.instances * (1 + int(enough[0] if enough.size else len(rates) - 1))


def _front(asked: Setting, found: Candidate, load: Load, constants: Constants) -> Feed:
    known = accepting(constants, load)
    prefill, decode = pools(asked, alike([found]), caps(asked, None), known)
    return feed(prefill, decode, load_traffic(load))


def _servers(found: Candidate) -> int:
    """Return prompts that a prefill pool computes at once: one on each attention replica."""
    front = found.prefill_layout
    return found.prefill_instances * (1 if front is None else int(front.dp[0]))


def _service_s(found: Candidate, front: Feed) -> float:
    """Return how long a prompt keeps its replica: full iterations, so less than a lone one."""
    return _servers(found) / float(front.rate.item())


def _saturation(asked: Setting, found: Candidate, load: Load, constants: Constants) -> float:
    """Return requests a second beyond which a queue of the deployment grows without end."""
    run = machine(asked, found.layout, accepting(constants, load))
    bench = bench_of(asked, run, load)
    if found.prefill_layout is None:
        return saturation(bench, load) * found.instances
    front = float(_front(asked, found, load, constants).rate.item())
    alone = replace(bench, mixed_s=bench.plain_s, pieces=0)
    return min(front, saturation(alone, load) * found.instances)


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
        replicas=max(int(prefill_lanes(run).item()), 1),
    )


def saturation(bench: Bench, load: Load) -> float:
    """Return requests a second beyond which the queue grows without end."""
    return float(np.max(request_rates(bench, load)))


def request_rates(bench: Bench, load: Load) -> Array:
    """Return requests a second of one instance while 1, 2, ... sequences decode, ``(room,)``."""
    life = np.ceil(load.output_tokens / bench.tokens_per_step)
    batch = np.arange(1, bench.room + 1)
    own = (bench.mixed_s[1:] - bench.plain_s[1:]) * bench.pieces / bench.replicas
    return array(batch / (life * bench.plain_s[1:] + batch * own))


def _gain(constants: Constants, load: Load) -> float:
    return float(tokens_per_step(float(load.drafts), constants.draft_accept))
