"""What a layout asks of its hosts, and whether they have it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.core import RefusalError
from narrows.performance.arrays import Array, Mask, xp
from narrows.performance.hardware import GIB, Device, Hardware
from narrows.performance.host import host_notes, known_host
from narrows.performance.shape import Shape
from narrows.performance.training.buckets import Buckets, buckets
from narrows.performance.training.evaluate import Evaluation
from narrows.performance.training.footprint import host_footprint
from narrows.performance.training.host_memory import HOST_HEADROOM
from narrows.performance.training.host_traffic import crossing
from narrows.performance.training.strategy import Strategies, Strategy, Workload, as_arrays

GB = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class HostUse:
    """What one device keeps on its host and sends there and back in a step."""

    memory_gib: float
    to_host_gb: float
    from_host_gb: float
    """Of a whole step, all micro-batches."""


def host_use(
    shape: Shape, device: Device, hardware: Hardware, strategy: Strategy, work: Workload
) -> HostUse | None:
    """Return what a layout asks of a device's host, ``None`` where it asks nothing.

    Raises
    ------
    RefusalError
        The host is unknown, or its memory does not hold what the layout would keep there.
    """
    if not strategy.offload.words:
        return None
    host = known_host(hardware.host, hardware.chip_id)
    rows = as_arrays([strategy])
    held = buckets(shape, rows)
    kept_bytes = float(host_bytes(shape, device, rows, work, held)[0])
    room_bytes = HOST_HEADROOM * _number(host.memory_bytes)
    if kept_bytes > room_bytes:
        raise RefusalError(
            f"the host keeps {kept_bytes / GIB:.0f} GiB of a device and has room for "
            f"{room_bytes / GIB:.0f}",
            ("more host memory",),
        )
    moved = rows.offload
    if moved is None:
        return None
    m = xp.maximum(1.0, work.batch / (rows.data * rows.micro_batch))
    whole = crossing(shape, device, rows, work, held, moved, m).whole
    return HostUse(
        memory_gib=kept_bytes / GIB,
        to_host_gb=float(np.ravel(whole.out)[0]) / GB,
        from_host_gb=float(np.ravel(whole.back)[0]) / GB,
    )


def host_bytes(shape: Shape, device: Device, s: Strategies, w: Workload, held: Buckets) -> Array:
    """Return the bytes of host memory that each row's fullest device fills."""
    kept = host_footprint(shape, device, s, w, held)
    return np.zeros(len(s)) if kept is None else np.broadcast_to(kept.total, (len(s),))


def held_by_host(
    shape: Shape, device: Device, hardware: Hardware, s: Strategies, w: Workload
) -> Mask:
    """Return the rows whose host holds what they would keep there."""
    if s.offload is None:
        return np.ones(len(s), dtype=bool)
    room = hardware.host.memory_bytes
    kept = host_bytes(shape, device, s, w, buckets(shape, s))
    return np.asarray(kept == 0.0) if room is None else np.asarray(kept <= HOST_HEADROOM * room)


def host_log_spread(found: Evaluation, row: int, strategy: Strategy) -> float:
    """Return the log standard deviation that a step has for its host's part in it."""
    if not strategy.offload.words:
        return 0.0
    parts = found.parts
    seconds = [
        parts.host_activations_s,
        parts.host_weights_s,
        parts.host_gradients_s,
        parts.host_states_s,
    ]
    if strategy.offload.optimizer == "host":
        seconds.append(parts.optimizer_s)
    shape = np.shape(found.step_s)
    of_host_s = sum(float(np.broadcast_to(each, shape)[row]) for each in seconds)
    return host_notes().log_spread * of_host_s / float(found.step_s[row])


def _number(value: float | None) -> float:
    if value is None:
        raise RefusalError("the host's memory is unknown", ("host_memory_tb of its system",))
    return value
