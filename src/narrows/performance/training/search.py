"""The best layouts of a cluster: memory before time, layer times once for each combination."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from narrows.core import RefusalError, message
from narrows.performance.arrays import Array
from narrows.performance.calibration import Calibration, constants_at, packaged
from narrows.performance.constants import Constants
from narrows.performance.hardware import GIB, Device
from narrows.performance.host import known_host
from narrows.performance.shape import Shape
from narrows.performance.training.buckets import buckets
from narrows.performance.training.distinct import distinct_blocks
from narrows.performance.training.footprint import footprint
from narrows.performance.training.host_use import held_by_host
from narrows.performance.training.job import (
    Cluster,
    Job,
    device_of,
    setting_of,
    workload_of,
)
from narrows.performance.training.pareto import fast_and_lean_rows
from narrows.performance.training.predict import TrainingPrediction, predict
from narrows.performance.training.space import Space, enumerate_space
from narrows.performance.training.step import step_parts
from narrows.performance.training.strategy import Strategies, Strategy, Workload, at_row

CHUNK_ROWS = 8_192
"""Columns of this many rows stay in cache; longer ones wait for memory."""

MEMORY_HEADROOM = 0.94
"""Share of a device's memory that a chosen plan may fill by the median estimate."""


FRONT_MAX = 12
"""Layouts of the front that are named; of more, evenly spaced ones with both ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lean:
    """A layout that none is both faster and leaner than."""

    strategy: Strategy
    step_s: float
    """Median seconds."""
    peak_mem_gib: float
    """Per device, median."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Layouts in order of step time, and what became of the others."""

    ranked: tuple[TrainingPrediction, ...]
    front: tuple[Lean, ...]
    """From the fastest to the leanest of those that fit; empty where a whole space was swept."""
    evaluated: int
    """Candidates whose step time and memory were both computed."""
    pruned: int
    """Candidates dropped because their memory does not fit, before any time was computed."""
    excluded: Mapping[str, int]
    """Candidates that cannot exist, by reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Step time and memory of every candidate; time is infinite where memory was exceeded."""

    step_s: Array
    memory_bytes: Array
    evaluated: int


def search(
    shape: Shape,
    cluster: Cluster,
    *,
    job: Job,
    space: Space | None = None,
    top: int = 5,
    calibration: Calibration | None = None,
) -> SearchResult:
    """Return the fastest layouts that fit.

    Raises
    ------
    RefusalError
        No layout fits; the error says why candidates were dropped.
    """
    used = calibration or packaged()
    asked = space or Space()
    if all(each.words for each in asked.offload):
        known_host(cluster.hardware.host, cluster.hardware.chip_id)
    candidates, excluded = enumerate_space(shape, cluster, job=job, space=asked)
    candidates = _held_by_host(shape, cluster, job, candidates, excluded)
    best, _ = constants_at(used, setting_of(cluster, job))
    limit = MEMORY_HEADROOM * cluster.hardware.memory_bytes
    grid = evaluate_grid(
        shape,
        device_of(cluster, job),
        best,
        candidates,
        workload_of(cluster, job),
        memory_limit_bytes=limit,
    )
    pruned = len(candidates) - grid.evaluated
    if grid.evaluated == 0:
        raise _nothing_fits(grid, excluded, pruned)
    order = np.argsort(grid.step_s, kind="stable")[: min(top, grid.evaluated)]
    ranked = tuple(
        predict(shape, cluster, job=job, strategy=at_row(candidates, int(row)), calibration=used)
        for row in order
    )
    return SearchResult(
        ranked=tuple(searched(each) for each in ranked),
        front=_front(candidates, grid, used.log_offset),
        evaluated=grid.evaluated,
        pruned=pruned,
        excluded=dict(sorted(excluded.items())),
    )


def _held_by_host(
    shape: Shape, cluster: Cluster, job: Job, candidates: Strategies, excluded: Counter[str]
) -> Strategies:
    """Return the candidates whose hosts hold what they would keep there."""
    if candidates.offload is None:
        return candidates
    held = held_by_host(
        shape, device_of(cluster, job), cluster.hardware, candidates, workload_of(cluster, job)
    )
    lost = int(held.size - np.count_nonzero(held))
    if lost:
        excluded["host_memory"] += lost
    return candidates.take(np.flatnonzero(held))


def _front(candidates: Strategies, grid: Grid, log_offset: float) -> tuple[Lean, ...]:
    rows = fast_and_lean_rows(grid.step_s, grid.memory_bytes)
    picked = np.unique(np.linspace(0, len(rows) - 1, min(FRONT_MAX, len(rows))).round().astype(int))
    return tuple(
        Lean(
            strategy=at_row(candidates, int(row)),
            step_s=float(grid.step_s[row] * np.exp(log_offset)),
            peak_mem_gib=float(grid.memory_bytes[row] / GIB),
        )
        for row in rows[picked]
    )


def searched(prediction: TrainingPrediction) -> TrainingPrediction:
    """Say that a layout was searched, not stated."""
    return replace(prediction, flags=(*prediction.flags, message("performance.layout.searched")))


def _nothing_fits(grid: Grid, excluded: Counter[str], pruned: int) -> RefusalError:
    reasons = ", ".join(f"{name} {count}" for name, count in sorted(excluded.items()))
    least = float(np.min(grid.memory_bytes)) / 2**30 if grid.memory_bytes.size else None
    memory = "" if least is None else f"; the leanest of {pruned} needs {least:.0f} GiB a device"
    wanted = "more chips" if pruned else "degrees that fit the chips, the batch and the layers"
    return RefusalError(f"no layout fits (excluded: {reasons or 'none'}{memory})", (wanted,))


def evaluate_grid(
    shape: Shape,
    device: Device,
    constants: Constants,
    candidates: Strategies,
    work: Workload,
    *,
    memory_limit_bytes: float = np.inf,
) -> Grid:
    """Return step time and memory of every candidate, in chunks that stay in cache."""
    count = len(candidates)
    step_s = np.full(count, np.inf)
    memory = np.empty(count)
    blocks, code = distinct_blocks(shape, device, constants, candidates, work)
    evaluated = 0
    for start in range(0, count, CHUNK_ROWS):
        rows = np.arange(start, min(start + CHUNK_ROWS, count))
        some = candidates.take(rows)
        held = buckets(shape, some)
        memory[rows] = footprint(shape, device, some, work, held).total
        fitting = np.flatnonzero(memory[rows] <= memory_limit_bytes)
        if not fitting.size:
            continue
        if fitting.size < rows.size:
            rows, some = rows[fitting], some.take(fitting)
            held = buckets(shape, some)
        layer = blocks.take(code[rows])
        step_s[rows] = step_parts(shape, device, constants, some, work, layer, held).step_s
        evaluated += rows.size
    return Grid(step_s=step_s, memory_bytes=memory, evaluated=evaluated)
