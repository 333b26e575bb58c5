"""What of a rank lives in the host's memory: bytes off the device, bytes on the host."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.performance.arrays import Array, xp
from narrows.performance.memory import MASTER_BYTES, WEIGHT_BYTES
from narrows.performance.offload import MASTER_WEIGHT_BYTES, kept_share
from narrows.performance.pipeline import weight_copies
from narrows.performance.shape import Shape
from narrows.performance.training.buckets import Buckets
from narrows.performance.training.layers_of_rank import layers_of_rank
from narrows.performance.training.offload import Offloads
from narrows.performance.training.strategy import Strategies, Workload

HOST_HEADROOM = 0.85
"""Share of a host's memory that a plan may fill: the rest is the system, loaders and staging."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Parameters of a rank by what is sharded over its replicas."""

    optimizer: Array
    gradients: Array
    weights: Array


def shares(held: Buckets, s: Strategies) -> Shares:
    """Return the parameters whose optimizer, gradients and weights a rank holds, by ZeRO stage."""
    shards, expert_shards = s.data * s.context, s.expert_data

    def sharded_from(stage: float) -> Array:
        sharded = s.zero >= stage
        dense = held.dense / xp.where(sharded, shards, 1.0)
        return dense + held.routed / xp.where(sharded, expert_shards, 1.0)

    return Shares(
        optimizer=sharded_from(1.0), gradients=sharded_from(2.0), weights=sharded_from(3.0)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OnHost:
    """Bytes of a rank by what they are."""

    states: Array
    """Optimizer, gradients and weights."""
    activations: Array

    @property
    def total(self) -> Array:
        """All of it."""
        return self.states + self.activations


def states_off_device(
    shape: Shape, s: Strategies, w: Workload, held: Buckets, moved: Offloads
) -> Array:
    """Return the bytes of states that leave the device: all but what is in use or on its way.

    States that the host steps never visit the device again.
    """
    passing = 1.0 - kept_share(layers_of_rank(shape, s), xp.array(1.0))
    own = shares(held, s)
    trained = w.trained_share
    optimizer = trained * MASTER_BYTES * own.optimizer
    gradients = trained * w.gradient_bytes * own.gradients
    weights = WEIGHT_BYTES * own.weights
    kept_bytes = w.offload_keeps_weight * MASTER_WEIGHT_BYTES
    return (
        moved.host_update * (optimizer - trained * kept_bytes * own.optimizer)
        + passing * (moved.copied * optimizer + moved.gradients * gradients)
        + passing * moved.weights * weights
    )


def share_left(s: Strategies, moved: Offloads, layers_in_flight: Array) -> Array:
    """Return the share of its activations that a device keeps of ``layers_in_flight`` layers.

    Layers are counted once for every micro-batch in flight.
    """
    away = 1.0 - kept_share(layers_in_flight, weight_copies(s.schedule))
    return 1.0 - moved.activations * away


def on_host(
    s: Strategies, w: Workload, held: Buckets, moved: Offloads, *, activations: Array
) -> OnHost:
    """Return the bytes that a rank fills of the host's memory.

    The host has whatever is offloaded in full, and a gradient for every state that it steps.
    """
    own = shares(held, s)
    trained = w.trained_share
    optimizer = trained * MASTER_BYTES * own.optimizer
    stepped = trained * w.gradient_bytes * own.optimizer
    return OnHost(
        states=moved.optimizer * optimizer
        + moved.host_update * stepped
        + moved.weights * WEIGHT_BYTES * own.weights,
        activations=moved.activations * activations,
    )
