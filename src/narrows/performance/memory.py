"""Bytes on a rank: model states by ZeRO stage, activations by Korthikanti et al. (2205.05198)."""

from __future__ import annotations

from narrows.performance.arrays import Array, xp

WEIGHT_BYTES = 2.0
"""16-bit weights."""
MASTER_BYTES = 12.0
"""fp32 weight, momentum and variance of mixed-precision Adam."""


def state_bytes(parameters: Array, shards: Array, zero: Array, gradient_bytes: Array) -> Array:
    """Return weights, gradients and optimizer of ``parameters`` that ``shards`` ranks replicate.

    Rajbhandari et al. (1910.02054): stage 1 shards the optimizer, 2 the gradients, 3 the weights.
    """
    optimizer = MASTER_BYTES * parameters / xp.where(zero >= 1.0, shards, 1.0)
    gradients = gradient_bytes * parameters / xp.where(zero >= 2.0, shards, 1.0)
    weights = WEIGHT_BYTES * parameters / xp.where(zero >= 3.0, shards, 1.0)
    return optimizer + gradients + weights


def in_flight_factor(stages: Array, chunks: Array) -> Array:
    """Return the activations of interleaved 1F1B over those of 1F1B; exactly 1 for one chunk."""
    return xp.where(chunks > 1.0, 1.0 + (stages - 1.0) / (stages * chunks), 1.0)


def layer_activation_bytes_gpt(
    sequence: Array,
    micro_batch: Array,
    hidden: Array,
    heads: Array,
    tensor: Array,
    *,
    sequence_parallel: Array,
    keeps_scores: Array,
) -> Array:
    """Return what one 16-bit GPT layer keeps (table 2 of 2205.05198), f = 4h, with dropout.

    ``s b h (10 + 24/t + 5 a s/(h t))``; the ten goes over ``t`` too under sequence parallelism.
    """
    tokens = sequence * micro_batch
    outside = 10.0 / xp.where(sequence_parallel > 0.0, tensor, 1.0)
    scores = keeps_scores * 5.0 * heads * sequence / (hidden * tensor)
    return tokens * hidden * (outside + 24.0 / tensor + scores)
