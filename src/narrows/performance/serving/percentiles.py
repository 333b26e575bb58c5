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
    times,
)
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.iteration import chunks_a_round, entry_s, further_s, iteration_s
from narrows.performance.serving.knowledge import Knowledge, load_knowledge
from narrows.performance.serving.open_pool import at_random, full
from narrows.performance.serving.prefill_queue import Desks, prompts_done
from narrows.performance.serving.question import Load, Setting
from narrows.performance.serving.requests import Requests, dealt, poisson_requests
from narrows.performance.serving.simulate import Bench, Simulated, measure, run_lanes
from narrows.performance.serving.speculation import tokens_per_step
from narrows.performance.serving.steady import Steady, sequence_limit
from narrows.performance.serving.step import Machine
from narrows.performance.serving.traffic import shared
from narrows.performance.serving.two_pools import Feed, apart, decoding, feed

REQUESTS = 32_000
"""Requests over all streams: the 99th percentile then rests on some 250 of them."""
STREAM_LEAST = 200
"""Requests of a stream, so that its queue has time to settle."""
TIMES_IN_FLIGHT = 15
"""Requests of a stream over those in flight: the edges that are left out cover filling up."""
SETTLING = 20
"""Requests of a stream, times the square of what is left of capacity: a queue forgets its start in
some 4 / (1 - r)^2 services."""
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
    limit = saturation(asked, found, load, knowledge=known)
    if not 0 < requests_per_s < limit:
        raise InputError(
            f"{requests_per_s:g} requests/s is not between 0 and what the deployment can do",
            f"stay below {limit:.3g} requests/s",
            fieldname="requests_per_s",
            value=requests_per_s,
        )
    now = steady_at(asked, found, load, requests_per_s=requests_per_s, knowledge=known)
    in_flight = 1 + int(now.sequences.item())
    settling = int(SETTLING / (1 - requests_per_s / limit) ** 2)
    each = min(max(STREAM_LEAST, TIMES_IN_FLIGHT * in_flight, settling), requests)
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
    came, ready, tokens = coming.arrived_s, coming.arrived_s, coming.output_tokens
    if found.prefill_layout is not None:
        front = _front(asked, found, load, constants)
        ready = prompts_done(came, desks_of(front)) + float(front.hand_over_s.item())
        order = np.argsort(ready, axis=1, kind="stable")
        came, ready, tokens = (np.take_along_axis(x, order, 1) for x in (came, ready, tokens))
        bench = replace(
            bench, mixed_s=bench.plain_s, further_s=np.zeros_like(bench.plain_s), pieces=0
        )
    asked_s, ready, tokens = (dealt(each, found.instances) for each in (came, ready, tokens))
    tokens = np.where(np.isfinite(tokens), tokens, 1.0)
    return measure(
        run_lanes(bench, ready, tokens),
        asked_s=asked_s,
        output_tokens=tokens,
        entry_s=bench.entry_s,
        edge_share=coming.edge_share,
    )


def desks_of(front: Feed) -> Desks:
    """Return the instances of a prefill pool as they take prompts one by one."""
    blocks = front.blocks
    return Desks(
        servers=int(blocks.servers.item()),
        lanes=int(blocks.lanes.item()),
        most=int(blocks.most.item()),
        one_s=float(blocks.one_s.item()),
        done_s=float(front.lone_s.item()),
        more_s=float((blocks.lanes * blocks.each_s).item()),
    )


def steady_at(
    asked: Setting,
    found: Candidate,
    load: Load,
    *,
    requests_per_s: float,
    knowledge: Knowledge | None = None,
) -> Steady:
    """Return the steady state of a deployment that requests reach at random, of all instances."""
    known = load_knowledge() if knowledge is None else knowledge
    constants, bounds = accepting(known.central(asked.member), load), caps(asked, None)
    wanted = replace(load_traffic(load), clients=array(np.inf), arrivals=array(requests_per_s))
    if found.prefill_layout is not None:
        prefill, decode = pools(asked, alike([found]), bounds, constants)
        return apart(prefill, decode, asked.engine, wanted)
    run, count = machine(asked, found.layout, constants), array(found.instances)
    return times(at_random(run, shared(wanted, count), bounds, _room(asked, run, load)), count)


def _front(asked: Setting, found: Candidate, load: Load, constants: Constants) -> Feed:
    known = accepting(constants, load)
    prefill, decode = pools(asked, alike([found]), caps(asked, None), known)
    return feed(prefill, decode, load_traffic(load))


def saturation(
    asked: Setting, found: Candidate, load: Load, *, knowledge: Knowledge | None = None
) -> float:
    """Return requests a second beyond which a queue of the deployment grows without end."""
    known = load_knowledge() if knowledge is None else knowledge
    constants = known.central(asked.member)
    run = machine(asked, found.layout, accepting(constants, load))
    wanted, room = load_traffic(load), _room(asked, run, load)
    if found.prefill_layout is None:
        return full(run, wanted, caps(asked, None), room).request_rate.item() * found.instances
    front = float(_front(asked, found, load, constants).rate.item())
    return min(front, decoding(run, wanted, room).request_rate.item() * found.instances)


def _room(asked: Setting, run: Machine, load: Load) -> Array:
    """Return the sequences that an instance of the simulation holds."""
    held = sequence_limit(run, asked.engine, load_traffic(load), caps(asked, None))
    return np.minimum(held, ROOM_MAX)


def bench_of(asked: Setting, run: Machine, load: Load) -> Bench:
    """Return the table of iteration times that the simulation needs."""
    bounds, asks = caps(asked, None), load_traffic(load)
    room = int(_room(asked, run, load).item())
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
        further_s=np.broadcast_to(
            further_s(run, asks, batch, array(bounds.chunk_tokens), mixed), batch.shape
        ),
        pieces=pieces,
        prompts_per_iteration=max(int(limit // fresh), 1),
        tokens_per_step=_gain(run.constants, load),
        entry_s=float(entry_s(run)),
        replicas=int(chunks_a_round(run).item()),
    )


def _gain(constants: Constants, load: Load) -> float:
    return float(tokens_per_step(float(load.drafts), constants.draft_accept))
