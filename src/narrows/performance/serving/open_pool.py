"""Continuous batching on one pool that requests reach at random, as a queue of blocks of prompts.

Where clients wait for their answers, prompts follow completions and are spread over iterations
(:mod:`~narrows.performance.serving.one_pool`). Where they come at random, those that come while
prompts are being computed are computed together, and whoever decodes meets all that comes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.iteration import (
    chunks_a_round,
    decode_step,
    drafted_s,
    entry_s,
    further_s,
    iteration_s,
    lifetime,
    prefill_s,
)
from narrows.performance.serving.prompt_queue import (
    BUSY_MAX,
    TINY,
    Blocks,
    Filled,
    filled,
    turns_of,
    wait_in,
    wait_s,
)
from narrows.performance.serving.settle import between, settle
from narrows.performance.serving.steady import Caps, Steady
from narrows.performance.serving.step import Machine, StepTime
from narrows.performance.serving.traffic import Traffic

MORE = 1.05
"""Of the sequences, at which the slope of a sequence's life is taken."""
SLOPE_MAX = 0.95
"""Beyond it the number that decode would vary without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """An instance on which a number of sequences decode, whatever the rate of prompts.

    ``decode_s`` is all of a sequence's ``life`` iterations if no prompt came; ``riding_s`` what a
    prompt's computation adds to them, ``pieces`` its iterations, ``lone_s`` its time while nobody
    decodes; ``met`` is the probability that somebody does.
    """

    blocks: Blocks
    life: Array
    decode_s: Array
    riding_s: Array
    pieces: Array
    lone_s: Array
    met: Array
    plain: StepTime


def engine_with(machine: Machine, load: Traffic, sequences: Array, caps: Caps) -> Engine:
    """Return an instance on which ``sequences`` decode on average.

    Whoever is there meets one sequence more than that, its own beside those of the others; a
    prompt finds nobody decoding with the probability of a Poisson number.
    """
    limit, fresh = array(float(caps.chunk_tokens)), load.fresh_tokens
    pieces, lanes = np.ceil(fresh / limit), chunks_a_round(machine)
    shared = np.maximum(np.floor(limit / fresh), 1.0)
    life, met = lifetime(machine, load), 1 - np.exp(-sequences)
    plain = decode_step(machine, load, sequences + 1, array(0.0))
    plain_s = drafted_s(machine, load, sequences + 1, plain)
    mixed_s = iteration_s(machine, load, sequences + 1, fresh / pieces)
    riding_s = pieces * (mixed_s - plain_s)
    alone_s = pieces * mixed_s
    turn_s = further_s(machine, load, sequences + 1, limit, mixed_s)
    return Engine(
        blocks=Blocks(
            one_s=alone_s,
            each_s=np.where(shared > 1, turn_s, alone_s) / lanes,
            plain_s=plain_s * met,
            lanes=lanes,
            most=lanes * shared,
            servers=array(1.0),
        ),
        life=life,
        decode_s=life * plain_s,
        riding_s=riding_s,
        pieces=pieces,
        lone_s=prefill_s(machine, load, limit),
        met=met,
        plain=plain,
    )


def cycle_s(engine: Engine, rate: Array) -> Array:
    """Return how long a sequence decodes while ``rate`` prompts come a second.

    Of its L iterations prompts ride in L b in the long run: of iterations without prompts the
    share 1 - e^(-rate plain) is followed by a block, of blocks the share 1 - again by none. It
    begins where a block ends, so that prompts ride at first with the chance ``again``. If L is
    long, that costs X iterations more; if short, X (1 - e^(-L (again - b) / X)), which leaves
    prompts in L again, as where the queue had no time to change.
    """
    now = filled(engine.blocks, rate)
    plain_s = engine.decode_s / engine.life
    mixed_s = now.block_s / engine.pieces
    begin = -np.expm1(-rate * plain_s)
    share = begin / np.maximum((1 - now.again) / engine.pieces + begin, TINY)
    more = np.maximum(now.again - share, 0.0) * engine.life
    behind = _behind(engine, now, rate, mixed_s - plain_s)
    first = behind * -np.expm1(-more / np.maximum(behind, TINY))
    return array(engine.decode_s + (share * engine.life + first) * (mixed_s - plain_s))


def _behind(engine: Engine, now: Filled, rate: Array, riding_s: Array) -> Array:
    """Return in how many iterations more of an endless life prompts ride, as it begins behind some.

    Those came while its own prompt waited and was computed, and were not computed beside it; while
    they ride, others come (as in a branching process).
    """
    beside = (np.minimum(now.prompts, engine.blocks.lanes) - 1) / 2
    came = rate * (wait_in(engine.blocks, now) + engine.blocks.one_s)
    pieces = engine.pieces / now.prompts
    idle = np.maximum(1 - rate * pieces * riding_s, TINY)
    return array(np.maximum(came - beside, 0.0) * pieces / idle)


def first_s(machine: Machine, engine: Engine, rate: Array) -> Array:
    """Return the mean time to the first token, whose prompt waits, is computed and admitted."""
    own = engine.lone_s + (engine.blocks.one_s - engine.lone_s) * engine.met
    return array(wait_s(engine.blocks, rate) + own + entry_s(machine))


def sequences_of(machine: Machine, load: Traffic, caps: Caps, limit: Array) -> Array:
    """Return the sequences that decode while ``load.arrivals`` come a second, ``limit`` at most."""

    def next_sequences(sequences: Array) -> Array:
        engine = engine_with(machine, load, sequences, caps)
        return np.minimum(limit, load.arrivals * cycle_s(engine, load.arrivals))

    return settle(next_sequences, limit)


def rate_of(engine: Engine, sequences: Array) -> Array:
    """Return the requests a second at which ``sequences`` decode on an engine on average.

    No more than prompts can be computed, however many sequences are asked for.
    """
    blocks = engine.blocks
    slowest = blocks.full_s * engine.life / engine.pieces
    rate = between(
        lambda rate: sequences / cycle_s(engine, rate),
        array(sequences / slowest),
        array(sequences / engine.decode_s),
    )
    return np.minimum(rate, blocks.most / blocks.full_s)


def arriving(machine: Machine, load: Traffic, sequences: Array, caps: Caps, room: Array) -> Steady:
    """Return the steady state in which so many requests come that ``sequences`` decode."""
    engine = engine_with(machine, load, sequences, caps)
    rate = rate_of(engine, sequences)
    return _state(machine, load, engine, rate, sequences, room)


def _state(
    machine: Machine, load: Traffic, engine: Engine, rate: Array, sequences: Array, room: Array
) -> Steady:
    cycle = sequences / rate
    now = filled(engine.blocks, rate)
    mixed_a_second = now.busy * engine.pieces / now.block_s
    return Steady(
        sequences=sequences,
        tpot_s=cycle / load.output_tokens,
        ttft_s=first_s(machine, engine, rate),
        request_rate=rate,
        output_rate=rate * load.output_tokens,
        prefill_share=np.minimum(mixed_a_second * cycle / engine.life, 1.0),
        room=room,
        step=engine.plain,
    )


def full(machine: Machine, load: Traffic, caps: Caps, room: Array) -> Steady:
    """Return the steady state of an instance that is always full, with lives that began at random.

    The queue of prompts is the same with iterations as its clock: as many come in one as sequences
    end there, however long it lasts. A place is taken for a life and for the block that computes
    its own prompt, which nobody decodes beside in that place: the other blocks hold its life up.
    """
    engine = engine_with(machine, load, np.maximum(room - 1, 0.0), caps)
    most = engine.blocks.most
    held = engine.life + engine.pieces
    there = np.minimum(room, most * held / engine.pieces)
    by_iteration = Blocks(
        one_s=engine.pieces,
        each_s=array(0.0),
        plain_s=array(1.0),
        lanes=most,
        most=most,
        servers=array(1.0),
    )
    prompts = np.minimum(filled(by_iteration, there / held).prompts, there)
    block_s = engine.blocks.one_s + (turns_of(engine.blocks, prompts) - 1) * engine.blocks.turn_s
    riding_s = block_s - engine.pieces * engine.decode_s / engine.life
    decoding_s = engine.decode_s + (there / prompts - 1) * riding_s
    rate = there / (decoding_s + block_s)
    return _state(machine, load, engine, rate, rate * decoding_s, room)


def at_random(machine: Machine, load: Traffic, caps: Caps, room: Array) -> Steady:
    """Return the steady state in which ``load.arrivals`` come a second, as long as memory holds.

    A sequence decodes no longer than in an instance that is always full. Requests wait for a place
    as in a queue with as many servers (Sakasegawa 1977; every life takes the same time); beyond
    what a full instance does that queue has no end, and the time to the first token leaves it out.
    """
    held = full(machine, load, caps, room)
    there = sequences_of(machine, load, caps, room)
    engine = engine_with(machine, load, there, caps)
    longest = held.sequences / held.request_rate
    cycle = np.minimum(cycle_s(engine, load.arrivals), longest)
    rate = np.minimum(load.arrivals, held.request_rate)
    now = _state(machine, load, engine, rate, rate * cycle, room)
    waits = _place_wait_s(engine_with(machine, load, there * MORE, caps), load, now, held)
    return replace(now, ttft_s=now.ttft_s + waits)


def _place_wait_s(more: Engine, load: Traffic, now: Steady, held: Steady) -> Array:
    """Return the mean wait for a place in memory, 0 where the queue for it has no end.

    That all R places are taken has the chance u^(sqrt(2 (R / z + 1)) - 1) at a share u of them
    (Sakasegawa); the number that decode varies z times as much as Poisson's, since decoding gets
    slower with it: z = 1 / (1 - e), e the slope of life by number, both as logarithms (Hayward).
    """
    longest = held.sequences / held.request_rate
    cycle = now.sequences / now.request_rate
    slower = np.minimum(cycle_s(more, load.arrivals), longest) / cycle
    slope = np.clip(np.log(slower) / np.log(MORE), 0.0, SLOPE_MAX)
    places = np.maximum(held.room * (1 - slope), 1.0)
    taken = np.minimum(now.sequences / held.room, 1.0) ** (np.sqrt(2 * (places + 1)) - 1)
    asked = load.arrivals / held.request_rate
    wait = taken * longest / (2 * held.room * (1 - np.minimum(asked, BUSY_MAX)))
    return np.where(asked < 1, wait, 0.0)
