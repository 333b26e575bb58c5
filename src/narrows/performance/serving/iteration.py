"""How long iterations, and the prompts and sequences that pass through them, take under a load."""

from __future__ import annotations

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.exchange import MICRO
from narrows.performance.serving.layout import stage_share
from narrows.performance.serving.speculation import tokens_per_step
from narrows.performance.serving.step import Machine, StepTime, Work, step_time
from narrows.performance.serving.traffic import Traffic


def decode_step(machine: Machine, load: Traffic, sequences: Array, chunk: Array) -> StepTime:
    """Return the iteration in which ``sequences`` decode and each replica prefills ``chunk``.

    Engines let the replicas of one instance prefill in the same iterations, since experts tie
    them (attention-DP balancing of TensorRT-LLM, DP scheduling of SGLang).
    """
    return step_time(machine, _work(load, sequences, chunk, queries=1.0 + load.drafts))


def _work(load: Traffic, sequences: Array, chunk: Array, *, queries: float) -> Work:
    return Work(
        sequences=sequences,
        context=load.mean_context,
        queries=array(queries),
        chunk=chunk,
        span=np.minimum(chunk, load.fresh_tokens),
        past=load.cached + np.maximum(load.fresh_tokens - chunk, 0.0) / 2,
    )


def iteration_s(machine: Machine, load: Traffic, sequences: Array, chunk: Array) -> Array:
    """Return seconds of an iteration with the drafting of its speculative tokens."""
    return drafted_s(machine, load, sequences, decode_step(machine, load, sequences, chunk))


def drafted_s(machine: Machine, load: Traffic, sequences: Array, step: StepTime) -> Array:
    """Return seconds of an iteration that is known, with the drafting of speculative tokens.

    The model's one-layer predictor first follows all that the step computed, prompts too; each
    further draft is a pass of one token a sequence. The head runs once for each draft.
    """
    if load.drafts <= 0:
        return step.total_s
    alone = step_time(machine, _work(load, sequences, array(0.0), queries=1.0))
    followed = _predictor_s(machine, step) + alone.head_s
    further = _predictor_s(machine, alone) + alone.head_s
    passes = np.where(sequences > 0, max(load.drafts - 1, 0.0), 0.0)
    return step.total_s + followed + passes * further


def _predictor_s(machine: Machine, step: StepTime) -> Array:
    """Return the share of one layer in an iteration."""
    return (step.total_s - step.head_s) / machine.shape.layers


def prefill_s(machine: Machine, load: Traffic, limit: Array) -> Array:
    """Return seconds from the start of a lone prompt's prefill to its first token."""
    pieces = np.ceil(load.fresh_tokens / limit)
    nobody = array(0.0)
    return pieces * iteration_s(machine, load, nobody, load.fresh_tokens / pieces)


def further_s(
    machine: Machine, load: Traffic, sequences: Array, limit: Array, mixed_s: Array
) -> Array:
    """Return what each short prompt beyond the first adds to an iteration of ``limit`` tokens.

    ``mixed_s`` is the iteration with one of them; on the way to a full one each adds as much. 0
    where no two prompts share an iteration.
    """
    shared = np.floor(limit / load.fresh_tokens)
    if not np.any(shared > 1):
        return np.zeros_like(mixed_s)
    full_s = iteration_s(machine, load, sequences, shared * load.fresh_tokens)
    return np.where(shared > 1, (full_s - mixed_s) / np.maximum(shared - 1, 1.0), 0.0)


def prefill_lanes(machine: Machine) -> Array:
    """Return the chunks that a pool of prompts computes at once: of each replica, one in a stage.

    Stages follow the one with the most layers: 61 layers in eight stages count for 7.6 of them.
    """
    return machine.layout.dp / stage_share(machine.shape.layers, machine.layout)


def chunks_a_round(machine: Machine) -> Array:
    """Return the chunks that ride in one round of the micro-batches: of each replica, one in each.

    That stages are uneven is in the time of the round.
    """
    return machine.layout.dp * machine.layout.pp


def entry_s(machine: Machine) -> Array:
    """Return what a request spends outside iterations: network, tokens, admission, reply."""
    return machine.constants.entry_us * MICRO


def lifetime(machine: Machine, load: Traffic) -> Array:
    """Return the iterations in which a sequence decodes."""
    return load.output_tokens / tokens_per_step(load.drafts, machine.constants.draft_accept)
