"""Exposed exchanges of replicas: gradients, sharded weights, and a table that two stages hold."""

from __future__ import annotations

from narrows.performance.arrays import Array, xp
from narrows.performance.collectives import (
    Group,
    Links,
    all_reduce_seconds,
    exposed,
    gather_seconds,
    place,
)
from narrows.performance.constants import Constants
from narrows.performance.hardware import Device
from narrows.performance.pipeline import has_both_ends
from narrows.performance.shape import Shape
from narrows.performance.training.buckets import Buckets
from narrows.performance.training.strategy import Strategies, Workload


def data_seconds(
    device: Device,
    c: Constants,
    s: Strategies,
    w: Workload,
    m: Array,
    held: Buckets,
    links: Links,
    cover_s: Array,
) -> Array:
    """Return exposed gradient reduction and weight gathering.

    Under a pipeline only the last micro-batch covers it; sharded weights (stage 3) are gathered
    twice for every micro-batch and covered by every one.
    """
    dense = place(s.data * s.context, s.tensor, device.domain)
    routed = place(s.expert_data, s.expert * s.expert_tensor, device.domain)
    total_s = _exchange_s(held.dense, dense, s, w, m, links) + _exchange_s(
        held.routed, routed, s, w, m, links
    )
    return exposed(total_s, cover_s, c.data_overlap)


def shared_table_seconds(
    shape: Shape, device: Device, s: Strategies, w: Workload, links: Links
) -> Array:
    """Return the all-reduce of the gradient of a table that the first and the last stage both hold.

    A tied embedding is also the output layer, and layers for further tokens read the embedding too.
    The sum waits for the last micro-batch and nothing hides it (Megatron's embedding group).
    """
    apart = (s.pipeline > 1.0) & (has_both_ends(s.schedule, s.pipeline) == 0.0)
    twice = apart & ((shape.tied > 0.0) | (shape.mtp_layers > 0.0))
    near = s.tensor * s.context * s.data * s.pipeline <= device.domain
    pair = Group(inner=xp.where(near, 2.0, 1.0), outer=xp.where(near, 1.0, 2.0))
    gradients = w.trained_share * w.gradient_bytes * shape.table_parameters / s.tensor
    return xp.where(twice, all_reduce_seconds(gradients, pair, links), 0.0)


def _exchange_s(
    parameters: Array, group: Group, s: Strategies, w: Workload, m: Array, links: Links
) -> Array:
    gradients = w.trained_share * w.gradient_bytes * parameters
    weights = 2.0 * parameters
    replicated_s = all_reduce_seconds(gradients, group, links)
    sharded_s = gather_seconds(gradients, group, links) + gather_seconds(
        w.trained_share * weights, group, links
    )
    every_time_s = m * (
        2.0 * gather_seconds(weights, group, links) + gather_seconds(gradients, group, links)
    )
    volume_s = xp.where(
        s.zero >= 3.0, every_time_s, xp.where(s.zero >= 1.0, sharded_s, replicated_s)
    )
    return xp.where((group.size > 1.0) & (parameters > 0.0), volume_s, 0.0)
