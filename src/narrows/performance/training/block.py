"""Time of one layer, forward and backward, for one micro-batch on one device.

These depend on the shape, the tensor, context and expert degrees and the micro-batch alone; a
search computes them once for each such combination.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from narrows.performance import attention
from narrows.performance.arrays import Array, xp
from narrows.performance.constants import Constants
from narrows.performance.gemm import gemm_seconds, grouped_gemm_seconds
from narrows.performance.hardware import Device
from narrows.performance.shape import Shape
from narrows.performance.training.exchanges import (
    context_seconds,
    dispatch_seconds,
    tensor_seconds,
)
from narrows.performance.training.further_tokens import JOINED_WIDTHS, trains_further
from narrows.performance.training.rank import Rank, links_of
from narrows.performance.training.strategy import Strategies, Workload
from narrows.performance.training.widths import core_columns, kept_columns, projected_columns

BACKWARD_TRAFFIC = 1.5
"""A backward element-wise pass reads the gradient beside the operand: three for two."""
NORM_AND_RESIDUAL_BYTES = 20.0
"""Bytes per hidden element and layer: two norms (read, write) and two sums (2 in, 1 out)."""
DROPOUT_BYTES = 2.0
"""Two masks of one byte."""
KERNELS_ATTENTION = 12.0
KERNELS_FFN = 6.0
KERNELS_EXPERTS = 22.0
"""Launches of a forward pass: routing, sorting, two permutations, grouped products."""
KERNELS_BACKWARD = 2.0
"""Backward launches over forward launches: as many for weights as for inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """Seconds per layer (mean over layers) and micro-batch, and of the output head."""

    forward_s: Array
    backward_s: Array
    weight_s: Array
    """The part of the backward pass that computes weight gradients."""
    core_s: Array
    """Forward time of the attention core, which selective recomputation repeats."""
    tensor_forward_s: Array
    tensor_backward_s: Array
    expert_s: Array
    """Exposed dispatch and combine of a forward pass; the backward pass has as much."""
    context_forward_s: Array
    context_backward_s: Array
    head_forward_s: Array
    head_backward_s: Array
    join_forward_s: Array
    """Joining hidden states and embeddings before a layer for further tokens, once."""
    join_backward_s: Array

    def take(self, rows: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> Blocks:
        """Return some rows; a field that does not vary stays a number."""
        picked = {item.name: getattr(self, item.name) for item in fields(self)}
        return Blocks(
            **{name: value[rows] if np.ndim(value) else value for name, value in picked.items()}
        )


def block_seconds(shape: Shape, device: Device, c: Constants, s: Strategies, w: Workload) -> Blocks:
    """Return the times of a mean layer; all arguments broadcast against each other.

    What hides behind products also hides behind the waiting for launches of a host that is slower
    than its device.
    """
    tokens = s.micro_batch * w.sequence / s.context
    rank = Rank(shape=shape, device=device, c=c, s=s, w=w, tokens=tokens, links=links_of(device, c))
    moe = shape.moe_layers / shape.layers
    projections_s = _projections_s(rank)
    core_s, core_backward_s = _core_s(rank)
    ffn_s = (1.0 - moe) * _dense_ffn_s(rank) + moe * (_shared_s(rank) + _experts_s(rank))
    products_s = projections_s + ffn_s
    traffic_s = _traffic_s(rank, moe)
    indexed_s = moe * _indexed_s(rank)
    host_s = c.host_s_per_kernel * _kernels(rank, moe)
    device_s = products_s + core_s + traffic_s + indexed_s
    forward_s = xp.maximum(device_s, host_s)
    waiting_s = forward_s - device_s
    gradient_s = w.trained_share * _accumulation_s(rank, moe)
    device_backward_s = (
        (1.0 + w.trained_share) * products_s
        + core_backward_s
        + BACKWARD_TRAFFIC * traffic_s
        + indexed_s
        + gradient_s
    )
    backward_s = xp.maximum(device_backward_s, KERNELS_BACKWARD * host_s)
    waiting_for_weights_s = (backward_s - device_backward_s) / KERNELS_BACKWARD
    tensor_s = tensor_seconds(rank, moe, products_s + waiting_s)
    context_s, context_backward_s = context_seconds(rank, core_s + waiting_s)
    head_s = _head_s(rank)
    join_s = _join_s(rank)
    return Blocks(
        forward_s=forward_s,
        backward_s=backward_s,
        weight_s=w.trained_share * products_s + gradient_s + waiting_for_weights_s,
        core_s=core_s,
        tensor_forward_s=tensor_s,
        tensor_backward_s=tensor_s,
        expert_s=moe * dispatch_seconds(rank, ffn_s + waiting_s),
        context_forward_s=context_s,
        context_backward_s=context_backward_s,
        head_forward_s=head_s,
        head_backward_s=(1.0 + w.trained_share) * head_s,
        join_forward_s=join_s,
        join_backward_s=(1.0 + w.trained_share) * join_s,
    )


def _accumulation_s(r: Rank, moe: Array) -> Array:
    """Return the time in which a micro-batch adds its weight gradients to the step's."""
    width = (1.0 - moe) * r.shape.dense_ffn_parameters + moe * r.shape.shared_parameters
    shared = r.shape.attention_parameters_of(r.s.tensor) + width / r.s.tensor
    routed = moe * r.shape.routed_parameters / (r.s.expert * r.s.expert_tensor)
    return 2.0 * r.w.gradient_bytes * (shared + routed) / r.bytes_per_s


def _kernels(r: Rank, moe: Array) -> Array:
    """Return launches of a forward pass through a mean layer."""
    local = r.shape.experts / r.s.expert
    each = r.c.kernels_per_expert * (1.0 + r.device.narrow)
    return KERNELS_ATTENTION + (1.0 - moe) * KERNELS_FFN + moe * (KERNELS_EXPERTS + each * local)


def _projections_s(r: Rank) -> Array:
    """Return the projections of a mean layer; a head of keys and values is not split."""
    h, t = r.shape.hidden, r.s.tensor
    softmax_s = (
        r.product_s(r.tokens, projected_columns(r.shape, t), r.shape.query_in)
        + r.product_s(r.tokens, r.shape.latent_kv_out / t, r.shape.latent_kv_in)
        + r.product_s(r.tokens, r.shape.latent_out, h)
        + r.product_s(r.tokens, h, r.shape.heads * r.shape.v_dim / t)
    )
    linear_s = (
        r.product_s(r.tokens, r.shape.linear_in / t, h)
        + r.product_s(r.tokens, r.shape.linear_latent, h)
        + r.product_s(r.tokens, r.shape.linear_up / t, r.shape.linear_rank)
        + r.product_s(r.tokens, h, r.shape.linear_out / t)
    )
    return (1.0 - r.shape.linear_share) * softmax_s + r.shape.linear_share * linear_s


def _core_s(r: Rank) -> tuple[Array, Array]:
    """Return forward and backward time of a mean layer's attention core."""
    forward_s, backward_s = _softmax_core_s(r)
    linear_s = _linear_core_s(r)
    share = r.shape.linear_share
    return (
        (1.0 - share) * forward_s + share * linear_s,
        (1.0 - share) * backward_s + share * LINEAR_BACKWARD * linear_s,
    )


LINEAR_BACKWARD = 3.0
"""A chunked kernel's backward pass computes the states again: one forward pass, and two products
for each of its own."""


def _linear_core_s(r: Rank) -> Array:
    """Return the forward time of a chunked kernel over a state: products or traffic."""
    tokens = r.tokens / r.s.tensor
    rate = r.device.wide_flops_per_s * r.c.attention_efficiency * r.clock
    products_s = tokens * r.shape.linear_flops / rate
    return xp.maximum(products_s, tokens * r.shape.linear_bytes / r.bytes_per_s)


def _softmax_core_s(r: Rank) -> tuple[Array, Array]:
    keys = attention.mean_keys(r.w.sequence, r.shape.window, r.shape.full_attention_share)
    heads = r.shape.heads / r.s.tensor
    flops = attention.core_flops(r.tokens, keys, heads, r.shape.qk_dim, r.shape.v_dim)
    native = xp.where(r.w.foreign > 0.0, r.c.foreign_attention, 1.0)
    scores = r.tokens * keys * heads
    sink_s = r.shape.sinks * r.c.sink_score_bytes * scores / r.bytes_per_s
    fused_s = sink_s + attention.fused_seconds(
        flops,
        scores,
        keys,
        flops_per_s=r.device.wide_flops_per_s * r.c.attention_efficiency * native * r.clock,
        half_keys=r.c.attention_half_keys,
        depth=r.c.softmax_depth,
    )
    products_s, forward_traffic_s, backward_traffic_s = _unfused_s(r, heads)
    is_fused = fuses_attention(r.shape, r.w)
    forward_s = xp.where(is_fused > 0.0, fused_s, products_s + forward_traffic_s)
    backward_s = xp.where(
        is_fused > 0.0,
        attention.BACKWARD_PRODUCTS * fused_s,
        attention.UNFUSED_BACKWARD_PRODUCTS * products_s + backward_traffic_s,
    )
    return forward_s, backward_s


def fuses_attention(shape: Shape, w: Workload) -> Array:
    """Return 1 where the software runs a fused kernel on this attention, else 0."""
    return w.fused_attention * (1.0 - shape.alibi * (1.0 - w.fuses_score_bias))


def _unfused_s(r: Rank, heads: Array) -> tuple[Array, Array, Array]:
    """Return the two products over all keys, and the traffic of the scores both ways."""
    rate = r.wide_rate
    g = r.c.gemm_padding
    depth = r.shape.qk_dim + r.shape.v_dim + 2.0 * g
    scores = r.tokens * r.w.sequence * heads
    products_s = 2.0 * scores * depth / rate
    forward = attention.unfused_traffic_bytes(scores, attention.SCORE_BYTES_FORWARD)
    backward = attention.unfused_traffic_bytes(scores, attention.SCORE_BYTES_BACKWARD)
    pass_s = r.c.score_traffic / r.bytes_per_s
    return products_s, forward * pass_s, backward * pass_s


def _dense_ffn_s(r: Rank) -> Array:
    return _ffn_s(r, r.shape.ffn)


def _shared_s(r: Rank) -> Array:
    return _ffn_s(r, r.shape.shared_ffn)


def _ffn_s(r: Rank, width: Array) -> Array:
    h, t = r.shape.hidden, r.s.tensor
    up_s = r.product_s(r.tokens, (r.shape.ffn_matrices - 1.0) * width / t, h)
    return up_s + r.product_s(r.tokens, h, width / t)


def _routed_rows(r: Rank) -> Array:
    """Token copies that the busiest expert rank works on."""
    tokens = r.tokens / r.s.tensor * r.s.expert_tensor
    return tokens * r.shape.topk * _busiest_over_mean(r)


def _busiest_over_mean(r: Rank) -> Array:
    """Return the load of the busiest expert rank over the mean: nothing where one rank has all."""
    return 1.0 + (r.c.expert_imbalance - 1.0) * (1.0 - 1.0 / r.s.expert)


def _experts_s(r: Rank) -> Array:
    rows, groups = _routed_rows(r), r.shape.experts / r.s.expert
    width, h = r.shape.expert_ffn / r.s.expert_tensor, r.shape.hidden
    up_s = _grouped_s(r, groups, rows, (r.shape.ffn_matrices - 1.0) * width, h)
    return up_s + _grouped_s(r, groups, rows, h, width)


def _grouped_s(r: Rank, groups: Array, rows: Array, n: Array, k: Array) -> Array:
    return grouped_gemm_seconds(
        groups,
        rows,
        n,
        k,
        flops_per_s=r.product_rate * r.c.expert_efficiency,
        bytes_per_s=r.bytes_per_s,
        padding=r.c.gemm_padding,
        element_bytes=r.device.element_bytes,
    )


def _traffic_s(r: Rank, moe: Array) -> Array:
    """Return the time of norms, residuals, rotations, activations, permutations and casts."""
    h, t = r.shape.hidden, r.s.tensor
    stream = (NORM_AND_RESIDUAL_BYTES + DROPOUT_BYTES * r.w.dropout) * h / r.shared_by
    rotated = 4.0 * kept_columns(r.shape, t)
    width = (1.0 - moe) * r.shape.ffn + moe * r.shape.shared_ffn
    activated = 2.0 * r.shape.ffn_matrices * width / t
    permuted = r.c.permute_scale * r.w.permute_bytes * h
    columns = r.shape.expert_ffn / r.s.expert_tensor
    expert = permuted + 2.0 * r.shape.ffn_matrices * columns
    routed = moe * _routed_rows(r) * expert
    plain = r.tokens * (stream + rotated + activated) + routed
    operands = 2.0 * h + (core_columns(r.shape) + width) / t
    cast = r.tokens * operands + moe * _routed_rows(r) * (h + columns)
    cast_bytes = r.device.narrow * r.c.narrow_overhead * cast
    return (r.c.traffic_scale * plain + cast_bytes) / r.bytes_per_s


def _indexed_s(r: Rank) -> Array:
    """Return the time of gathers and scatters by element; a gradient takes as many."""
    elements = _routed_rows(r) * r.shape.hidden
    return r.w.indexed_passes * elements * r.c.index_s_per_element


def _join_s(r: Rank) -> Array:
    """Return the forward time of one joining projection."""
    if not trains_further(r.shape):
        return xp.array(0.0)
    h = r.shape.hidden
    return r.product_s(r.tokens, h / r.s.tensor, JOINED_WIDTHS * h)


def _head_s(r: Rank) -> Array:
    """Return the forward time of logits and loss; half of the loss's traffic is here."""
    columns = r.shape.vocab / r.s.tensor
    logits_s = gemm_seconds(
        r.tokens,
        columns,
        r.shape.hidden,
        flops_per_s=r.wide_rate,
        bytes_per_s=r.bytes_per_s,
        padding=r.c.gemm_padding,
    )
    return logits_s + r.tokens * columns * r.c.logit_bytes / 2.0 / r.bytes_per_s
