"""The time of one engine iteration: some sequences decode, a chunk of a prompt rides along."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.device import Device
from narrows.performance.serving.exchange import (
    MICRO,
    all_reduce_s,
    expert_exchange_s,
    stage_handover_s,
)
from narrows.performance.serving.experts import (
    busiest_rank,
    experts_met,
    experts_touched,
    most_touched,
)
from narrows.performance.serving.layout import Layout
from narrows.performance.serving.numbers import BYTES, Dtype, Kernel, Scheme, kernel
from narrows.performance.serving.roofline import roofline_s
from narrows.performance.serving.shape import Shape

ACTIVATION_BYTES = BYTES[Dtype.BF16]
"""Activations travel in 16 bits between layers."""
DISPATCH_BYTES = BYTES[Dtype.FP8] + BYTES[Dtype.BF16]
"""A token is dispatched in 8 bits and combined in 16 (DeepEP)."""
BALANCE = 295.0
"""16-bit operations for each byte of an H100 SXM, from which shares of peak are scaled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What an iteration runs on: device, model, formats, layout and constants.

    ``even_experts`` where a bench forces every rank to the same load, as no router does.
    """

    device: Device
    shape: Shape
    scheme: Scheme
    layout: Layout
    constants: Constants
    even_experts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What an iteration does.

    ``sequences`` decode on the instance, each with ``queries`` tokens (one and the drafts that
    are verified with it) at ``context`` tokens of history; every attention replica also
    prefills ``chunk`` tokens, ``span`` of them from each prompt, that follow ``past`` tokens.
    """

    sequences: Array
    context: Array
    queries: Array
    chunk: Array
    span: Array
    past: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTime:
    """Seconds of one iteration by what they are spent on; the parts add up."""

    projections_s: Array
    cache_s: Array
    prefill_attention_s: Array
    experts_s: Array
    activations_s: Array
    head_s: Array
    communication_s: Array
    overhead_s: Array
    stages_s: Array

    @property
    def total_s(self) -> Array:
        """Seconds from one iteration to the next."""
        return (
            self.projections_s
            + self.cache_s
            + self.prefill_attention_s
            + self.experts_s
            + self.activations_s
            + self.head_s
            + self.communication_s
            + self.overhead_s
            + self.stages_s
        )

    def parts(self) -> dict[str, Array]:
        """Return the parts by name, in the order in which a layer runs them."""
        return {
            "projections": self.projections_s,
            "cache": self.cache_s,
            "prefill_attention": self.prefill_attention_s,
            "experts": self.experts_s,
            "activations": self.activations_s,
            "head": self.head_s,
            "communication": self.communication_s,
            "overhead": self.overhead_s,
            "stages": self.stages_s,
        }


def step_time(machine: Machine, load: Work) -> StepTime:
    """Return the time of one iteration for every candidate and load, broadcast.

    With pipeline stages the sequences go round in as many micro-batches, and a token's time is
    the sum over the stages, each at its own micro-batch, or the round of the longest stage.
    """
    rank = _rank_sequences(machine.layout, load)
    tokens = rank * load.queries + load.chunk
    everyone = _stage_sequences(machine.layout, load) * load.queries
    everyone = everyone + load.chunk * machine.layout.dp
    work_done = StepTime(
        projections_s=_projections_s(machine, tokens),
        cache_s=_cache_s(machine, load, rank),
        prefill_attention_s=_prefill_attention_s(machine, load) + _expansion_s(machine, load),
        experts_s=_experts_s(machine, everyone),
        activations_s=_activations_s(machine, tokens, everyone),
        head_s=_head_s(machine, rank * load.queries),
        communication_s=_communication_s(machine, tokens),
        overhead_s=array(0.0),
        stages_s=array(0.0),
    )
    moved_s = _between_s(machine, tokens)
    launches_s = _launches_s(machine, load, work_done.total_s + moved_s)
    host_s = _host_s(machine, rank)
    whole_s = work_done.total_s + moved_s + launches_s + host_s
    waits_s = np.maximum(_round_s(machine, load, work_done) - whole_s, 0.0)
    return replace(
        work_done,
        communication_s=work_done.communication_s + moved_s,
        overhead_s=launches_s + host_s,
        stages_s=waits_s,
    )


def _round_s(machine: Machine, load: Work, work: StepTime) -> Array:
    """Return what all micro-batches of a round take through the longest stage of a pipeline.

    A round lasts as long, or as one micro-batch takes through all stages and between them. Layers
    that do not share out evenly leave one more on some stages; the head is on the last, which
    engines spare that layer. A stage is launched beside its own work alone.
    """
    layers, pp = machine.shape.layers, machine.layout.pp
    layers_s = work.total_s - work.head_s
    some, end = np.ceil(layers / pp) / layers, np.maximum(np.floor(layers / pp), 1.0) / layers
    fullest = some * (layers_s + _launches_s(machine, load, layers_s))
    last = end * layers_s + work.head_s
    last = last + end * _launches_s(machine, load, layers_s + work.head_s / end)
    going = np.where(load.chunk > 0, pp, np.clip(load.sequences, 1.0, pp))
    going = np.where(load.sequences > 0, going, 1.0)
    return array(going * np.maximum(fullest, last))


def _stage_sequences(layout: Layout, load: Work) -> Array:
    """Return sequences of one micro-batch, all replicas: at least one where there are any."""
    return np.where(load.sequences > 0, np.maximum(load.sequences / layout.pp, 1.0), 0.0)


def _rank_sequences(layout: Layout, load: Work) -> Array:
    """Return sequences of the fullest replica of a micro-batch: at least one if there are any."""
    even = load.sequences / (layout.dp * layout.pp)
    return np.where(load.sequences > 0, np.maximum(even, 1.0), 0.0)


def _product_s(machine: Machine, params: Array, tokens: Array, kernel: Kernel) -> Array:
    """Return products of ``tokens`` rows with ``params`` weights that lie on one device."""
    device, k = machine.device, machine.constants
    compute = 2 * tokens * params / (device.rate(kernel.arithmetic) * gemm_share(device, kernel, k))
    memory = params * kernel.weight_bytes / (device.memory_bytes_s * k.weight_stream)
    return np.where(tokens > 0, roofline_s(compute, memory, k.unhidden), 0.0)


def gemm_share(device: Device, kernel: Kernel, k: Constants) -> Array:
    """Return the share of peak that large products reach; less where weights are widened first."""
    carrier = device.carrier(kernel.arithmetic)
    widened = BYTES[kernel.weights.element] < BYTES[carrier]
    share = k.gemm(carrier) * (k.mixed_gemm if widened else 1.0)
    return fed_share(device, share, k)


def fed_share(device: Device, share: Array, k: Constants) -> Array:
    """Return the share of peak arithmetic that a device reaches, given that of an H100.

    Arithmetic that is scarce beside the memory which feeds it is easier to keep busy: the
    log-odds of the share fall with the logarithm of operations for each byte.
    """
    return array(share / (share + (1 - share) * (device.balance / BALANCE) ** k.balance))


def _projections_s(machine: Machine, tokens: Array) -> Array:
    shape, layout = machine.shape, machine.layout
    attention = array(shape.attention_params) / layout.tp
    dense = array(shape.dense_params) / layout.tp
    return _product_s(machine, attention, tokens, machine.scheme.attention) + _product_s(
        machine, dense, tokens, machine.scheme.dense
    )


def _cache_s(machine: Machine, load: Work, rank: Array) -> Array:
    device, k, tp = machine.device, machine.constants, machine.layout.tp
    total = array(0.0)
    for group in machine.shape.groups:
        moved = group.read_bytes(load.context, machine.scheme.cache_bytes)
        moved = rank * moved / np.minimum(tp, group.shards)
        flops = rank * load.queries * group.step_flops(load.context) / tp
        memory = moved / (device.memory_bytes_s * k.cache_stream)
        share = fed_share(device, k.decode_attention, k)
        compute = flops / (device.rate(Dtype.BF16) * share)
        total = total + group.layers * roofline_s(compute, memory, k.unhidden)
    return total


def _prefill_attention_s(machine: Machine, load: Work) -> Array:
    """Return attention of the chunk, bound by arithmetic or by reading what lies before it.

    What does not overlap is in the share of peak that prefill attention reaches.
    """
    device, k, tp = machine.device, machine.constants, machine.layout.tp
    rate = device.rate(Dtype.BF16) * fed_share(device, k.prefill_attention, k)
    stream = device.memory_bytes_s * k.cache_stream
    prompts = _prompts(load)
    total = array(0.0)
    for group in machine.shape.groups:
        scores = group.attended_mean(load.past, load.span) * group.prefill_flops
        index = (load.past + load.span / 2) / group.ratio * group.index_flops
        flops = load.chunk * (scores + index + 4 * group.state_elements)
        moved = prompts * group.chunk_bytes(load.past, load.span, machine.scheme.cache_bytes)
        memory = moved / np.minimum(tp, group.shards) / stream
        total = total + group.layers * np.maximum(flops / tp / rate, memory)
    return total


def _prompts(load: Work) -> Array:
    """Return the prompts that share a chunk."""
    return load.chunk / np.maximum(load.span, 1.0)


def _expansion_s(machine: Machine, load: Work) -> Array:
    """Return the making of keys and values of all tokens before a chunk, anew for every chunk.

    vLLM, SGLang and TensorRT-LLM read the latent entries of a prompt's past, multiply them with
    the matrix that expands them, write keys and values of all heads, and attend to those (vLLM,
    ``mla/common.py``, Chunked Prefill; SGLang pull request 5113). A chunk of several prompts has
    the past of each. The matrix itself is read with the chunk's own projections.
    """
    device, k, tp = machine.device, machine.constants, machine.layout.tp
    kernel, entries = machine.scheme.attention, _prompts(load) * load.past
    rate = device.rate(kernel.arithmetic) * gemm_share(device, kernel, k)
    total = array(0.0)
    for group in machine.shape.groups:
        made = 2 * group.expanded_elements * ACTIVATION_BYTES / tp
        read = group.elements * machine.scheme.cache_bytes if group.expand_flops > 0 else 0.0
        memory = entries * (read + made) / (device.memory_bytes_s * k.weight_stream)
        compute = entries * group.expand_flops / tp / rate
        total = total + group.layers * roofline_s(compute, memory, k.unhidden)
    return total


def _experts_s(machine: Machine, everyone: Array) -> Array:
    """Return the routed experts of the busiest device, for the tokens of all replicas.

    Rows of an expert are padded to whole tiles, so each touched expert costs ``tile_tokens``
    rows beyond its own.
    """
    shape, layout, k = machine.shape, machine.layout, machine.constants
    if shape.moe_layers == 0:
        return array(0.0)
    kernel = machine.scheme.experts
    touched = _touched(machine, everyone) / layout.ep
    mean = everyone * shape.experts_per_token / layout.ep
    uneven = busiest_rank(mean, layout.ep, k.router_skew)
    busiest = mean if machine.even_experts else mean * uneven
    rows = busiest + touched * k.tile_tokens
    one = shape.expert_params / layout.expert_tp
    share = gemm_share(machine.device, kernel, k) * k.grouped_gemm
    compute = 2 * rows * one / (machine.device.rate(kernel.arithmetic) * share)
    read = touched if machine.even_experts else most_touched(touched, shape.experts, layout.ep)
    memory = read * one * kernel.weight_bytes
    memory = memory / (machine.device.memory_bytes_s * k.weight_stream)
    return np.where(everyone > 0, shape.moe_layers * roofline_s(compute, memory, k.unhidden), 0.0)


def _touched(machine: Machine, tokens: Array) -> Array:
    """Return distinct experts of a layer whose weights ``tokens`` need."""
    shape = machine.shape
    if machine.even_experts:
        return experts_touched(shape.experts, shape.experts_per_token, tokens)
    popularity = machine.constants.popularity
    return experts_met(shape.experts, shape.experts_per_token, tokens, popularity)


def _activations_s(machine: Machine, tokens: Array, everyone: Array) -> Array:
    """Return traffic of the tensors between products, each written and read once.

    A layer norms twice and adds twice (8 h), passes queries, keys and values and the attention's
    output (2 w), and gate, up and product of its feed-forward part (5 f). Routed tokens are
    gathered, computed and combined for every expert: 4 h + 5 f each, h as experts take it.
    """
    shape, layout = machine.shape, machine.layout
    sharded = (2 * shape.attention_width + 5 * shape.dense_width) / layout.tp
    plain = shape.layers * tokens * (8 * shape.hidden + sharded)
    routed = everyone * shape.experts_per_token / layout.ep if shape.moe_layers else array(0.0)
    width = 4 * shape.expert_hidden + 5 * shape.expert_width / layout.expert_tp
    moved = (plain + shape.moe_layers * routed * width) * ACTIVATION_BYTES
    return moved / (machine.device.memory_bytes_s * machine.constants.weight_stream)


def _head_s(machine: Machine, tokens: Array) -> Array:
    weights = array(machine.shape.vocab * machine.shape.hidden) / machine.layout.tp
    return _product_s(machine, weights, tokens, kernel("bf16"))


def _communication_s(machine: Machine, tokens: Array) -> Array:
    """Return all-reduces of tensor parallelism and expert exchanges.

    A layer reduces after attention and after its feed-forward part; where attention is
    replicated, experts exchange tokens instead of the second reduction, as narrow as they take
    them: what narrows a token is one matrix for all experts and comes before.
    """
    shape, layout, device = machine.shape, machine.layout, machine.device
    size = tokens * shape.hidden * ACTIVATION_BYTES
    reduce_s = all_reduce_s(layout.tp, size, device, machine.constants)
    exchange_s = expert_exchange_s(
        layout,
        tokens / layout.tp,
        shape.expert_hidden * DISPATCH_BYTES,
        shape.experts_per_token,
        device,
        machine.constants,
    )
    exchanged = np.where(layout.dp > 1, shape.moe_layers, 0)
    reduced = 2 * shape.layers - exchanged
    return reduced * reduce_s + exchanged * exchange_s


def _between_s(machine: Machine, tokens: Array) -> Array:
    """Return the transfers of activations between the stages of a pipeline."""
    size = tokens * machine.shape.hidden * ACTIVATION_BYTES
    return stage_handover_s(machine.layout, size, machine.device, machine.constants)


def _launches_s(machine: Machine, load: Work, busy_s: Array) -> Array:
    """Return launches, norms and routing of all layers.

    A pure decode step is replayed from a graph. With a prompt in it the host launches every
    kernel, which takes ``ungraphed`` times as long but runs beside the device's work: the
    slower of the two holds.
    """
    shape, k = machine.shape, machine.constants
    layers_us = (
        shape.layers * k.layer_us
        + shape.moe_layers * k.expert_layer_us
        + shape.latent_layers * k.latent_layer_us
        + shape.indexed_layers * k.indexed_layer_us
        + shape.linear_layers * k.linear_layer_us
    )
    launched = np.maximum(layers_us * MICRO, k.ungraphed * layers_us * MICRO - busy_s)
    return np.where(load.chunk > 0, launched, layers_us * MICRO)


def _host_s(machine: Machine, rank: Array) -> Array:
    """Return the host's work between iterations, which grows with the sequences of a replica."""
    k = machine.constants
    return array((k.step_us + rank * k.sequence_us) * MICRO)
