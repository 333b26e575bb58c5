"""Keeping part of a training step in the host's memory: bytes that cross, seconds that show.

What is offloaded passes through the device layer by layer: one layer is in use while its neighbour
is on its way (Rajbhandari et al. 2104.07857; Isaev et al., Calculon, 2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from narrows.performance.arrays import Array, xp
from narrows.performance.memory import MASTER_BYTES, WEIGHT_BYTES

LAYERS_IN_TRANSIT = 2.0
"""One layer in use and one on its way."""


MASTER_WEIGHT_BYTES = 4.0
"""The fp32 weight among the states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRates:
    """What one device sustains towards its host, bytes/s; not-a-number where it is unknown."""

    to_host: Array
    from_host: Array
    stream: Array
    """Its share of the host's memory, reads and writes together."""
    update: Array
    """The same while the host's processors run the optimizer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Bytes that cross a device's host link, by direction."""

    out: Array
    back: Array


def kept_share(layers: Array, streams: Array) -> Array:
    """Return the share that stays on the device of what passes through layer by layer.

    ``streams`` passes run at once: two where a schedule overlaps a forward with a backward pass.
    """
    return xp.minimum(1.0, LAYERS_IN_TRANSIT * streams / layers)


def link_seconds(move: Move, rates: HostRates) -> Array:
    """Return the time of a move: both directions at once, over one host memory."""
    each_way_s = xp.maximum(move.out / rates.to_host, move.back / rates.from_host)
    return xp.maximum(each_way_s, (move.out + move.back) / rates.stream)


def exposed_in_turn(cover_s: Array, moves: Sequence[Move], rates: HostRates) -> list[Array]:
    """Return the seconds of each move that ``cover_s`` of computing does not hide.

    The moves share the link and the cover: an earlier one takes its part first, a later one shows
    what it adds. They sum to what all moves together show.
    """
    shown_s: list[Array] = []
    out, back, before_s = xp.array(0.0), xp.array(0.0), xp.array(0.0)
    for move in moves:
        out, back = out + move.out, back + move.back
        together_s = xp.maximum(0.0, link_seconds(Move(out=out, back=back), rates) - cover_s)
        shown_s.append(together_s - before_s)
        before_s = together_s
    return shown_s


def host_update_seconds(parameters: Array, gradient_bytes: Array, rates: HostRates) -> Array:
    """Return the time of an Adam step on the host (Ren et al., ZeRO-Offload, 2101.06840).

    Three fp32 states are read and written, the gradient is read, the 16-bit weight written.
    """
    touched = 2.0 * MASTER_BYTES + gradient_bytes + WEIGHT_BYTES
    return parameters * touched / rates.update


def gradient_move(parameters: Array, gradient_bytes: Array, times: Array) -> Move:
    """Return the gradients of a step that accumulate in the host's memory.

    Each of ``times`` micro-batches sends its own; from the second on the sum so far comes back to
    be added to on the device (DeepSpeed, stages 1 and 2).
    """
    once = gradient_bytes * parameters
    return Move(out=times * once, back=(times - 1.0) * once)


def updated_weight_bytes(keeps_weight: Array) -> Array:
    """Return what comes back of a parameter that the host stepped.

    Sixteen bits, or 32 where the device keeps an fp32 weight too (Megatron's hybrid optimizer).
    """
    return xp.where(keeps_weight > 0.0, MASTER_WEIGHT_BYTES, WEIGHT_BYTES)


def copied_states_move(parameters: Array) -> Move:
    """Return the states that visit the device for its update, and go back."""
    return Move(out=MASTER_BYTES * parameters, back=MASTER_BYTES * parameters)
