"""The constants of the model: what silicon and software reach of their nominal figures."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.numbers import Dtype


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """Shares are of the nominal peak; times are in microseconds.

    ``ungraphed`` is a ratio, ``popularity`` a coefficient of variation, ``balance`` the fall of a
    share's log-odds with the logarithm of operations for each byte.

    Every field is an array that broadcasts against the points of a load: a scalar, or parameter
    draws of shape ``(draws, 1)``.
    """

    gemm_16bit: Array
    gemm_8bit: Array
    gemm_4bit: Array
    grouped_gemm: Array
    mixed_gemm: Array
    balance: Array
    weight_stream: Array
    cache_stream: Array
    prefill_attention: Array
    decode_attention: Array
    link_share: Array
    hop_us: Array
    fabric_hop_us: Array
    exchange_us: Array
    layer_us: Array
    expert_layer_us: Array
    latent_layer_us: Array
    indexed_layer_us: Array
    linear_layer_us: Array
    ungraphed: Array
    step_us: Array
    sequence_us: Array
    entry_us: Array
    router_skew: Array
    popularity: Array
    tile_tokens: Array
    unhidden: Array
    draft_accept: Array

    def gemm(self, arithmetic: Dtype) -> Array:
        """Return the share of peak that a large matrix product reaches in a format."""
        if arithmetic is Dtype.BF16:
            return self.gemm_16bit
        return self.gemm_4bit if arithmetic is Dtype.FP4 else self.gemm_8bit


NAMES = tuple(field.name for field in fields(Constants))
"""The constants in their order."""

BOUNDED = frozenset(
    {
        "gemm_16bit",
        "gemm_8bit",
        "gemm_4bit",
        "grouped_gemm",
        "mixed_gemm",
        "weight_stream",
        "cache_stream",
        "prefill_attention",
        "decode_attention",
        "draft_accept",
    }
)
"""Constants between 0 and 1 by definition; the others are positive.

They are estimated as log-odds, so that no sum of effects promises more than the silicon has.
"""


def to_free(name: str, value: Array) -> Array:
    """Return a constant on the unbounded scale on which it is estimated."""
    return np.log(value / (1 - value)) if name in BOUNDED else np.log(value)


def from_free(name: str, free: Array) -> Array:
    """Return a constant from the unbounded scale."""
    return 1 / (1 + np.exp(-free)) if name in BOUNDED else np.exp(free)


def nudged(middle: Constants, step: float) -> Constants:
    """Return ``middle``, then as many rows as constants, each with one of them moved by ``step``.

    Shape ``(1 + len(NAMES), 1)``; the step is on the unbounded scale.
    """
    moves = step * np.eye(len(NAMES), 1 + len(NAMES), 1)
    free = (to_free(name, getattr(middle, name)) for name in NAMES)
    return Constants(
        **{
            name: from_free(name, array(value + move)[:, None])
            for name, value, move in zip(NAMES, free, moves, strict=True)
        }
    )
