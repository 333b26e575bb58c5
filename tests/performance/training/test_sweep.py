from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.catalog import load_catalog
from narrows.core import RefusalError
from narrows.performance.calibration.draws import uncalibrated
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import hardware_of
from narrows.performance.pipeline import Schedule
from narrows.performance.shape import shape_of
from narrows.performance.training import (
    Cluster,
    ContextExchange,
    Job,
    Offload,
    Recompute,
    Space,
    Update,
    predict,
    search,
)
from narrows.performance.training.every_strategy import every_strategy
from narrows.performance.training.offload import EVERY_OFFLOAD, NO_OFFLOAD
from narrows.performance.training.space import enumerate_space
from narrows.performance.training.speed import GRID
from narrows.performance.training.sweep import sweep
from narrows.performance.training.sweep_axes import at_place, bundles, degree_rows, on_axes

CATALOG = load_catalog()
FIRST = uncalibrated()
H100 = hardware_of(CATALOG.chip("nv-h100-sxm"), CATALOG.system("dgx-h100"))
ASCEND = hardware_of(CATALOG.chip("hw-910c"), CATALOG.system("cloudmatrix384"))
LLAMA = shape_of(dimensions_of(CATALOG.model("llama3-8b")))
MIXTURE = shape_of(dimensions_of(CATALOG.model("qwen3-30b-a3b")))
JOB = Job(sequence=4096, batch=64)

SPACES = {
    "as a search by default": Space(),
    "every block": Space(recomputed_share=None, micro_batch=(1, 2)),
    "parts of the layers": Space(recomputed_share=(0.25, 0.5, 1.0)),
    "every offload": Space(offload=EVERY_OFFLOAD, micro_batch=(1, 2)),
    "every schedule": Space(schedule=tuple(Schedule), chunks=(1, 2), micro_batch=(1, 2)),
    "context": Space(context=(1, 2, 4), context_exchange=tuple(ContextExchange)),
    "only offload": Space(offload=(Offload(optimizer=Update.HOST, weights=True),)),
}


@pytest.mark.parametrize("name", SPACES)
@pytest.mark.parametrize("shape", [LLAMA, MIXTURE], ids=["dense", "experts"])
def test_a_sweep_finds_what_a_search_finds(name, shape) -> None:
    cluster, space = Cluster(hardware=H100, chips=16), SPACES[name]
    found = search(shape, cluster, job=JOB, space=space, calibration=FIRST, top=7)
    swept = sweep(shape, cluster, job=JOB, space=space, calibration=FIRST, top=7)
    listed = [each.strategy for each in found.ranked]
    assert [each.strategy for each in swept.ranked] == listed
    assert swept.best.strategy == found.ranked[0].strategy
    assert swept.best.step_s == pytest.approx(found.ranked[0].step_s.p50, rel=1e-12)
    assert swept.best.peak_mem_gib == pytest.approx(found.ranked[0].peak_mem_gib.p50, rel=1e-12)
    assert swept.evaluated == found.evaluated
    lost_to_hosts = dict(found.excluded).get("host_memory", 0)
    assert swept.candidates == found.evaluated + found.pruned + lost_to_hosts


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from([H100, ASCEND]),
    st.sampled_from([4, 8, 32]),
    st.sampled_from([16, 64, 96]),
    st.lists(st.sampled_from(list(Schedule)), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(EVERY_OFFLOAD), min_size=1, max_size=4, unique=True),
    st.sampled_from([None, (1.0,), (0.5, 1.0)]),
)
def test_a_sweep_equals_a_search_on_any_space(
    hardware, chips, batch, schedule, offload, shares
) -> None:
    cluster, job = Cluster(hardware=hardware, chips=chips), Job(sequence=2048, batch=batch)
    space = Space(
        schedule=schedule,
        offload=(NO_OFFLOAD, *(each for each in offload if each.words)),
        recomputed_share=shares,
        micro_batch=(1, 2),
        chunks=(1, 2),
    )
    try:
        found = search(LLAMA, cluster, job=job, space=space, calibration=FIRST, top=1)
    except RefusalError:
        with pytest.raises(RefusalError):
            sweep(LLAMA, cluster, job=job, space=space, calibration=FIRST)
        return
    swept = sweep(LLAMA, cluster, job=job, space=space, calibration=FIRST)
    assert swept.best.strategy == found.ranked[0].strategy
    assert swept.evaluated == found.evaluated


def test_a_sweep_of_the_benchmark_grid_finds_what_a_search_finds() -> None:
    shape = shape_of(dimensions_of(CATALOG.model("megatron-1t")))
    hardware = hardware_of(CATALOG.chip("nv-a100-80-sxm"), CATALOG.system("dgx-a100"))
    cluster, job = Cluster(hardware=hardware, chips=4096), Job(sequence=2048, batch=4096)
    found = search(shape, cluster, job=job, space=GRID, top=1)
    swept = sweep(shape, cluster, job=job, space=GRID)
    assert swept.best.strategy == found.ranked[0].strategy
    assert swept.best.step_s == pytest.approx(found.ranked[0].step_s.p50, rel=1e-12)
    whole = sweep(shape, cluster, job=job, space=every_strategy(shape, cluster, job))
    assert whole.best.step_s <= swept.best.step_s
    alone = predict(shape, cluster, job=job, strategy=whole.best.strategy)
    assert alone.step_s.p50 == pytest.approx(whole.best.step_s, rel=1e-12)


def test_a_sweep_counts_every_strategy_once() -> None:
    cluster = Cluster(hardware=H100, chips=8)
    space = Space(
        offload=EVERY_OFFLOAD,
        recomputed_share=None,
        sequence_parallel=(True, False),
        schedule=(Schedule.ONE_F_ONE_B, Schedule.ZB_H1),
        micro_batch=(1, 2),
        chunks=(1, 2),
    )
    table = degree_rows(LLAMA, cluster, job=JOB, space=space)
    seen: set[tuple[float, ...]] = set()
    count = 0
    for bundle in bundles(table, LLAMA, cluster, space):
        crossed = on_axes(table, bundle, bundle.rows)
        size = (bundle.rows.size, bundle.zero.size, len(bundle.modes))
        count += bundle.candidates
        names = ("tensor", "pipeline", "data", "chunks", "micro_batch", "sequence_parallel")
        columns = [getattr(crossed, n) for n in (*names, "schedule", "zero", "selective")]
        columns.append(crossed.full_share)
        flags = crossed.offload
        columns += [getattr(flags, n) for n in ("host_update", "copied", "gradients", "weights")]
        columns.append(flags.activations)
        rows = np.stack([np.broadcast_to(each, size).ravel() for each in columns], axis=1)
        seen |= set(map(tuple, rows.tolist()))
    assert len(seen) == count
    flat, _ = enumerate_space(LLAMA, cluster, job=JOB, space=space)
    alone = np.count_nonzero((flat.tensor == 1.0) & (flat.sequence_parallel == 0.0))
    assert count == len(flat) - alone


def test_a_place_of_a_crossing_is_one_row() -> None:
    cluster, space = Cluster(hardware=H100, chips=8), SPACES["every offload"]
    table = degree_rows(LLAMA, cluster, job=JOB, space=space)
    bundle = next(bundles(table, LLAMA, cluster, space))
    crossed = on_axes(table, bundle, bundle.rows)
    one = at_place(crossed, (0, bundle.zero.size - 1, len(bundle.modes) - 1))
    assert len(one) == 1
    assert one.zero[0] == bundle.zero[-1]
    assert bundle.modes[-1] == (Recompute.FULL, 1.0)
    assert one.full_share[0] == 1.0


def test_the_best_of_a_sweep_is_predicted_alike() -> None:
    cluster = Cluster(hardware=H100, chips=64)
    space = every_strategy(LLAMA, cluster, JOB)
    told: list[tuple[int, int]] = []

    def watch(done: int, of: int) -> None:
        told.append((done, of))

    swept = sweep(LLAMA, cluster, job=JOB, space=space, calibration=FIRST, watch=watch)
    assert told == sorted(told)
    assert told[-1] == (swept.candidates, swept.candidates)
    alone = predict(LLAMA, cluster, job=JOB, strategy=swept.best.strategy, calibration=FIRST)
    assert alone.step_s.p50 == pytest.approx(swept.best.step_s, rel=1e-12)
    assert alone.fits
    assert swept.candidates > 1_000_000
    assert (
        swept.best.step_s <= search(LLAMA, cluster, job=JOB, calibration=FIRST).ranked[0].step_s.p50
    )


def test_without_a_known_host_nothing_moves_there() -> None:
    cluster = Cluster(hardware=ASCEND, chips=8)
    assert every_strategy(LLAMA, cluster, JOB).offload == (NO_OFFLOAD,)


def test_a_space_in_which_nothing_fits_is_refused() -> None:
    cluster = Cluster(hardware=replace(H100, memory_bytes=1e9), chips=8)
    with pytest.raises(RefusalError, match="no strategy fits"):
        sweep(LLAMA, cluster, job=JOB, space=Space(), calibration=FIRST)


def test_every_number_of_layers_is_a_share() -> None:
    space = Space(recomputed_share=None, recompute=(Recompute.FULL,), pipeline=(8,), chunks=(1,))
    rows, _ = enumerate_space(LLAMA, Cluster(hardware=H100, chips=8), job=JOB, space=space)
    assert sorted(set(rows.full_share.tolist())) == [0.25, 0.5, 0.75, 1.0]


def test_a_space_without_end_is_refused_before_anything_is_timed(monkeypatch) -> None:
    monkeypatch.setattr("narrows.performance.training.sweep.STRATEGIES_MAX", 100)
    with pytest.raises(RefusalError, match="more than 100"):
        sweep(LLAMA, Cluster(hardware=H100, chips=8), job=JOB, space=Space(), calibration=FIRST)
