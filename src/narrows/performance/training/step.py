"""From layer times to the time of a step."""

from __future__ import annotations

from dataclasses import dataclass, fields

from narrows.performance.arrays import Array, xp
from narrows.performance.collectives import (
    Links,
    send_seconds,
)
from narrows.performance.constants import Constants
from narrows.performance.goodput import straggler_factor
from narrows.performance.hardware import Device
from narrows.performance.memory import MASTER_BYTES, WEIGHT_BYTES
from narrows.performance.pipeline import Schedule, idle_seconds
from narrows.performance.shape import Shape
from narrows.performance.training.block import Blocks
from narrows.performance.training.buckets import Buckets
from narrows.performance.training.data_exchange import data_seconds, shared_table_seconds
from narrows.performance.training.further_tokens import tail
from narrows.performance.training.host_traffic import (
    HostParts,
    crossing,
    host_parts,
    no_host_parts,
)
from narrows.performance.training.layers_of_rank import layers_of_rank
from narrows.performance.training.rank import links_of
from narrows.performance.training.strategy import Strategies, Workload

GRADIENT_PASSES = 3.0
"""An Adam step reads the gradient for its norm, reads it again to update, and zeroes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepParts:
    """Seconds of a step; the parts add up to it."""

    compute_s: Array
    recompute_s: Array
    tensor_s: Array
    expert_s: Array
    context_s: Array
    pipeline_s: Array
    data_s: Array
    bubble_s: Array
    optimizer_s: Array
    overhead_s: Array
    host_activations_s: Array
    """This and the next three: what traffic with the host's memory shows."""
    host_weights_s: Array
    host_gradients_s: Array
    host_states_s: Array

    @property
    def step_s(self) -> Array:
        """The whole step."""
        return sum((getattr(self, item.name) for item in fields(self)), start=xp.array(0.0))


def step_parts(
    shape: Shape,
    device: Device,
    c: Constants,
    s: Strategies,
    w: Workload,
    blocks: Blocks,
    held: Buckets,
) -> StepParts:
    """Return the parts of a step; all arguments broadcast."""
    links = links_of(device, c)
    m = xp.maximum(1.0, w.batch / (s.data * s.micro_batch))
    layers = layers_of_rank(shape, s)
    head_s = blocks.head_forward_s + blocks.head_backward_s
    compute_s = layers * (blocks.forward_s + blocks.backward_s)
    again_s = layers * (
        s.full_share * blocks.forward_s + (1.0 - s.full_share) * s.selective * blocks.core_s
    )
    again = 1.0 + s.full_share
    tensor_s = layers * (again * blocks.tensor_forward_s + blocks.tensor_backward_s)
    expert_s = layers * blocks.expert_s * (1.0 + again)
    ring_again = again + (1.0 - s.full_share) * s.selective
    context_s = layers * (ring_again * blocks.context_forward_s + blocks.context_backward_s)
    body_s = compute_s + again_s + tensor_s + expert_s + context_s
    join_s = blocks.join_forward_s + blocks.join_backward_s
    behind = tail(shape, s, layers=layers, body_s=body_s, head_s=head_s, join_s=join_s)
    further = behind.seen_share * shape.mtp_layers / layers
    grown = 1.0 + further
    ahead_s = blocks.forward_s + blocks.tensor_forward_s + blocks.expert_s
    forward_s = layers * (ahead_s + blocks.context_forward_s)
    bubble_s = _bubble_s(
        shape,
        s,
        layers=layers,
        body_s=body_s,
        forward_s=forward_s,
        weight_s=layers * blocks.weight_s,
        tail_s=behind.whole_s,
        tail_seen_s=behind.seen_s,
    )
    step_cover_s = (body_s + behind.seen_s) * xp.where(s.zero >= 3.0, m, 1.0)
    slow = straggler_factor(c.straggler_spread, _nodes(device, s))
    host = _host_parts(
        shape,
        device,
        s,
        w,
        held,
        forward_s=forward_s,
        backward_s=body_s - forward_s,
        update_s=_optimizer_s(device, c, s, w, held),
    )
    return StepParts(
        compute_s=slow * m * (grown * compute_s + behind.seen_s - further * body_s),
        recompute_s=slow * m * grown * again_s,
        tensor_s=m * grown * tensor_s,
        expert_s=m * grown * expert_s,
        context_s=m * grown * context_s,
        pipeline_s=_send_s(shape, device, c, s, w, m, links),
        data_s=data_seconds(device, c, s, w, m, held, links, step_cover_s)
        + shared_table_seconds(shape, device, s, w, links),
        bubble_s=slow * bubble_s,
        optimizer_s=host.update_s,
        overhead_s=c.step_overhead_s + 0.0 * m,
        host_activations_s=host.activations_s,
        host_weights_s=host.weights_s,
        host_gradients_s=host.gradients_s,
        host_states_s=host.states_s,
    )


def _host_parts(
    shape: Shape,
    device: Device,
    s: Strategies,
    w: Workload,
    held: Buckets,
    *,
    forward_s: Array,
    backward_s: Array,
    update_s: Array,
) -> HostParts:
    if s.offload is None:
        return no_host_parts(update_s)
    m = xp.maximum(1.0, w.batch / (s.data * s.micro_batch))
    return host_parts(
        device,
        s,
        w,
        held,
        s.offload,
        crossing(shape, device, s, w, held, s.offload, m),
        micro_batches=m,
        layers=layers_of_rank(shape, s),
        forward_s=forward_s,
        backward_s=backward_s,
        device_update_s=update_s,
    )


def _nodes(device: Device, s: Strategies) -> Array:
    ranks = s.tensor * s.pipeline * s.data * s.context
    return xp.maximum(1.0, ranks / xp.minimum(device.domain, SERVER_DEVICES))


SERVER_DEVICES = 8.0
"""Stragglers are counted by server: its devices share clocks, cooling and host."""


def _bubble_s(
    shape: Shape,
    s: Strategies,
    *,
    layers: Array,
    body_s: Array,
    forward_s: Array,
    weight_s: Array,
    tail_s: Array,
    tail_seen_s: Array,
) -> Array:
    """Return idle time: filling and draining costs every other rank's work once (a chunk of it)."""
    all_ranks_s = body_s * shape.layers / layers + tail_s
    ordinary = xp.maximum(0.0, all_ranks_s - body_s - tail_seen_s) / s.chunks
    zero_bubble = idle_seconds(
        s.schedule,
        s.pipeline,
        s.chunks,
        forward_s=forward_s,
        input_s=body_s - forward_s - weight_s,
        weight_s=weight_s,
    )
    return xp.where(s.schedule == Schedule.ONE_F_ONE_B, ordinary, zero_bubble)


def _send_s(
    shape: Shape,
    device: Device,
    c: Constants,
    s: Strategies,
    w: Workload,
    m: Array,
    links: Links,
) -> Array:
    """Return exposed sends between stages: once a chunk each way in the steady state.

    One boundary in ``domain / stride`` leaves the scale-up domain. Only an interleaved schedule has
    other work to send behind.
    """
    message = 2.0 * s.micro_batch * w.sequence / s.context * shape.hidden / s.tensor
    stride = s.tensor * s.context * s.data
    crossing = xp.where(
        stride * s.pipeline > device.domain, xp.minimum(1.0, stride / device.domain), 0.0
    )
    near_s = send_seconds(message, xp.array(0.0), links)
    far_s = send_seconds(message, xp.array(1.0), links)
    once_s = (1.0 - crossing) * near_s + crossing * far_s
    hidden = xp.where(s.chunks > 1.0, c.pipeline_overlap, 0.0)
    steady_s = 2.0 * s.chunks * m * once_s * (1.0 - hidden)
    filling_s = 2.0 * (s.pipeline - 1.0) * once_s
    return xp.where(s.pipeline > 1.0, steady_s + filling_s, 0.0)


def _optimizer_s(device: Device, c: Constants, s: Strategies, w: Workload, held: Buckets) -> Array:
    """Return an Adam step: fp32 states read and written, gradients, 16-bit weights written."""
    dense = held.dense / xp.where(s.zero >= 1.0, s.data * s.context, 1.0)
    routed = held.routed / xp.where(s.zero >= 1.0, s.expert_data, 1.0)
    each = 2.0 * MASTER_BYTES + GRADIENT_PASSES * w.gradient_bytes + WEIGHT_BYTES
    touched = w.trained_share * each * (dense + routed)
    return touched / (device.bytes_per_s * c.bandwidth_efficiency)
