"""What crosses a rank's host link in a step, what of it shows, and the update on the host."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.performance.arrays import Array, xp
from narrows.performance.hardware import Device
from narrows.performance.memory import WEIGHT_BYTES
from narrows.performance.offload import (
    HostRates,
    Move,
    copied_states_move,
    exposed_in_turn,
    gradient_move,
    host_update_seconds,
    link_seconds,
    updated_weight_bytes,
)
from narrows.performance.shape import Shape
from narrows.performance.training.buckets import Buckets
from narrows.performance.training.footprint import layer_bytes_per_token
from narrows.performance.training.host_memory import Shares, shares
from narrows.performance.training.layers_of_rank import layers_of_rank
from narrows.performance.training.offload import Offloads
from narrows.performance.training.strategy import Strategies, Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Bytes of a step that cross the link of a rank, by kind."""

    activations: Move
    """One way in the forward passes, back in the backward ones."""
    weights: Move
    """Layer by layer into every forward and every backward pass."""
    gradients: Move
    """Out of every backward pass; the sum so far comes back into it."""
    states: Move
    """Once a step, at its end."""

    @property
    def whole(self) -> Move:
        """All of it."""
        kinds = (self.activations, self.weights, self.gradients, self.states)
        out, back = xp.array(0.0), xp.array(0.0)
        for each in kinds:
            out, back = out + each.out, back + each.back
        return Move(out=out, back=back)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostParts:
    """Seconds of a step; the update replaces the one on the device."""

    activations_s: Array
    weights_s: Array
    gradients_s: Array
    states_s: Array
    """What the states' way shows beyond their update."""
    update_s: Array


def no_host_parts(device_update_s: Array) -> HostParts:
    """Return the parts of rows that keep everything on their devices."""
    none = xp.array(0.0)
    return HostParts(
        activations_s=none,
        weights_s=none,
        gradients_s=none,
        states_s=none,
        update_s=device_update_s,
    )


def crossing(
    shape: Shape,
    device: Device,
    s: Strategies,
    w: Workload,
    held: Buckets,
    moved: Offloads,
    micro_batches: Array,
) -> Crossing:
    """Return the bytes of a step by kind and direction."""
    own = shares(held, s)
    tokens = s.micro_batch * w.sequence / s.context
    kept = layer_bytes_per_token(shape, device, s, w).kept(s)
    stored = moved.activations * micro_batches * tokens * kept * layers_of_rank(shape, s)
    fetched = moved.weights * 2.0 * micro_batches * WEIGHT_BYTES * own.weights
    trained = w.trained_share
    gradients = moved.gradients * trained * own.gradients
    return Crossing(
        activations=Move(out=stored, back=stored),
        weights=Move(out=xp.array(0.0), back=fetched),
        gradients=gradient_move(gradients, w.gradient_bytes, micro_batches),
        states=_states_move(own, s, w, moved),
    )


def _states_move(own: Shares, s: Strategies, w: Workload, moved: Offloads) -> Move:
    """Return what crosses for the update: gradients or states out, weights or states in.

    Weights that live on the host are written there by its own update where it has the same part of
    them; otherwise the devices gather them first and send them back.
    """
    trained = w.trained_share
    stepped = trained * own.optimizer
    alike = (s.zero < 1.0) | (s.zero >= 3.0) | (s.data * s.context == 1.0)
    in_place = moved.host_update * moved.weights * xp.where(alike, 1.0, 0.0)
    gradients = moved.host_update * (1.0 - moved.gradients) * w.gradient_bytes * stepped
    back_bytes = updated_weight_bytes(w.offload_keeps_weight)
    updated = (moved.host_update - in_place) * back_bytes * stepped
    sent_back = (moved.weights - in_place) * WEIGHT_BYTES * trained * own.weights
    copied = copied_states_move(moved.copied * stepped)
    return Move(out=gradients + sent_back + copied.out, back=updated + copied.back)


def host_parts(
    device: Device,
    s: Strategies,
    w: Workload,
    held: Buckets,
    moved: Offloads,
    crossed: Crossing,
    *,
    micro_batches: Array,
    layers: Array,
    forward_s: Array,
    backward_s: Array,
    device_update_s: Array,
) -> HostParts:
    """Return what the traffic shows; passes cover it, the first and last layer of a step do not.

    ``forward_s`` and ``backward_s`` are a micro-batch's on this rank. A longer pass also lengthens
    the filling of the pipeline. The update overlaps its own traffic by parts, and nothing else.
    """
    rates = device.host
    m = micro_batches
    into, onto = crossed.activations, crossed.weights
    ahead = exposed_in_turn(
        forward_s,
        (Move(out=into.out / m, back=xp.array(0.0)), _part(onto, 0.5 / m)),
        rates,
    )
    behind = exposed_in_turn(
        backward_s,
        (
            Move(out=xp.array(0.0), back=into.back / m),
            _part(onto, 0.5 / m),
            _part(crossed.gradients, 1.0 / m),
        ),
        rates,
    )
    passes = m + (s.pipeline - 1.0) / s.chunks
    edge = 1.0 / (m * layers)
    stepped = moved.host_update * w.trained_share * shares(held, s).optimizer
    on_host_s = xp.where(
        moved.host_update > 0.0, host_update_seconds(stepped, w.gradient_bytes, rates), 0.0
    )
    update_s = xp.where(moved.host_update > 0.0, on_host_s, device_update_s)

    def shown(seconds: Array) -> Array:
        """Keep rows that offload nothing clear of a host that is not known."""
        return xp.where(moved.anything, seconds, 0.0)

    return HostParts(
        activations_s=shown(passes * (ahead[0] + behind[0]) + _edge_s(into, edge, rates)),
        weights_s=shown(passes * (ahead[1] + behind[1]) + _edge_s(_part(onto, 0.5), edge, rates)),
        gradients_s=shown(passes * behind[2] + _edge_s(crossed.gradients, edge, rates)),
        states_s=shown(xp.maximum(0.0, link_seconds(crossed.states, rates) - update_s)),
        update_s=update_s,
    )


def _part(move: Move, share: Array | float) -> Move:
    return Move(out=move.out * share, back=move.back * share)


def _edge_s(move: Move, share: Array, rates: HostRates) -> Array:
    """Return the time of one layer's move, each way on its own."""
    none = xp.array(0.0)
    out_s = link_seconds(Move(out=move.out * share, back=none), rates)
    return out_s + link_seconds(Move(out=none, back=move.back * share), rates)
