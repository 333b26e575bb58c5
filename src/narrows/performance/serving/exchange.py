"""Communication between the devices of an instance, in seconds."""

from __future__ import annotations

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.device import Device
from narrows.performance.serving.experts import nodes_met
from narrows.performance.serving.layout import Layout

MICRO = 1e-6


def all_reduce_s(ranks: Array, size_bytes: Array, device: Device, k: Constants) -> Array:
    """Return a two-level all-reduce of ``size_bytes`` over ``ranks`` neighbouring devices.

    Inside a scale-up domain of g ranks 2(g-1)/g of the bytes cross a link in log2(g) hops; each
    rank then exchanges its g-th part with the other domains over its network card (Thakur et al.
    2005; the levels are added, as latency-bound messages do not overlap them).
    """
    inner = np.minimum(ranks, device.domain)
    outer = np.maximum(ranks / inner, 1.0)
    inside = 2 * (inner - 1) / inner * size_bytes / (device.link() * k.link_share)
    across = 2 * (outer - 1) / outer * size_bytes / inner / (device.nic_bytes_s * k.link_share)
    hops = np.log2(inner) * k.hop_us + np.log2(outer) * k.fabric_hop_us
    return np.where(ranks > 1, inside + across + hops * MICRO, 0.0)


def expert_exchange_s(
    layout: Layout,
    tokens: Array,
    token_bytes: float,
    per_token: int,
    device: Device,
    k: Constants,
) -> Array:
    """Return dispatch and combine of ``tokens`` on each of the ranks that share the experts.

    A token goes to the ranks of its experts, all ``expert_tp`` of each; it is sent once to each
    scale-up domain among them and copied on inside it. ``token_bytes`` counts both ways. Latency
    grows with the hops as in an all-reduce.
    """
    ranks = layout.tp * layout.dp
    inner = np.minimum(ranks, device.domain)
    outer = np.maximum(ranks / inner, 1.0)
    copies = np.minimum(np.minimum(float(per_token), layout.ep) * layout.expert_tp, ranks)
    domains = nodes_met(outer, per_token) * np.maximum(layout.expert_tp / inner, 1.0)
    domains = np.minimum(domains, outer) * (outer - 1) / outer
    inside = tokens * copies * token_bytes * (inner - 1) / inner / (device.link() * k.link_share)
    across = tokens * domains * token_bytes / (device.nic_bytes_s * k.link_share)
    latency = 2 * (np.log2(inner) * k.exchange_us + np.log2(outer) * k.fabric_hop_us)
    return np.where(ranks > 1, np.maximum(inside, across) + latency * MICRO, 0.0)


def cache_transfer_s(
    cache_bytes: Array, senders: Array, receivers: Array, device: Device, k: Constants
) -> Array:
    """Return the time to hand the cache of one prompt over, between equal devices.

    Each device has its own network card; the fewer of both sides are the narrow place.
    """
    cards = np.minimum(senders, receivers)
    return array(cache_bytes / (cards * device.nic_bytes_s * k.link_share))


def stage_handover_s(layout: Layout, size_bytes: Array, device: Device, k: Constants) -> Array:
    """Return the point-to-point transfers between pipeline stages of one iteration.

    A stage that lies in the next scale-up domain is reached over the network: each tensor rank
    sends its part, and the parts are gathered there.
    """
    together = np.maximum(np.floor(device.domain / (layout.tp * layout.dp)), 1.0)
    across = np.ceil(layout.pp / together) - 1
    inside = layout.pp - 1 - across
    gathered = (layout.tp - 1) / layout.tp * size_bytes / device.link()
    far = (size_bytes / layout.tp / device.nic_bytes_s + gathered) / k.link_share
    near = size_bytes / device.link() / k.link_share
    hops_us = inside * k.hop_us + across * k.fabric_hop_us
    return array(inside * near + across * far + hops_us * MICRO)
