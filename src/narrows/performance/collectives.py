"""Two-level collectives by the alpha-beta model (Thakur, Rabenseifner and Gropp 2005).

A group has ``inner`` members in each scale-up domain and spans ``outer`` domains. All groups of a
kind run together, so a rank's share of the scale-out links is its own ``outer_rate``.
"""

from __future__ import annotations

from dataclasses import dataclass

from narrows.performance.arrays import Array, xp


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What one rank sees of the network, per direction, efficiency included."""

    inner_rate: Array
    """bytes/s within the scale-up domain, all ports together."""
    ports: Array
    """Peers that a rank's scale-up links are divided over: 1 behind a switch, all others of the
    domain where a wire joins every pair."""
    switch_rate: Array
    """bytes/s at which the switch of a domain adds a tensor; 0 where ranks add themselves."""
    outer_rate: Array
    """bytes/s between domains."""
    inner_latency_s: Array
    outer_latency_s: Array
    start_s: Array
    """Fixed time of a collective: launch, and the ramp that makes half of the rate a size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """How many members a group has inside one domain, and over how many domains it spreads."""

    inner: Array
    outer: Array

    @property
    def size(self) -> Array:
        """Members of the group."""
        return self.inner * self.outer


def place(size: Array, stride: Array, domain: Array) -> Group:
    """Place a group of ``size`` ranks that lie ``stride`` apart on domains of ``domain`` ranks."""
    inner = xp.minimum(size, xp.maximum(1.0, domain / stride))
    return Group(inner=inner, outer=size / inner)


def rate_to(peers: Array, links: Links) -> Array:
    """Return a rank's rate to ``peers`` others of its domain at once.

    A switch lends the whole rate to a single peer; in a full mesh a small group leaves the wires to
    everybody else idle.
    """
    return links.inner_rate * xp.minimum(1.0, xp.maximum(1.0, peers) / links.ports)


def _latency_s(group: Group, links: Links) -> Array:
    inside = (group.inner - 1.0) * links.inner_latency_s
    between = xp.minimum(group.outer - 1.0, _TREE_HOPS * xp.log(xp.maximum(group.outer, 1.0)))
    return inside + between * links.outer_latency_s


_TREE_HOPS = 2.0 / 0.6931471805599453
"""A double binary tree has ``2 log2 n`` hops; libraries change to it when a ring is longer."""


def gather_seconds(tensor_bytes: Array, group: Group, links: Links) -> Array:
    """Return the time of an all-gather or reduce-scatter of a tensor of ``tensor_bytes`` in all.

    Chunked libraries overlap the two levels: bandwidth terms take the larger, latencies add.
    """
    inside = (group.inner - 1.0) / group.inner * tensor_bytes
    between = (group.outer - 1.0) / group.outer * tensor_bytes / group.inner
    inside_s = inside / rate_to(group.inner - 1.0, links)
    moved_s = xp.maximum(inside_s, between / links.outer_rate)
    return moved_s + _latency_s(group, links) + _start_s(group, links)


def _start_s(group: Group, links: Links) -> Array:
    return xp.where(group.size > 1.0, links.start_s, 0.0)


def all_reduce_seconds(tensor_bytes: Array, group: Group, links: Links) -> Array:
    """Return the time of an all-reduce: a reduce-scatter and an all-gather.

    Where the switch of the domain can add, libraries take it when that is quicker.
    """
    by_ranks_s = 2.0 * gather_seconds(tensor_bytes, group, links)
    in_switch_s = xp.minimum(by_ranks_s, switch_sum_seconds(tensor_bytes, group, links))
    return xp.where((links.switch_rate > 0.0) & (group.inner > 1.0), in_switch_s, by_ranks_s)


def switch_sum_seconds(tensor_bytes: Array, group: Group, links: Links) -> Array:
    """Return the time of an all-reduce that the switches of the domains add up.

    Every rank sends its tensor once and receives the sum once, both at the same time, whatever the
    size of the group; between domains each sum goes around as before.
    """
    inside_s = tensor_bytes / xp.maximum(links.switch_rate, TINY_RATE)
    between = 2.0 * (group.outer - 1.0) / group.outer * tensor_bytes / group.inner
    moved_s = xp.maximum(inside_s, between / links.outer_rate)
    hops_s = 2.0 * (_latency_s(Group(inner=SWITCHED, outer=group.outer), links))
    return moved_s + hops_s + _start_s(group, links)


TINY_RATE = 1.0
"""bytes/s; keeps a division defined where the switch does not add and the result is not used."""
SWITCHED = xp.array(2.0)
"""Latency within a domain: one hop to the switch each way, as between two members."""


def all_to_all_seconds(sent_bytes: Array, group: Group, links: Links) -> Array:
    """Return the time of an all-to-all in which a rank sends ``sent_bytes`` to the whole group."""
    inside = sent_bytes * (group.inner - 1.0) / group.size
    between = sent_bytes * (1.0 - 1.0 / group.outer)
    inside_s = inside / rate_to(group.inner - 1.0, links)
    moved_s = xp.maximum(inside_s, between / links.outer_rate)
    latency_s = xp.where(
        group.outer > 1.0,
        links.outer_latency_s,
        xp.where(group.inner > 1.0, links.inner_latency_s, 0.0),
    )
    return moved_s + latency_s + _start_s(group, links)


def send_seconds(message_bytes: Array, between_domains: Array, links: Links) -> Array:
    """Return the time of one message; ``between_domains`` is 1 where it leaves the domain."""
    inside_s = message_bytes / rate_to(xp.array(1.0), links) + links.inner_latency_s
    outside_s = message_bytes / links.outer_rate + links.outer_latency_s
    return xp.where(between_domains > 0.0, outside_s, inside_s) + links.start_s


def distinct_domains(choices: Array, domains: Array) -> Array:
    """Return the mean number of distinct domains that ``choices`` uniform picks fall into.

    ``R (1 - (1 - 1/R)^k)``: what node-wise de-duplication sends across the network.
    """
    return domains * (1.0 - xp.power(1.0 - 1.0 / domains, choices))


def exposed(communication_s: Array, cover_s: Array, share: Array) -> Array:
    """Return what is left of a communication when ``share`` of it hides behind ``cover_s``."""
    return communication_s - share * xp.minimum(communication_s, cover_s)
