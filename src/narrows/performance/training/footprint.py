"""Peak memory of the fullest rank: three parameter buckets and the activations in flight."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.performance.arrays import Array, xp
from narrows.performance.hardware import Device
from narrows.performance.linear_layers import CONV_TAPS
from narrows.performance.memory import WEIGHT_BYTES, state_bytes
from narrows.performance.offload import LAYERS_IN_TRANSIT
from narrows.performance.pipeline import Schedule, held_by_first, held_by_last
from narrows.performance.shape import Shape
from narrows.performance.training.buckets import Buckets, of_first_rank, of_last_rank
from narrows.performance.training.further_tokens import JOINED_BYTES, trains_further
from narrows.performance.training.host_memory import (
    OnHost,
    on_host,
    share_left,
    states_off_device,
)
from narrows.performance.training.layers_of_rank import layers_of_last, layers_of_rank
from narrows.performance.training.strategy import Strategies, Workload
from narrows.performance.training.widths import core_columns, kept_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """Bytes on the fullest rank at its peak."""

    states: Array
    activations: Array
    working: Array
    """Transient: logits, a gathered layer, communication and library buffers."""

    @property
    def total(self) -> Array:
        """All parts."""
        return self.states + self.activations + self.working


RUNTIME_BYTES = 2.5e9
"""Context, libraries and communicators; fragmentation comes on top as a share."""
FRAGMENTATION = 0.04
"""Share of activations and working buffers that the allocator loses."""


def footprint(shape: Shape, device: Device, s: Strategies, w: Workload, held: Buckets) -> Footprint:
    """Return the memory of the fullest rank: the first or the last, whichever needs more.

    The first keeps the most micro-batches, the last the logits of one; a single rank has both.
    """
    layer = layer_bytes_per_token(shape, device, s, w)
    tokens = s.micro_batch * w.sequence / s.context
    first, last = _ends(shape, s, w, held, tokens=tokens, layer=layer)
    at_last = last.needed > first.needed
    activations = xp.where(at_last, last.activations, first.activations)
    one_layer = tokens * xp.where(s.full_share > 0.0, layer.everything, 0.0)
    gathered = xp.where(s.zero >= 3.0, _gathered_bytes(shape, s), 0.0)
    working = xp.where(at_last, last.logits, 0.0) + one_layer + gathered
    return Footprint(
        states=last.states
        if last.states is first.states
        else xp.where(at_last, last.states, first.states),
        activations=activations,
        working=working + FRAGMENTATION * (activations + working) + RUNTIME_BYTES,
    )


LOGIT_BYTES = 6.0
"""A logit in 16 bits and its loss in 32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """Bytes of the first or of the last rank."""

    states: Array
    activations: Array
    logits: Array

    @property
    def needed(self) -> Array:
        """What one end may have more of than the other."""
        return self.states + (1.0 + FRAGMENTATION) * (self.activations + self.logits)


def _ends(
    shape: Shape, s: Strategies, w: Workload, held: Buckets, *, tokens: Array, layer: LayerBytes
) -> tuple[_End, _End]:
    """Return the first and the last rank; only layers for further tokens part their states."""
    of_first, of_last = (tokens * layer.kept(s) * each for each in _layers_of_ends(shape, s, w))
    logits = LOGIT_BYTES * tokens * shape.vocab / s.tensor
    if not trains_further(shape):
        states = _rank_states(shape, s, w, held)
        first = _End(states=states, activations=of_first, logits=xp.array(0.0))
        return first, _End(states=states, activations=of_last, logits=logits)
    further = _further_bytes(shape, s, w, tokens=tokens, layer=layer)
    return (
        _End(
            states=_rank_states(shape, s, w, of_first_rank(shape, s)),
            activations=of_first,
            logits=xp.array(0.0),
        ),
        _End(
            states=_rank_states(shape, s, w, of_last_rank(shape, s)),
            activations=of_last + further,
            logits=(1.0 + shape.mtp_layers) * logits,
        ),
    )


def _rank_states(shape: Shape, s: Strategies, w: Workload, held: Buckets) -> Array:
    dense = _states(held.dense, s.data * s.context, s, w, w.trained_share)
    states = dense + _states(held.routed, s.expert_data, s, w, w.trained_share)
    if s.offload is None:
        return states
    return states - states_off_device(shape, s, w, held, s.offload)


def _further_bytes(
    shape: Shape, s: Strategies, w: Workload, *, tokens: Array, layer: LayerBytes
) -> Array:
    """Return what layers for further tokens keep: of one micro-batch where 1F1B ends with them."""
    split = xp.where(s.sequence_parallel > 0.0, s.tensor, 1.0)
    each = layer.kept(s) + JOINED_BYTES * shape.hidden / split
    waiting = held_by_last(s.schedule, s.pipeline, s.chunks, _micro_batches(s, w))
    micro_batches = xp.where(s.schedule == Schedule.ONE_F_ONE_B, 1.0, waiting)
    return shape.mtp_layers * tokens * each * micro_batches


def _layers_of_ends(shape: Shape, s: Strategies, w: Workload) -> tuple[Array, Array]:
    """Return the layers, times micro-batches, that stay on the first and on the last rank."""
    m = _micro_batches(s, w)
    first = layers_of_rank(shape, s) * held_by_first(s.schedule, s.pipeline, s.chunks, m)
    last = layers_of_last(shape, s) * held_by_last(s.schedule, s.pipeline, s.chunks, m)
    if s.offload is None:
        return first, last
    return first * share_left(s, s.offload, first), last * share_left(s, s.offload, last)


def _micro_batches(s: Strategies, w: Workload) -> Array:
    return xp.maximum(1.0, w.batch / (s.data * s.micro_batch))


def host_footprint(
    shape: Shape, device: Device, s: Strategies, w: Workload, held: Buckets
) -> OnHost | None:
    """Return what the fullest rank keeps in the host's memory, ``None`` where no row offloads."""
    if s.offload is None:
        return None
    tokens = s.micro_batch * w.sequence / s.context
    kept = layer_bytes_per_token(shape, device, s, w).kept(s)
    held_layers = layers_of_rank(shape, s) * held_by_first(
        s.schedule, s.pipeline, s.chunks, _micro_batches(s, w)
    )
    activations = tokens * kept * held_layers
    return on_host(s, w, held, s.offload, activations=activations)


def _states(parameters: Array, shards: Array, s: Strategies, w: Workload, trained: Array) -> Array:
    full = state_bytes(parameters, shards, s.zero, w.gradient_bytes)
    frozen = state_bytes(parameters, shards, s.zero, xp.array(0.0)) - _optimizer_only(
        parameters, shards, s
    )
    return trained * full + (1.0 - trained) * frozen


def _optimizer_only(parameters: Array, shards: Array, s: Strategies) -> Array:
    return 12.0 * parameters / xp.where(s.zero >= 1.0, shards, 1.0)


def _gathered_bytes(shape: Shape, s: Strategies) -> Array:
    """Return the gathered weights: two layers at a time, one in use and one on its way.

    Never more than a rank does not hold itself.
    """
    moe = shape.moe_layers / shape.layers
    width = (1.0 - moe) * shape.dense_ffn_parameters + moe * shape.shared_parameters
    split = shape.attention_parameters_of(s.tensor) + width / s.tensor
    routed = moe * shape.routed_parameters / (s.expert * s.expert_tensor)
    layers = layers_of_rank(shape, s)

    def in_transit(shards: Array) -> Array:
        return xp.minimum(LAYERS_IN_TRANSIT, layers * (1.0 - 1.0 / shards))

    dense = in_transit(s.data * s.context) * split
    return WEIGHT_BYTES * (dense + in_transit(s.expert_data) * routed)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerBytes:
    """Bytes that one layer keeps per token of a rank, by what is recomputed."""

    everything: Array
    scores: Array
    """Part of ``everything`` that only the attention core needs."""
    boundary: Array
    """The layer's input alone."""

    def kept(self, s: Strategies) -> Array:
        """Return the bytes kept under a recomputation mode."""
        partly = self.everything - s.selective * self.scores
        return s.full_share * self.boundary + (1.0 - s.full_share) * partly


def layer_bytes_per_token(shape: Shape, device: Device, s: Strategies, w: Workload) -> LayerBytes:
    """Return what a layer keeps, by the count of 2205.05198 carried over to any block.

    Outside tensor parallelism: two norm inputs and two part inputs, ``8h``, ``2h`` of dropout
    masks, and latents before their norm and behind it. Inside: queries, keys, values, attention
    output, and every feed-forward intermediate. Ranks that split an expert keep the rows of all of
    them, and each its columns.
    """
    h, t = shape.hidden, s.tensor
    stored = xp.where(device.narrow > 0.0, NARROW_STORED_BYTES, 2.0)
    outside = (4.0 + 2.0 * stored + 2.0 * w.dropout) * h
    moe = shape.moe_layers / shape.layers
    softmax = 1.0 - shape.linear_share
    convolved = shape.linear_share * shape.linear_conv / CONV_TAPS
    attention = 2.0 * kept_columns(shape, t) + (2.0 * convolved + stored * core_columns(shape)) / t
    width = (1.0 - moe) * shape.ffn + moe * shape.shared_ffn
    activated = (2.0 * (shape.ffn_matrices - 1.0) + stored) * width
    fused = w.fused_attention * (1.0 - shape.alibi * (1.0 - w.fuses_score_bias))
    log_sum = softmax * 4.0 * shape.heads * fused
    scores = softmax * (1.0 - fused) * 5.0 * shape.heads * w.sequence / t
    columns = (2.0 * (shape.ffn_matrices - 1.0) + stored) * shape.expert_ffn
    routed = shape.topk / t * (2.0 * stored * h * s.expert_tensor + columns)
    split = xp.where(s.sequence_parallel > 0.0, t, 1.0)
    normed = softmax * 2.0 * shape.latent_out
    latents = normed + stored * shape.whole_columns
    everything = (
        (outside + latents) / split + attention + (activated + log_sum) / t + scores + moe * routed
    )
    return LayerBytes(everything=everything, scores=scores, boundary=2.0 * h / split)


NARROW_STORED_BYTES = 1.0
"""Inputs of narrow products are kept in their narrow form."""
