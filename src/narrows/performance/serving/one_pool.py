"""Continuous batching on one pool in steady state, as the fixed point of Little's law.

An engine keeps B sequences decoding; each finished one is replaced by a new prompt, whose prefill
rides in iterations that then take longer. B, the iteration time and the waiting time of a prompt
depend on each other and are solved together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.facts import EngineFacts
from narrows.performance.serving.iteration import (
    chunks_a_round,
    decode_step,
    drafted_s,
    entry_s,
    iteration_s,
    lifetime,
    prefill_s,
)
from narrows.performance.serving.open_pool import at_random
from narrows.performance.serving.settle import settle
from narrows.performance.serving.steady import (
    Caps,
    Steady,
    either,
    queue_wait_s,
    residence_s,
    sequence_limit,
)
from narrows.performance.serving.step import Machine, StepTime
from narrows.performance.serving.traffic import Traffic

ONE_BATCH = 1.05
"""Queued requests over running ones up to which a run is one batch: some are being prefilled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What an instance does while a number of sequences decode on it.

    ``plain`` is its iteration without prefill, ``mixed_s`` lasts one with a chunk.
    """

    mean_s: Array
    mixed_s: Array
    share: Array
    first_s: Array
    plain: StepTime


def flow(machine: Machine, load: Traffic, sequences: Array, caps: Caps, lone_s: Array) -> Flow:
    """Return mean iteration, share of iterations that prefill, and time to the first token.

    Each finished sequence is replaced, so ``sequences / life`` prompts arrive an iteration; their
    tokens go in chunks of one prompt, or more where several arrive an iteration. A client's own
    prompt never disturbs its own decoding. Every replica, and every micro-batch of a pipeline,
    carries a chunk in the same round: clients that began together end together, and a round lasts
    as long as its slowest micro-batch. ``lone_s``, a prompt's
    prefill while nobody decodes, is the same for any number of sequences: a chunk is cut short by
    the limit alone.

    A prompt waits for half of the iteration that it finds under way, and for the prompts before
    it, whose share is one of time: an iteration with a chunk lasts longer than one without. Its own
    pieces ride with what decodes, if anything does: the sequences that it meets are Poisson.
    """
    life = lifetime(machine, load)
    limit = array(float(caps.chunk_tokens))
    others = np.where(np.isinf(load.clients), 1.0, 1 - 1 / np.maximum(load.clients, 1.0))
    lanes = chunks_a_round(machine)
    inflow = sequences * load.fresh_tokens / (life * lanes) * others
    chunk = np.minimum(limit, np.maximum(load.fresh_tokens, inflow))
    share = np.minimum(inflow / chunk, 1.0)
    plain = decode_step(machine, load, sequences, array(0.0))
    mixed = iteration_s(machine, load, sequences, chunk)
    plain_s = drafted_s(machine, load, sequences, plain)
    mean_s = (1 - share) * plain_s + share * mixed
    busy = share * mixed / mean_s
    whole = mixed * np.ceil(load.fresh_tokens / limit)
    met = 1 - np.exp(-sequences * others)
    turn = (1 - busy) * met * plain_s / 2 + queue_wait_s(
        whole, busy, load.clients, full=busy * chunk / limit
    )
    return Flow(
        mean_s=mean_s,
        mixed_s=mixed,
        share=share,
        first_s=turn + lone_s + (whole - lone_s) * met + entry_s(machine),
        plain=plain,
    )


def fed_limit(machine: Machine, load: Traffic, caps: Caps) -> Array:
    """Return the sequences that prefill can keep supplied if every iteration carries a chunk.

    Where those that decode do not meet a chunk each time, since a client's own is none of them, as
    many fewer: prompts a second are bounded by iterations with chunks in a row.
    """
    life = lifetime(machine, load)
    return caps.chunk_tokens * chunks_a_round(machine) * life / load.fresh_tokens


def together(machine: Machine, engine: EngineFacts, load: Traffic, caps: Caps) -> Steady:
    """Return the steady state of an instance that prefills and decodes on the same devices.

    Requests of clients follow completions. Those of a stated rate come at random, as long as fewer
    of them are there than clients: where more come than an instance can do, all clients wait.
    """
    held = _held(machine, engine, load, caps)
    if not np.any(np.isfinite(load.arrivals)):
        return held
    free = at_random(machine, load, caps, held.room)
    there = free.request_rate * (free.ttft_s + free.tpot_s * load.output_tokens)
    there = np.where(free.request_rate < load.arrivals, np.inf, there)
    return either(np.isfinite(load.arrivals) & (there < load.clients), free, held)


def _held(machine: Machine, engine: EngineFacts, load: Traffic, caps: Caps) -> Steady:
    """Return the steady state of an instance whose clients, or whose memory, hold the load."""
    life = lifetime(machine, load)
    room = sequence_limit(machine, engine, load, caps)
    fed = fed_limit(machine, load, caps)
    lone = prefill_s(machine, load, array(float(caps.chunk_tokens)))

    def next_sequences(sequences: Array) -> Array:
        now = flow(machine, load, sequences, caps, lone)
        cycle = life * now.mean_s
        wanted = np.minimum(load.clients / (1 + now.first_s / cycle), load.arrivals * cycle)
        limit = np.minimum(room, fed * now.mean_s / now.mixed_s)
        return np.minimum(limit, wanted)

    sequences = settle(next_sequences, np.minimum(np.minimum(room, fed), load.clients))
    return at_sequences(machine, load, sequences, caps, room)


def drained_rate(machine: Machine, load: Traffic, state: Steady) -> Array:
    """Return the output rate of a run that ends when its queued requests are done.

    While the last batch empties, iterations still pay what they cost without sequences (a):
    against the steady rate, L lifetimes of a / 2 are lost. A run that fits in one batch ends
    at once.
    """
    idle = iteration_s(machine, load, np.minimum(state.sequences, 1.0), array(0.0))
    lost = lifetime(machine, load) * idle / 2
    whole = load.clients / state.request_rate
    empties = np.isfinite(load.clients) & (load.clients > state.sequences * ONE_BATCH)
    return state.output_rate / np.where(empties, 1 + lost / whole, 1.0)


def at_sequences(
    machine: Machine, load: Traffic, sequences: Array, caps: Caps, room: Array
) -> Steady:
    """Return the steady state in which ``sequences`` decode."""
    lone = prefill_s(machine, load, array(float(caps.chunk_tokens)))
    now = flow(machine, load, sequences, caps, lone)
    cycle = lifetime(machine, load) * now.mean_s
    rate = sequences / cycle
    queued = residence_s(load, rate)
    return Steady(
        sequences=sequences,
        tpot_s=cycle / load.output_tokens,
        ttft_s=np.maximum(now.first_s, queued - cycle),
        request_rate=rate,
        output_rate=rate * load.output_tokens,
        prefill_share=now.share,
        room=room,
        step=now.plain,
    )
