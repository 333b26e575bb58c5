"""Two pools in steady state: one computes prompts and hands their cache to one that decodes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.exchange import cache_transfer_s
from narrows.performance.serving.facts import EngineFacts
from narrows.performance.serving.iteration import (
    decode_step,
    drafted_s,
    entry_s,
    iteration_s,
    lifetime,
    prefill_lanes,
    prefill_s,
)
from narrows.performance.serving.layout import Layout, replica, stage_share
from narrows.performance.serving.layout import layout as plain_layout
from narrows.performance.serving.memory import sequence_bytes
from narrows.performance.serving.prompt_queue import Blocks, longest_wait_s, wait_s
from narrows.performance.serving.settle import settle
from narrows.performance.serving.steady import (
    Caps,
    Steady,
    residence_s,
    sequence_limit,
)
from narrows.performance.serving.step import Machine
from narrows.performance.serving.traffic import Traffic, shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Equal instances that do one of the two phases."""

    machine: Machine
    instances: Array
    caps: Caps


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a prefill pool can do, whatever decodes behind it.

    ``rate`` is in prompts a second; ``lone_s`` computes a prompt that need not wait, in one of the
    ``blocks`` that instances take; ``hand_over_s`` sends its cache on to the pool that decodes and
    ``entry_s`` admits it.
    """

    blocks: Blocks
    rate: Array
    lone_s: Array
    hand_over_s: Array
    entry_s: Array


def feed(prefill: Pool, decode: Pool, load: Traffic) -> Feed:
    """Return what a prefill pool can do for a load and the pool that decodes behind it."""
    lone = prefill_s(prefill.machine, load, array(float(prefill.caps.chunk_tokens)))
    rate = prefill_rate(prefill, load)
    return Feed(
        blocks=blocks_of(prefill, load, lone, rate),
        rate=rate,
        lone_s=lone,
        hand_over_s=hand_over_s(prefill, decode.machine.layout, load),
        entry_s=entry_s(prefill.machine),
    )


def blocks_of(prefill: Pool, load: Traffic, lone_s: Array, rate: Array) -> Blocks:
    """Return how a pool computes prompts: each replica one, in chunks that short ones share.

    The first stage of a pipeline is free for the next block when it has done its part.
    """
    machine = prefill.machine
    shared = np.maximum(np.floor(prefill.caps.chunk_tokens / load.fresh_tokens), 1.0)
    lanes = machine.layout.dp
    one_s = lone_s * stage_share(machine.shape.layers, machine.layout)
    full_s = lanes * shared * prefill.instances / rate
    further = np.maximum(lanes * (shared - 1), 1.0)
    return Blocks(
        one_s=one_s,
        each_s=np.where(shared > 1, np.maximum(full_s - one_s, 0.0) / further, full_s / lanes),
        plain_s=array(0.0),
        lanes=lanes,
        most=lanes * shared,
        servers=prefill.instances,
    )


def decoding(machine: Machine, load: Traffic, sequences: Array) -> Steady:
    """Return an instance that only decodes: prompts arrive computed."""
    step = decode_step(machine, load, sequences, array(0.0))
    cycle = lifetime(machine, load) * drafted_s(machine, load, sequences, step)
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


def apart(prefill: Pool, decode: Pool, engine: EngineFacts, load: Traffic) -> Steady:
    """Return the steady state of two pools that hand the cache over; rates are of both together.

    ``load.clients`` counts all requests in flight over both pools.
    """
    room = decode.instances * sequence_limit(
        decode.machine, engine, shared(load, decode.instances), decode.caps
    )
    fed = feed(prefill, decode, load)

    def next_sequences(sequences: Array) -> Array:
        now = apart_at(fed, decode, load, sequences, room)
        cycle = now.tpot_s * load.output_tokens
        wanted = np.minimum(load.clients / (1 + now.ttft_s / cycle), load.arrivals * cycle)
        return np.minimum(np.minimum(room, fed.rate * cycle), wanted)

    sequences = settle(next_sequences, np.minimum(room, load.clients))
    now = apart_at(fed, decode, load, sequences, room)
    queued = residence_s(load, now.request_rate)
    waiting = np.maximum(now.ttft_s, queued - now.tpot_s * load.output_tokens)
    return replace(now, ttft_s=waiting)


def apart_at(prefill: Feed, decode: Pool, load: Traffic, sequences: Array, room: Array) -> Steady:
    """Return the steady state of two pools while ``sequences`` decode on the second.

    A prompt that was handed over waits for the end of the iteration under way, if anything decodes.
    """
    each = sequences / decode.instances
    step = decode_step(decode.machine, load, each, array(0.0))
    cycle = lifetime(decode.machine, load) * drafted_s(decode.machine, load, each, step)
    rate = sequences / cycle
    busy = np.minimum(rate / prefill.rate, 1.0)
    wait = np.minimum(wait_s(prefill.blocks, rate), longest_wait_s(prefill.blocks, load.clients))
    joins = (1 - np.exp(-each)) * cycle / lifetime(decode.machine, load) / 2
    return Steady(
        sequences=sequences,
        tpot_s=cycle / load.output_tokens,
        ttft_s=prefill.lone_s + prefill.hand_over_s + wait + joins + prefill.entry_s,
        request_rate=rate,
        output_rate=rate * load.output_tokens,
        prefill_share=busy,
        room=room,
        step=step,
    )


def prefill_rate(pool: Pool, load: Traffic) -> Array:
    """Return prompts a second that a prefill pool can compute, with full iterations.

    While one stage of a pipeline computes a chunk, the others compute those before it.
    """
    machine, limit = pool.machine, array(float(pool.caps.chunk_tokens))
    chunk = np.maximum(limit, 1.0)
    seconds = iteration_s(machine, load, array(0.0), chunk)
    return pool.instances * prefill_lanes(machine) * chunk / load.fresh_tokens / seconds


def hand_over_s(prefill: Pool, behind: Layout, load: Traffic) -> Array:
    """Return the time to send a prompt's cache to one replica of a decode layout.

    All that a sequence keeps goes over: windows as far as they are filled, recurrent states, and
    what drafts keeps. The devices of a replica send, or take in, side by side.
    """
    machine = prefill.machine
    whole = sequence_bytes(
        machine.shape, machine.scheme, plain_layout(), load.input_tokens, load.drafts
    )
    return cache_transfer_s(
        whole, replica(machine.layout), replica(behind), machine.device, machine.constants
    )
