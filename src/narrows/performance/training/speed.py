"""How fast layouts are evaluated: the figures behind ``narrows bench training``."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import TypeVar

from narrows.catalog import Catalog, data_root
from narrows.core import STRICT, Json, read_records
from narrows.performance.calibration import constants_at, packaged
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import hardware_of
from narrows.performance.pipeline import Schedule
from narrows.performance.shape import Shape, shape_of
from narrows.performance.training.every_strategy import every_strategy
from narrows.performance.training.job import (
    Cluster,
    Job,
    device_of,
    setting_of,
    workload_of,
)
from narrows.performance.training.offload import EVERY_OFFLOAD
from narrows.performance.training.search import MEMORY_HEADROOM, Grid, evaluate_grid
from narrows.performance.training.space import Space, enumerate_space
from narrows.performance.training.strategy import ContextExchange, Strategies
from narrows.performance.training.sweep import Sweep, sweep

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

PEER_SPACE = 7_276_848
"""Candidates of the largest peer for the same model and number of chips, by its own count.

It chooses among ways to send and to overlap, networks and fused activations, where this model has
facts of the software, and among eight offloads. It has no context parallelism, no ZeRO 2 and 3, no
schedules without bubbles and no recomputation of some layers.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """One measured rate."""

    name: str
    candidates: int
    """Candidates whose step time and memory were both computed."""
    cpu_s: float
    counts: Mapping[str, Json] = field(default_factory=dict)
    """Of a sweep: distinct strategies, those dropped before any time was computed, the peer's."""

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
            **speed.counts,
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
    return (
        Speed(name="enumerate 1T on 4,096 A100", candidates=len(candidates), cpu_s=enumerating_s),
        Speed(name="1T on 4,096 A100, full model", candidates=grid.evaluated, cpu_s=grid_s),
        *_whole_space(shape, cluster, job),
    )


def _whole_space(shape: Shape, cluster: Cluster, job: Job) -> tuple[Speed, Speed]:
    """Return the sweep of every strategy, and that of all which hosts hold, fitting or not.

    Two smaller spaces beside the whole one tell how CPU time grows with the number of strategies.
    """
    every = every_strategy(shape, cluster, job)

    def timed(space: Space, headroom: float = MEMORY_HEADROOM) -> tuple[float, Sweep]:
        return _timed(
            lambda: sweep(shape, cluster, job=job, space=space, memory_headroom=headroom), SWEEPS
        )

    whole = timed(every)
    smaller = [timed(replace(every, offload=EVERY_OFFLOAD[:kinds])) for kinds in FEWER_OFFLOADS]
    sized = [(found.candidates, cpu_s) for cpu_s, found in (*smaller, whole)]
    return (
        _swept(WHOLE, *whole, growth=sized),
        _swept(f"{WHOLE}, fitting or not", *timed(every, math.inf)),
    )


WHOLE = "whole space of 1T on 4,096 A100"
FEWER_OFFLOADS = (1, 4)
"""Nothing offloaded; activations, weights or both: a twelfth and a third of the whole space."""
SWEEPS = 3
"""The median of three sweeps is printed."""


def _swept(
    name: str, cpu_s: float, found: Sweep, growth: Sequence[tuple[int, float]] = ()
) -> Speed:
    counts: dict[str, Json] = {
        "distinct": found.candidates,
        "distinct_rate": round(found.candidates / cpu_s),
        "pruned": found.pruned,
        "pruned_by_host": found.pruned_by_host,
        "peer_space": PEER_SPACE,
    }
    if growth:
        (few, few_s), *_, (many, many_s) = growth
        counts["growth"] = [{"distinct": n, "cpu_s": round(s, 4)} for n, s in growth]
        counts["exponent"] = round(math.log(many_s / few_s) / math.log(many / few), 2)
    return Speed(name=name, candidates=found.evaluated, cpu_s=cpu_s, counts=counts)


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


def _timed(work: Callable[[], T], repeats: int = REPEATS) -> tuple[float, T]:
    result = work()
    return sorted(_cpu_s(work) for _ in range(repeats))[repeats // 2], result


def _cpu_s(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
