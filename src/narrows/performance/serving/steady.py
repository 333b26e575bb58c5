"""The steady state of an instance or of two pools, and what holds it: room, queues, residence."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.facts import EngineFacts
from narrows.performance.serving.memory import sequences_that_fit
from narrows.performance.serving.prompt_queue import BUSY_MAX
from narrows.performance.serving.settle import Mask
from narrows.performance.serving.step import Machine, StepTime
from narrows.performance.serving.traffic import Traffic


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


def either(mask: Mask, one: Steady, other: Steady) -> Steady:
    """Return ``one`` where ``mask`` holds, else ``other``."""
    names = [field.name for field in fields(Steady) if field.name != "step"]
    chosen = {name: np.where(mask, getattr(one, name), getattr(other, name)) for name in names}
    return Steady(**chosen, step=_either_step(mask, one.step, other.step))


def _either_step(mask: Mask, one: StepTime, other: StepTime) -> StepTime:
    names = [field.name for field in fields(StepTime)]
    return StepTime(
        **{name: np.where(mask, getattr(one, name), getattr(other, name)) for name in names}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Limits that an operator sets on an engine: sequences a replica, tokens an iteration."""

    max_seqs: Array
    chunk_tokens: float


def sequence_limit(machine: Machine, engine: EngineFacts, load: Traffic, caps: Caps) -> Array:
    """Return sequences that fit: memory, and the operator's limit for each replica."""
    reserved = load.input_tokens + load.output_tokens
    context = reserved if engine.reserves_output else load.mean_context
    fit = sequences_that_fit(
        machine.device,
        engine,
        machine.shape,
        machine.scheme,
        machine.layout,
        context,
        load.drafts,
    )
    return array(np.minimum(fit, caps.max_seqs * machine.layout.dp))


def queue_wait_s(service_s: Array, busy: Array, clients: Array, *, full: Array) -> Array:
    """Return the mean wait before a prompt's turn: M/D/1, never longer than all others' turns.

    ``busy`` is the share of time in which prompts are computed, ``full`` the share of what could
    be computed: where short prompts share a chunk, one waits for the chunk under way and joins
    the next.
    """
    open_wait = service_s * busy / (2 * (1 - np.minimum(full, BUSY_MAX)))
    closed = np.maximum(clients - 1, 0.0) * service_s / 2
    return array(np.minimum(open_wait, closed))


def residence_s(load: Traffic, rate: Array) -> Array:
    """Return how long a request stays by Little's law; 0 where arrivals set the load."""
    bound = np.isinf(load.clients) | (rate >= load.arrivals * (1 - 1e-6))
    return np.where(bound, 0.0, load.clients / np.maximum(rate, 1e-12))
