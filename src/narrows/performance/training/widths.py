"""Columns of a mean layer's attention on one tensor rank."""

from __future__ import annotations

from narrows.performance.arrays import Array, xp
from narrows.performance.shape import Shape


def key_columns(shape: Shape, tensor: Array) -> Array:
    """Return the key and value columns of a rank: no fewer than those of one head.

    Ranks beyond the number of key heads compute copies of them (2305.13245; Megatron and MindSpeed
    repeat the heads).
    """
    return shape.kv_out / xp.minimum(tensor, shape.kv_heads)


def projected_columns(shape: Shape, tensor: Array) -> Array:
    """Return the columns of the joint projection that a rank of softmax attention computes."""
    return (shape.query_out - shape.kv_out) / tensor + key_columns(shape, tensor)


def kept_columns(shape: Shape, tensor: Array) -> Array:
    """Return what a rank's core reads per token in a mean layer: queries, keys, values, gates.

    Latent attention keeps the keys that its kernel reads, every head with a copy of the rotated
    part.
    """
    expanded = xp.where(shape.latent_kv_out > 0.0, shape.kv_width, 0.0)
    softmax = projected_columns(shape, tensor) + expanded / tensor
    linear = (shape.linear_in + shape.linear_up) / tensor
    return (1.0 - shape.linear_share) * softmax + shape.linear_share * linear


def core_columns(shape: Shape) -> Array:
    """Return the columns that the cores of all tensor ranks give, which the output projects."""
    softmax = shape.heads * shape.v_dim
    return (1.0 - shape.linear_share) * softmax + shape.linear_share * shape.linear_out
