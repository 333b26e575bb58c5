"""How fast the serving model answers, in CPU seconds of this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from narrows.catalog import Catalog
from narrows.performance.serving.arrays import array
from narrows.performance.serving.knowledge import load_knowledge
from narrows.performance.serving.pools import BATCHES
from narrows.performance.serving.question import Deployment, Limits, Load
from narrows.performance.serving.rank import count_layouts
from narrows.performance.serving.requests import poisson_requests
from narrows.performance.serving.rows import predict_row
from narrows.performance.serving.search import search
from narrows.performance.serving.simulate import Bench, run_lanes

FLEETS = (8, 16, 32, 64, 128, 256)
"""Packages of the layout searches that the project promises to answer in two CPU seconds."""
LANES = 256
REQUESTS_PER_LANE = 400
ROWS = 40
LOAD = Load(input_tokens=4000, output_tokens=1000)
LIMITS = Limits(ttft_ms=3000, tpot_ms=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRow:
    """One timing: ``rate`` is of ``unit`` a CPU second."""

    name: str
    cpu_s: float
    rate: float
    unit: str


def bench_serving(catalog: Catalog, rows: list[dict[str, str]]) -> tuple[BenchRow, ...]:
    """Return the timings of search, simulation and row prediction; ``rows`` are of the table."""
    return (_search(catalog), _simulation(), _rows(catalog, rows[:: max(len(rows) // ROWS, 1)]))


def _search(catalog: Catalog) -> BenchRow:
    model, chip = catalog.models["deepseek-r1"], catalog.chips["nv-h200-sxm"]
    system = catalog.systems["dgx-h200"]

    known = load_knowledge()  # stated, so that no answer is remembered

    def all_fleets() -> None:
        for chips in FLEETS:
            search(model, chip, LOAD, chips=chips, limits=LIMITS, system=system, knowledge=known)

    points = BATCHES * sum(
        count_layouts(model, chip, LOAD, chips=n, system=system, deployment=Deployment())
        for n in FLEETS
    )
    seconds = _cpu_s(all_fleets)
    return BenchRow(
        name=f"search DeepSeek-R1 on {FLEETS[0]} to {FLEETS[-1]} H200, {len(FLEETS)} fleets",
        cpu_s=seconds,
        rate=points / seconds,
        unit="layout and batch points",
    )


def _simulation() -> BenchRow:
    batch = np.arange(257)
    table = Bench(
        plain_s=array(0.012 + 0.0001 * batch),
        mixed_s=array(0.05 + 0.0001 * batch),
        further_s=np.full(batch.shape, 0.038),
        pieces=1,
        prompts_per_iteration=1,
        tokens_per_step=1.0,
    )
    coming = poisson_requests(8.0, 300.0, streams=LANES, each=REQUESTS_PER_LANE, seed=1)
    arrivals = coming.arrived_s
    seconds = _cpu_s(lambda: _discard(run_lanes(table, arrivals, coming.output_tokens)))
    return BenchRow(
        name=f"event simulation, {LANES} lanes",
        cpu_s=seconds,
        rate=arrivals.size / seconds,
        unit="requests",
    )


def _rows(catalog: Catalog, rows: list[dict[str, str]]) -> BenchRow:
    known = load_knowledge()
    seconds = _cpu_s(lambda: _discard([predict_row(catalog, row, known) for row in rows]))
    return BenchRow(
        name="rows of the serving table with intervals",
        cpu_s=seconds,
        rate=len(rows) / seconds,
        unit="rows",
    )


def _discard(_: object) -> None:
    return None


def _cpu_s(work: Callable[[], None]) -> float:
    work()
    start = time.process_time()
    work()
    return time.process_time() - start
