"""Every strategy of a space, each once: the fastest that fits, without a table of all of them.

A search keeps every candidate to rank them; a sweep keeps the best one, and so takes spaces of
hundreds of millions. Both evaluate with the same formulas, to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from narrows.core import RefusalError
from narrows.performance.arrays import Mask
from narrows.performance.calibration import Calibration, constants_at, packaged
from narrows.performance.constants import Constants
from narrows.performance.hardware import GIB, Device
from narrows.performance.shape import Shape
from narrows.performance.training.block import Blocks
from narrows.performance.training.buckets import buckets
from narrows.performance.training.distinct import distinct_blocks
from narrows.performance.training.footprint import footprint, host_footprint
from narrows.performance.training.host_memory import HOST_HEADROOM
from narrows.performance.training.job import Cluster, Job, device_of, setting_of, workload_of
from narrows.performance.training.search import MEMORY_HEADROOM
from narrows.performance.training.space import Space
from narrows.performance.training.step import step_parts
from narrows.performance.training.strategy import Strategies, Strategy, Workload, at_row
from narrows.performance.training.sweep_axes import (
    Bundle,
    Rows,
    as_strategies,
    at_place,
    bundles,
    degree_rows,
    on_axes,
    part_of,
)
from narrows.performance.training.table import Table

BLOCK_CANDIDATES = 32_768
"""Arrays of this many numbers stay in cache, and are long enough to hide the calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What became of every strategy of a space."""

    best: Strategy
    step_s: float
    """Median seconds."""
    peak_mem_gib: float
    evaluated: int
    """Strategies whose step time and memory were both computed."""
    pruned: int
    """Strategies whose memory was computed and does not fit their device."""
    pruned_by_host: int
    """Strategies that fit their device and not its host."""

    @property
    def candidates(self) -> int:
        """Distinct strategies of the space."""
        return self.evaluated + self.pruned + self.pruned_by_host


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What does not change from one block of strategies to the next."""

    shape: Shape
    device: Device
    constants: Constants
    work: Workload
    memory_bytes: float
    """Limit of a device."""
    host_bytes: float
    """Limit of a device's share of its host; infinite where nothing is offloaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The fastest strategy of a block."""

    step_s: float
    order: tuple[float, ...]
    """Place in the order in which a search lists candidates: the first of equals wins."""
    memory_bytes: float
    strategy: Strategies


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of the strategies of a block."""

    evaluated: int
    pruned: int
    pruned_by_host: int
    best: Best | None


def sweep(
    shape: Shape,
    cluster: Cluster,
    *,
    job: Job,
    space: Space,
    calibration: Calibration | None = None,
    memory_headroom: float = MEMORY_HEADROOM,
) -> Sweep:
    """Return the fastest strategy of a whole space, and the count of the others.

    ``memory_headroom`` is the share of a device's memory that a plan may fill; infinite, everything
    is timed that its hosts hold.

    Raises
    ------
    RefusalError
        No strategy fits, or the chip has no rate at the job's precision.
    """
    used = calibration or packaged()
    constants, _ = constants_at(used, setting_of(cluster, job))
    room = cluster.hardware.host.memory_bytes
    asked = Question(
        shape=shape,
        device=device_of(cluster, job),
        constants=constants,
        work=workload_of(cluster, job),
        memory_bytes=memory_headroom * cluster.hardware.memory_bytes,
        host_bytes=np.inf if room is None else HOST_HEADROOM * room,
    )
    found = list(_blocks(asked, degree_rows(shape, cluster, job=job, space=space), cluster, space))
    fitting = [each.best for each in found if each.best is not None]
    if not fitting:
        raise RefusalError("no strategy fits", ("more chips",))
    best = min(fitting, key=lambda each: (each.step_s, each.order))
    return Sweep(
        best=at_row(best.strategy, 0),
        step_s=best.step_s * float(np.exp(used.log_offset)),
        peak_mem_gib=best.memory_bytes / GIB,
        evaluated=sum(each.evaluated for each in found),
        pruned=sum(each.pruned for each in found),
        pruned_by_host=sum(each.pruned_by_host for each in found),
    )


def _blocks(asked: Question, table: Table, cluster: Cluster, space: Space) -> Iterator[Found]:
    if not table.rows:
        return
    layer, code = distinct_blocks(
        asked.shape, asked.device, asked.constants, as_strategies(table), asked.work
    )
    for bundle in bundles(table, asked.shape, cluster, space):
        across = bundle.zero.size * len(bundle.modes)
        many = max(1, BLOCK_CANDIDATES // across)
        for start in range(0, bundle.rows.size, many):
            rows = bundle.rows[start : start + many]
            yield _block(asked, table, bundle, rows, layer.take(code[rows]))


def _block(asked: Question, table: Table, bundle: Bundle, rows: Rows, layer: Blocks) -> Found:
    """Return what became of some rows crossed with their states and modes: memory, then time."""
    crossed = on_axes(table, bundle, rows)
    size = (rows.size, bundle.zero.size, len(bundle.modes))
    held = buckets(asked.shape, crossed)
    used = footprint(asked.shape, asked.device, crossed, asked.work, held).total
    kept = host_footprint(asked.shape, asked.device, crossed, asked.work, held)
    within = np.broadcast_to(used <= asked.memory_bytes, size)
    fits = within if kept is None else within & (kept.total <= asked.host_bytes)
    counted, timed = int(np.count_nonzero(within)), int(np.count_nonzero(fits))
    best = None
    if timed:
        place, step_s, order = _fastest(asked, table, rows, crossed, layer, fits)
        best = Best(
            step_s=step_s,
            order=order,
            memory_bytes=float(np.broadcast_to(used, size)[place]),
            strategy=at_place(crossed, place),
        )
    return Found(
        evaluated=timed,
        pruned=within.size - counted,
        pruned_by_host=counted - timed,
        best=best,
    )


def _fastest(
    asked: Question, table: Table, rows: Rows, crossed: Strategies, layer: Blocks, fits: Mask
) -> tuple[tuple[int, ...], float, tuple[float, ...]]:
    """Return place, seconds and order of the fastest that fits.

    Only the part of the block is timed in which something fits.
    """
    picked = [np.flatnonzero(fits.any(axis=others)) for others in ((1, 2), (0, 2), (0, 1))]
    part = part_of(crossed, picked)
    held = buckets(asked.shape, part)
    own = _on_first_axis(layer, picked[0])
    parts = step_parts(asked.shape, asked.device, asked.constants, part, asked.work, own, held)
    step_s = np.where(fits[np.ix_(*picked)], parts.step_s, np.inf)
    least = float(step_s.min())
    equals = [
        tuple(int(axis[i]) for axis, i in zip(picked, each, strict=True))
        for each in np.argwhere(step_s == least)
    ]
    order, place = min((_order(table, rows, each), each) for each in equals)
    return place, least, order


def _on_first_axis(layer: Blocks, rows: Rows) -> Blocks:
    """Return layer times of some rows along the first of three axes."""
    own = layer.take(rows)
    values = {item.name: getattr(own, item.name) for item in fields(own)}
    return Blocks(
        **{
            name: value[:, None, None] if np.ndim(value) else value
            for name, value in values.items()
        }
    )


def _order(table: Table, rows: Rows, place: tuple[int, ...]) -> tuple[float, ...]:
    """Return where a search would list a candidate: states and modes vary before schedules."""
    row = rows[place[0]]
    columns = table.columns
    return (float(columns["place"][row]), place[1], place[2], float(columns["schedule"][row]))
