"""How fast layouts are evaluated: the figures behind ``narrows bench training``."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeVar

from narrows.catalog import Catalog, data_root
from narrows.core import STRICT, Json, read_records
from narrows.performance.calibration import constants_at, packaged
from narrows.performance.hardware import hardware_of
from narrows.performance.pipeline import Schedule
from narrows.performance.shape import Shape, dimensions_of, shape_of
from narrows.performance.training.job import (
    Cluster,
    Job,
    device_of,
    setting_of,
    workload_of,
)
from narrows.performance.training.search import Grid, evaluate_grid
from narrows.performance.training.space import Space, enumerate_space
from narrows.performance.training.strategy import ContextExchange, Strategies

T = TypeVar("T")

REPEATS = 5
"""The median of five runs is printed."""

GRID = Space(
    tensor=(1, 2, 4, 8, 16, 32),
    context=(1, 2, 4, 8),
    context_exchange=tuple(ContextExchange),
    micro_batch=(1, 2, 4, 8, 16),
    sequence_parallel=(True, False),
    schedule=tuple(Schedule),
)
"""Every degree that the model has, on 1T parameters and 4,096 A100: some 125,000 candidates."""

WHOLE_SPACE = 7_276_848
"""Candidates of the largest peer for the same model and cluster, by its own count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """One measured rate."""

    name: str
    candidates: int
    """Candidates whose step time and memory were both computed."""
    cpu_s: float

    @property
    def rate(self) -> float:
        """Candidates per CPU second."""
        return self.candidates / self.cpu_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A peer's rate on the same machine and case, as ``bench/training_speed.py`` measured it."""

    __pydantic_config__ = STRICT

    name: str
    rate: float
    measured_on: date
    how: str


@cache
def peers() -> tuple[Peer, ...]:
    """Return the recorded rates of peers."""
    return tuple(read_records(data_root() / "performance" / "peers.yaml", Peer))


def speed_rows(catalog: Catalog) -> list[dict[str, Json]]:
    """Return our rates measured now beside the peers' recorded ones, one row for each pair."""
    return [
        {
            "name": speed.name,
            "candidates": speed.candidates,
            "cpu_s": round(speed.cpu_s, 4),
            "rate": round(speed.rate),
            "peer": peer.name,
            "peer_rate": peer.rate,
            "ratio": round(speed.rate / peer.rate),
        }
        for speed in training_speed(catalog)
        for peer in peers()
    ]


def training_speed(catalog: Catalog) -> tuple[Speed, ...]:
    """Return the rates of enumeration, of the full model on a grid, and of a whole space."""
    shape, cluster, job = _case(catalog)
    enumerating_s, candidates = _timed(
        lambda: enumerate_space(shape, cluster, job=job, space=GRID)[0]
    )
    evaluate = _evaluation(shape, cluster, job, candidates)
    grid_s, grid = _timed(evaluate)
    rounds = -(-WHOLE_SPACE // grid.evaluated)
    whole_s = _cpu_s(lambda: [evaluate() for _ in range(rounds)])
    return (
        Speed(name="enumerate 1T on 4,096 A100", candidates=len(candidates), cpu_s=enumerating_s),
        Speed(name="1T on 4,096 A100, full model", candidates=grid.evaluated, cpu_s=grid_s),
        Speed(
            name=f"as many as the peer's whole space ({rounds} rounds)",
            candidates=rounds * grid.evaluated,
            cpu_s=whole_s,
        ),
    )


def _case(catalog: Catalog) -> tuple[Shape, Cluster, Job]:
    hardware = hardware_of(catalog.chip("nv-a100-80-sxm"), catalog.system("dgx-a100"))
    shape = shape_of(dimensions_of(catalog.model("megatron-1t")))
    return shape, Cluster(hardware=hardware, chips=4096), Job(sequence=2048, batch=4096)


def _evaluation(
    shape: Shape, cluster: Cluster, job: Job, candidates: Strategies
) -> Callable[[], Grid]:
    best, _ = constants_at(packaged(), setting_of(cluster, job))
    device, work = device_of(cluster, job), workload_of(cluster, job)
    return lambda: evaluate_grid(shape, device, best, candidates, work)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    result = work()
    return sorted(_cpu_s(work) for _ in range(REPEATS))[REPEATS // 2], result


def _cpu_s(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
