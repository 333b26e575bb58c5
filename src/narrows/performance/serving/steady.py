"""Continuous batching in steady state, as the fixed point of Little's law.

An engine keeps B sequences decoding; each finished one is replaced by a new prompt, whose prefill
rides in iterations that then take longer. B, the iteration time and the waiting time of a prompt
depend on each other and are solved together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.exchange import MICRO, cache_transfer_s
from narrows.performance.serving.facts import EngineFacts
from narrows.performance.serving.memory import cache_token_bytes, sequences_that_fit
from narrows.performance.serving.settle import settle
from narrows.performance.serving.speculation import tokens_per_step
from narrows.performance.serving.step import Machine, StepTime, Work, step_time

BUSY_MAX = 0.98
"""A queue is never computed closer to saturation than this: its mean has no limit there."""
ONE_BATCH = 1.05
"""Queued requests over running ones up to which a run is one batch: some are being prefilled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What clients ask of one instance.

    ``clients`` requests are in flight at once (infinite where all are queued beforehand), and at
    most ``arrivals`` start a second; ``cached`` prompt tokens are found in the prefix cache;
    ``drafts`` tokens are proposed a step.
    """

    input_tokens: Array
    output_tokens: Array
    clients: Array
    cached: Array
    arrivals: Array
    drafts: float = 0.0

    @property
    def fresh_tokens(self) -> Array:
        """Prompt tokens that must be computed; at least the last one."""
        return np.maximum(self.input_tokens - self.cached, 1.0)

    @property
    def mean_context(self) -> Array:
        """Mean context of a decoding sequence."""
        return self.input_tokens + self.output_tokens / 2


def traffic(
    input_tokens: float,
    output_tokens: float,
    *,
    clients: float = np.inf,
    cached: float = 0.0,
    arrivals: float = np.inf,
    drafts: float = 0.0,
) -> Traffic:
    """Return traffic from plain numbers."""
    return Traffic(
        input_tokens=array(input_tokens),
        output_tokens=array(output_tokens),
        clients=array(clients),
        cached=array(cached),
        arrivals=array(arrivals),
        drafts=drafts,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """An instance, or two pools, in steady state.

    Where all requests are queued beforehand, ``ttft_s`` leaves out that queue. ``step`` is an
    iteration without prefill.
    """

    sequences: Array
    tpot_s: Array
    ttft_s: Array
    request_rate: Array
    output_rate: Array
    prefill_share: Array
    room: Array
    step: StepTime


def decode_step(machine: Machine, load: Traffic, sequences: Array, chunk: Array) -> StepTime:
    """Return the iteration in which ``sequences`` decode and each replica prefills ``chunk``.

    Engines let the replicas of one instance prefill in the same iterations, since experts tie
    them (attention-DP balancing of TensorRT-LLM, DP scheduling of SGLang).
    """
    return step_time(
        machine,
        Work(
            sequences=sequences,
            context=load.mean_context,
            queries=array(1.0 + load.drafts),
            chunk=chunk,
            span=np.minimum(chunk, load.fresh_tokens),
            past=load.cached + np.maximum(load.fresh_tokens - chunk, 0.0) / 2,
        ),
    )


def iteration_s(machine: Machine, load: Traffic, sequences: Array, chunk: Array) -> Array:
    """Return seconds of an iteration with the drafting of its speculative tokens."""
    return drafted_s(machine, load, decode_step(machine, load, sequences, chunk))


def drafted_s(machine: Machine, load: Traffic, step: StepTime) -> Array:
    """Return seconds of an iteration that is known, with the drafting of speculative tokens.

    A draft runs the model's one-layer predictor and the head once for each token.
    """
    if load.drafts <= 0:
        return step.total_s
    layers = max(machine.shape.layers, 1)
    body = step.total_s - step.head_s
    return step.total_s + load.drafts * (body / layers + step.head_s)


def prefill_s(machine: Machine, load: Traffic, limit: Array) -> Array:
    """Return seconds from the start of a lone prompt's prefill to its first token."""
    pieces = np.ceil(load.fresh_tokens / limit)
    nobody = array(0.0)
    return pieces * iteration_s(machine, load, nobody, load.fresh_tokens / pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Limits that an operator sets on an engine: sequences a replica, tokens an iteration."""

    max_seqs: Array
    chunk_tokens: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What an instance does while a number of sequences decode on it.

    ``plain`` is its iteration without prefill.
    """

    mean_s: Array
    share: Array
    first_s: Array
    plain: StepTime


def flow(machine: Machine, load: Traffic, sequences: Array, caps: Caps, lone_s: Array) -> Flow:
    """Return mean iteration, share of iterations that prefill, and time to the first token.

    Each finished sequence is replaced, so ``sequences / life`` prompts arrive an iteration; their
    tokens go in chunks of one prompt, or more where several arrive an iteration. A client's own
    prompt never disturbs its own decoding. ``lone_s``, a prompt's prefill while nobody decodes, is
    the same for any number of sequences: a chunk is cut short by the limit alone.
    """
    life = lifetime(machine, load)
    limit = array(float(caps.chunk_tokens))
    others = np.where(np.isinf(load.clients), 1.0, 1 - 1 / np.maximum(load.clients, 1.0))
    inflow = sequences * load.fresh_tokens / (life * machine.layout.dp) * others
    chunk = np.minimum(limit, np.maximum(load.fresh_tokens, inflow))
    share = np.minimum(inflow / chunk, 1.0)
    plain = decode_step(machine, load, sequences, array(0.0))
    mixed = iteration_s(machine, load, sequences, chunk)
    whole = mixed * np.ceil(load.fresh_tokens / limit)
    wait = queue_wait_s(whole, share, load.clients)
    return Flow(
        mean_s=(1 - share) * drafted_s(machine, load, plain) + share * mixed,
        share=share,
        first_s=lone_s + (whole - lone_s) * share + wait + entry_s(machine),
        plain=plain,
    )


def entry_s(machine: Machine) -> Array:
    """Return what a request spends outside iterations: network, tokens, admission, reply."""
    return machine.constants.entry_us * MICRO


def lifetime(machine: Machine, load: Traffic) -> Array:
    """Return the iterations in which a sequence decodes."""
    return load.output_tokens / tokens_per_step(load.drafts, machine.constants.draft_accept)


def fed_limit(machine: Machine, load: Traffic, caps: Caps) -> Array:
    """Return the sequences that prefill can keep supplied if every iteration carries a chunk."""
    life = lifetime(machine, load)
    return caps.chunk_tokens * machine.layout.dp * life / load.fresh_tokens


def together(machine: Machine, engine: EngineFacts, load: Traffic, caps: Caps) -> Steady:
    """Return the steady state of an instance that prefills and decodes on the same devices."""
    life = lifetime(machine, load)
    room = sequence_limit(machine, engine, load, caps)
    limit = np.minimum(room, fed_limit(machine, load, caps))
    lone = prefill_s(machine, load, array(float(caps.chunk_tokens)))

    def next_sequences(sequences: Array) -> Array:
        now = flow(machine, load, sequences, caps, lone)
        cycle = life * now.mean_s
        wanted = np.minimum(load.clients / (1 + now.first_s / cycle), load.arrivals * cycle)
        return np.minimum(limit, wanted)

    sequences = settle(next_sequences, np.minimum(limit, load.clients))
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


def _residence_s(load: Traffic, rate: Array) -> Array:
    """Return how long a request stays by Little's law; 0 where arrivals set the load."""
    bound = np.isinf(load.clients) | (rate >= load.arrivals * (1 - 1e-6))
    return np.where(bound, 0.0, load.clients / np.maximum(rate, 1e-12))


def at_sequences(
    machine: Machine, load: Traffic, sequences: Array, caps: Caps, room: Array
) -> Steady:
    """Return the steady state in which ``sequences`` decode."""
    lone = prefill_s(machine, load, array(float(caps.chunk_tokens)))
    now = flow(machine, load, sequences, caps, lone)
    cycle = lifetime(machine, load) * now.mean_s
    rate = sequences / cycle
    queued = _residence_s(load, rate)
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


def sequence_limit(machine: Machine, engine: EngineFacts, load: Traffic, caps: Caps) -> Array:
    """Return sequences that fit: memory, and the operator's limit for each replica."""
    reserved = load.input_tokens + load.output_tokens
    context = reserved if engine.reserves_output else load.mean_context
    fit = sequences_that_fit(
        machine.device, engine, machine.shape, machine.scheme, machine.layout, context
    )
    return array(np.minimum(fit, caps.max_seqs * machine.layout.dp))


def queue_wait_s(service_s: Array, busy: Array, clients: Array) -> Array:
    """Return the mean wait before a prompt's turn: M/D/1, never longer than all others' turns."""
    open_wait = service_s * busy / (2 * (1 - np.minimum(busy, BUSY_MAX)))
    closed = np.maximum(clients - 1, 0.0) * service_s / 2
    return array(np.minimum(open_wait, closed))


def decoding(machine: Machine, load: Traffic, sequences: Array) -> Steady:
    """Return an instance that only decodes: prompts arrive computed."""
    step = decode_step(machine, load, sequences, array(0.0))
    cycle = lifetime(machine, load) * drafted_s(machine, load, step)
    rate = sequences / cycle
    return Steady(
        sequences=sequences,
        tpot_s=cycle / load.output_tokens,
        ttft_s=cycle / load.output_tokens,
        request_rate=rate,
        output_rate=rate * load.output_tokens,
        prefill_share=np.zeros_like(cycle),
        room=sequences,
        step=step,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Equal instances that do one of the two phases."""

    machine: Machine
    instances: Array
    caps: Caps


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a prefill pool can do, whatever decodes behind it.

    ``rate`` is in prompts a second; ``lone_s`` computes a prompt that need not wait, on one of
    ``instances``; ``hand_over_s`` sends its cache on and ``entry_s`` admits it.
    """

    instances: Array
    rate: Array
    lone_s: Array
    hand_over_s: Array
    entry_s: Array


def feed(prefill: Pool, load: Traffic) -> Feed:
    """Return what a prefill pool can do for a load."""
    return Feed(
        instances=prefill.instances,
        rate=prefill_rate(prefill, load),
        lone_s=prefill_s(prefill.machine, load, array(float(prefill.caps.chunk_tokens))),
        hand_over_s=hand_over_s(prefill, load),
        entry_s=entry_s(prefill.machine),
    )


def apart(prefill: Pool, decode: Pool, engine: EngineFacts, load: Traffic) -> Steady:
    """Return the steady state of two pools that hand the cache over; rates are of both together.

    ``load.clients`` counts all requests in flight over both pools.
    """
    room = decode.instances * sequence_limit(
        decode.machine, engine, shared(load, decode.instances), decode.caps
    )
    fed = feed(prefill, load)

    def next_sequences(sequences: Array) -> Array:
        now = apart_at(fed, decode, load, sequences, room)
        cycle = now.tpot_s * load.output_tokens
        wanted = np.minimum(load.clients / (1 + now.ttft_s / cycle), load.arrivals * cycle)
        return np.minimum(np.minimum(room, fed.rate * cycle), wanted)

    sequences = settle(next_sequences, np.minimum(room, load.clients))
    now = apart_at(fed, decode, load, sequences, room)
    queued = _residence_s(load, now.request_rate)
    waiting = np.maximum(now.ttft_s, queued - now.tpot_s * load.output_tokens)
    return replace(now, ttft_s=waiting)


def apart_at(prefill: Feed, decode: Pool, load: Traffic, sequences: Array, room: Array) -> Steady:
    """Return the steady state of two pools while ``sequences`` decode on the second."""
    each = sequences / decode.instances
    step = decode_step(decode.machine, load, each, array(0.0))
    cycle = lifetime(decode.machine, load) * drafted_s(decode.machine, load, step)
    rate = sequences / cycle
    busy = np.minimum(rate / prefill.rate, 1.0)
    wait = queue_wait_s(prefill.lone_s / prefill.instances, busy, load.clients)
    return Steady(
        sequences=sequences,
        tpot_s=cycle / load.output_tokens,
        ttft_s=prefill.lone_s + prefill.hand_over_s + wait + prefill.entry_s,
        request_rate=rate,
        output_rate=rate * load.output_tokens,
        prefill_share=busy,
        room=room,
        step=step,
    )


def prefill_rate(pool: Pool, load: Traffic) -> Array:
    """Return prompts a second that a prefill pool can compute, with full iterations."""
    machine, limit = pool.machine, array(float(pool.caps.chunk_tokens))
    chunk = np.maximum(limit, 1.0)
    seconds = iteration_s(machine, load, array(0.0), chunk)
    return pool.instances * machine.layout.dp * chunk / load.fresh_tokens / seconds


def hand_over_s(prefill: Pool, load: Traffic) -> Array:
    """Return the time to send a prompt's cache to the decode pool; devices send in parallel."""
    machine = prefill.machine
    whole = load.input_tokens * cache_token_bytes(machine.shape, machine.scheme)
    return cache_transfer_s(whole / machine.layout.tp, machine.device, machine.constants)


def shared(load: Traffic, instances: Array) -> Traffic:
    """Return the traffic of one of ``instances`` that share clients and arrivals evenly."""
    return replace(load, clients=load.clients / instances, arrivals=load.arrivals / instances)
