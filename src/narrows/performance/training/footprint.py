"""Peak memory of the fullest rank: three parameter buckets and the activations in flight."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.performance.arrays import Array, xp
from narrows.performance.hardware import Device
from narrows.performance.memory import in_flight_factor, state_bytes
from narrows.performance.pipeline import micro_batches_in_flight
from narrows.performance.shape import Shape
from narrows.performance.training.buckets import Buckets
from narrows.performance.training.host_memory import OnHost, off_device, on_host
from narrows.performance.training.strategy import Strategies, Workload


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
    """Return the memory of the fullest rank."""
    trained = w.trained_share
    shards = s.data * s.context
    dense = _states(held.dense, shards, s, w, trained)
    routed = _states(held.routed, s.expert_data, s, w, trained)
    layer = layer_bytes_per_token(shape, device, s, w)
    tokens = s.micro_batch * w.sequence / s.context
    layers = layers_in_flight(shape, s, w)
    states, activations = dense + routed, tokens * layer.kept(s) * layers
    if s.offload is not None:
        off = off_device(
            shape, s, w, held, s.offload, activations=activations, layers_in_flight=layers
        )
        states, activations = states - off.states, activations - off.activations
    logits = 6.0 * tokens * shape.vocab / s.tensor / xp.where(s.pipeline > 1.0, s.pipeline, 1.0)
    one_layer = tokens * xp.where(s.full_share > 0.0, layer.everything, 0.0)
    gathered = xp.where(s.zero >= 3.0, _gathered_bytes(shape, s), 0.0)
    working = logits + one_layer + gathered
    return Footprint(
        states=states,
        activations=activations,
        working=working + FRAGMENTATION * (activations + working) + RUNTIME_BYTES,
    )


def layers_in_flight(shape: Shape, s: Strategies, w: Workload) -> Array:
    """Return the layers, times micro-batches, whose activations the fullest rank keeps."""
    micro_batches = xp.maximum(1.0, w.batch / (s.data * s.micro_batch))
    in_flight = micro_batches_in_flight(s.schedule, s.pipeline, micro_batches)
    return shape.layers / s.pipeline * in_flight * in_flight_factor(s.pipeline, s.chunks)


def host_footprint(
    shape: Shape, device: Device, s: Strategies, w: Workload, held: Buckets
) -> OnHost | None:
    """Return what the fullest rank keeps in the host's memory, ``None`` where no row offloads."""
    if s.offload is None:
        return None
    tokens = s.micro_batch * w.sequence / s.context
    kept = layer_bytes_per_token(shape, device, s, w).kept(s)
    activations = tokens * kept * layers_in_flight(shape, s, w)
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
    """Two whole layers are in memory at a time: one in use, one on its way."""
    moe = shape.moe_layers / shape.layers
    layer = (
        shape.attention_parameters
        + (1.0 - moe) * shape.dense_ffn_parameters
        + moe * (shape.shared_parameters + shape.routed_parameters / s.expert)
    )
    return 2.0 * 2.0 * layer / s.tensor


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

    Outside tensor parallelism: two norm inputs and two part inputs, ``8h``, and ``2h`` of dropout
    masks. Inside: queries, keys, values, attention output, and every feed-forward intermediate.
    """
    h, t = shape.hidden, s.tensor
    stored = xp.where(device.narrow > 0.0, NARROW_STORED_BYTES, 2.0)
    outside = (4.0 + 2.0 * stored + 2.0 * w.dropout) * h
    moe = shape.moe_layers / shape.layers
    attention = 2.0 * (shape.query_out + shape.latent_kv_out) + stored * shape.heads * shape.v_dim
    width = (1.0 - moe) * shape.ffn + moe * shape.shared_ffn
    activated = (2.0 * (shape.ffn_matrices - 1.0) + stored) * width
    fused = w.fused_attention * (1.0 - shape.alibi * (1.0 - w.fuses_score_bias))
    log_sum = 4.0 * shape.heads * fused
    scores = (1.0 - fused) * 5.0 * shape.heads * w.sequence / t
    copies = shape.topk * s.expert_tensor / t
    routed = copies * (
        2.0 * stored * h + (2.0 * (shape.ffn_matrices - 1.0) + stored) * shape.expert_ffn
    )
    split = xp.where(s.sequence_parallel > 0.0, t, 1.0)
    everything = (
        (outside + 2.0 * shape.latent_out) / split
        + (attention + activated + log_sum) / t
        + scores
        + moe * routed
    )
    return LayerBytes(everything=everything, scores=scores, boundary=2.0 * h / split)


NARROW_STORED_BYTES = 1.0
"""Inputs of narrow products are kept in their narrow form."""
