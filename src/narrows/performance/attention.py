"""The attention core: fused (flash) and unfused kernels, causal halves, sliding windows."""

from __future__ import annotations

from narrows.performance.arrays import Array, xp

BACKWARD_PRODUCTS = 2.5
"""A fused backward pass recomputes the scores: five products for the forward pass's two."""

UNFUSED_BACKWARD_PRODUCTS = 2.0
"""An unfused backward pass has kept the probabilities: four products for two."""

SCORE_BYTES_FORWARD = 11.0
"""Bytes moved per score by an unfused forward pass with fp16 scores and a fused softmax: scores
written and read (4), probabilities written (2), dropout read, written, mask (5)."""

SCORE_BYTES_BACKWARD = 13.0
"""The same for the backward pass: gradients of dropout, softmax and scores, and their operands."""


def mean_keys(sequence: Array, window: Array, full_share: Array) -> Array:
    """Return the mean number of keys that a query of a causal sequence attends to.

    A share ``full_share`` of the layers sees the whole past, ``s/2`` keys on average; the others
    see at most ``window`` keys: ``w - w^2/(2 s)``.
    """
    full = sequence / 2.0
    near = xp.minimum(window, sequence)
    windowed = near - near * near / (2.0 * sequence)
    return full_share * full + (1.0 - full_share) * windowed


def core_flops(queries: Array, keys: Array, heads: Array, qk_dim: Array, v_dim: Array) -> Array:
    """Return the forward operations of scores and weighted sum, ``2 q k a (d_qk + d_v)``."""
    return 2.0 * queries * keys * heads * (qk_dim + v_dim)


def fused_seconds(
    flops: Array, scores: Array, keys: Array, *, flops_per_s: Array, half_keys: Array, depth: Array
) -> Array:
    """Return the time of a fused kernel.

    Every score costs an exponential as long as ``depth`` more columns of the product, so small
    heads run slower; short rows use the matrix unit badly (``1 + k0/k``).
    """
    return (flops + 2.0 * depth * scores) * (1.0 + half_keys / keys) / flops_per_s


def unfused_traffic_bytes(scores: Array, bytes_per_score: float) -> Array:
    """Return the traffic of materialised scores."""
    return scores * bytes_per_score
