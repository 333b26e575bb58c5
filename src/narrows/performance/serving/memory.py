"""Device memory: weights, cache, and the sequences that fit."""

from __future__ import annotations

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.device import GIGA, Device
from narrows.performance.serving.facts import EngineFacts
from narrows.performance.serving.layout import Layout, stage_share
from narrows.performance.serving.layout import layout as plain_layout
from narrows.performance.serving.numbers import BYTES, Dtype, Scheme
from narrows.performance.serving.shape import Shape


def weight_bytes(shape: Shape, scheme: Scheme, spread: Layout, drafts: float = 0.0) -> Array:
    """Return bytes of weights on one device of the fullest stage.

    Embedding and head stay in 16 bits and are sharded with attention; the first of several stages
    holds the one, the last the other. Stages share the layers;
    where tokens are drafted, the last stage holds what drafts, and none of the layers that are
    left over.
    """
    attention = shape.attention_params * scheme.attention.weight_bytes
    dense = shape.dense_params * scheme.dense.weight_bytes
    tables = np.where(spread.pp > 1, shape.vocab * shape.hidden, shape.embedding_params)
    routed = (shape.routed_params + shape.idle_params) * scheme.experts.weight_bytes
    layers = (attention + dense) / spread.tp + routed / (spread.ep * spread.expert_tp)
    ends = tables * BYTES[Dtype.BF16] / spread.tp
    extra = predictor_bytes(shape, scheme, spread)
    return _fullest(layers, extra, shape.layers, spread, drafts) + ends


def predictor_bytes(shape: Shape, scheme: Scheme, spread: Layout) -> Array:
    """Return bytes of the weights that draft, on one device of the last stage."""
    found = shape.predictor
    attention = found.attention_params * scheme.attention.weight_bytes
    dense = found.dense_params * scheme.dense.weight_bytes
    plain = found.plain_params * BYTES[Dtype.BF16]
    routed = found.expert_params * scheme.experts.weight_bytes
    return (attention + dense + plain) / spread.tp + routed / (spread.ep * spread.expert_tp)


def sequence_bytes(
    shape: Shape, scheme: Scheme, layout: Layout, context: Array, drafts: float = 0.0
) -> Array:
    """Return bytes that one sequence of ``context`` tokens keeps on each device that holds it.

    Every layer that drafts keeps as much as one with full attention.
    """
    every = [
        group.stored_bytes(context, scheme.cache_bytes) / np.minimum(layout.tp, group.shards)
        for group in shape.groups
    ]
    kept = sum((group.layers * one for group, one in zip(shape.groups, every, strict=True)), 0.0)
    return _fullest(array(kept), shape.predictor.layers * every[0], shape.layers, layout, drafts)


def _fullest(whole: Array, extra: Array, layers: int, spread: Layout, drafts: float) -> Array:
    """Return what the fullest stage holds of ``whole``, and of ``extra`` where drafts are made."""
    fullest = whole * stage_share(layers, spread)
    if drafts <= 0:
        return fullest
    last = whole * np.floor(layers / spread.pp) / layers + extra
    return np.maximum(fullest, last)


def cache_room_bytes(
    device: Device,
    engine: EngineFacts,
    shape: Shape,
    scheme: Scheme,
    layout: Layout,
    drafts: float,
) -> Array:
    """Return bytes left for cache on one device; negative where the weights do not fit."""
    usable = device.memory_bytes * engine.memory_share - engine.buffer_gb * GIGA
    return usable - weight_bytes(shape, scheme, layout, drafts)


def sequences_that_fit(
    device: Device,
    engine: EngineFacts,
    shape: Shape,
    scheme: Scheme,
    layout: Layout,
    context: Array,
    drafts: float,
) -> Array:
    """Return how many sequences of ``context`` tokens an instance can keep (0 if none).

    Each attention replica has its own cache; pipeline stages each hold their layers of all of
    a replica's sequences.
    """
    room = np.maximum(cache_room_bytes(device, engine, shape, scheme, layout, drafts), 0.0)
    one = sequence_bytes(shape, scheme, layout, context, drafts)
    return np.floor(room / one) * layout.dp


ROOM_SHARE = 0.25
"""Share of memory that a deployment of unknown size is given for cache and buffers."""


def holds_weights(
    device: Device, engine: EngineFacts, shape: Shape, scheme: Scheme, devices: float
) -> bool:
    """Whether the weights alone fit on ``devices`` devices, spread without loss."""
    whole = float(weight_bytes(shape, scheme, plain_layout())[0])
    return whole <= device.memory_bytes * engine.memory_share * devices


def fewest_devices(device: Device, engine: EngineFacts, shape: Shape, scheme: Scheme) -> float:
    """Return the smallest power of two of devices that holds the weights with room for cache."""
    usable = device.memory_bytes * engine.memory_share * (1 - ROOM_SHARE)
    whole = weight_bytes(shape, scheme, plain_layout())
    return float(2.0 ** max(np.ceil(np.log2(float(whole[0]) / usable)), 0.0))
