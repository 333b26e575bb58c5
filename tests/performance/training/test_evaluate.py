from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.catalog import load_catalog
from narrows.core import RefusalError
from narrows.performance.calibration.draws import uncalibrated
from narrows.performance.calibration.table import constants_from
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import Precision, device, hardware_of
from narrows.performance.pipeline import Schedule, least_micro_batches
from narrows.performance.shape import shape_of
from narrows.performance.training import (
    Cluster,
    Job,
    Recompute,
    Reduction,
    Space,
    Strategy,
    parity,
    predict,
    search,
)
from narrows.performance.training.evaluate import evaluate
from narrows.performance.training.job import device_of, setting_of, workload_of
from narrows.performance.training.pareto import fast_and_lean_rows, pareto_rows
from narrows.performance.training.parity import PARTS, Side
from narrows.performance.training.search import evaluate_grid
from narrows.performance.training.space import enumerate_space
from narrows.performance.training.strategy import as_arrays, at_row
from narrows.performance.training.whole_run import whole_run

CATALOG = load_catalog()
FIRST = uncalibrated()


def shape(name: str):
    return shape_of(dimensions_of(CATALOG.model(name)))


def hardware(chip: str = "nv-h100-sxm", system: str | None = "dgx-h100"):
    return hardware_of(CATALOG.chip(chip), None if system is None else CATALOG.system(system))


H100 = hardware()
JOB = Job(sequence=4096, batch=256)
CLUSTER = Cluster(hardware=H100, chips=64)
LLAMA = shape("llama3-8b")


def constants(cluster: Cluster, job: Job):
    return constants_from(FIRST.best, [setting_of(cluster, job)])


@pytest.mark.parametrize("model", ["llama3-8b", "deepseek-v3", "gpt3-175b", "gpt-oss-120b"])
def test_parameters_agree_with_the_catalogue(model) -> None:
    stated = CATALOG.model(model).params_check_b
    assert float(shape(model).total_parameters) / 1e9 == pytest.approx(stated, rel=0.01)


def test_parts_add_up_to_the_step() -> None:
    answer = predict(
        shape("deepseek-v3"),
        Cluster(hardware=H100, chips=512),
        job=Job(sequence=4096, batch=1024, precision=Precision.FP8),
        strategy=Strategy(tensor=2, pipeline=8, data=32, expert=32),
        calibration=FIRST,
    )
    assert sum(answer.breakdown.values()) == pytest.approx(answer.step_s.p50)
    assert sum(answer.memory.values()) == pytest.approx(answer.peak_mem_gib.p50)
    assert answer.step_s.obtained == "first_guess"


def test_the_grid_equals_one_prediction_at_a_time() -> None:
    space = Space(zero=(0, 1, 3), micro_batch=(1, 2))
    candidates, _ = enumerate_space(LLAMA, CLUSTER, job=JOB, space=space)
    grid = evaluate_grid(
        LLAMA,
        device_of(CLUSTER, JOB),
        constants(CLUSTER, JOB),
        candidates,
        workload_of(CLUSTER, JOB),
    )
    rows = np.random.default_rng(5).choice(len(candidates), size=12, replace=False)
    for row in rows:
        alone = predict(
            LLAMA,
            CLUSTER,
            job=JOB,
            strategy=at_row(candidates, int(row)),
            calibration=FIRST,
        )
        assert alone.step_s.p50 == pytest.approx(grid.step_s[row], rel=1e-12)
        assert alone.peak_mem_gib.p50 * 2**30 == pytest.approx(grid.memory_bytes[row], rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([f.name for f in fields(device(H100, Precision.BF16))]),
    st.floats(1.05, 4.0),
    st.sampled_from([(1, 1, 64), (2, 4, 8), (8, 2, 4), (4, 1, 16)]),
)
def test_better_hardware_is_never_slower(name, factor, degrees) -> None:
    if name in ("element_bytes", "narrow", "domain", "ports"):
        return
    tensor, pipeline, data = degrees
    rows = as_arrays([Strategy(tensor=tensor, pipeline=pipeline, data=data, zero=1)])
    own = device_of(CLUSTER, JOB)
    better = replace(own, **{name: getattr(own, name) * factor})
    work, used = workload_of(CLUSTER, JOB), constants(CLUSTER, JOB)
    before = evaluate(LLAMA, own, used, rows, work).step_s[0]
    after = evaluate(LLAMA, better, used, rows, work).step_s[0]
    assert after <= before * (1 + 1e-12)


def test_recomputing_trades_time_for_memory() -> None:
    modes = [Strategy(data=64, recompute=mode) for mode in Recompute]
    found = evaluate(
        LLAMA,
        device_of(CLUSTER, JOB),
        constants(CLUSTER, JOB),
        as_arrays(modes),
        workload_of(CLUSTER, JOB),
    )
    none, _, full = found.step_s
    assert full > none
    assert found.memory.total[2] < found.memory.total[0]


@pytest.mark.parametrize(
    ("strategy", "word"),
    [
        (Strategy(tensor=4, data=4), "occupies"),
        (Strategy(data=64, micro_batch=3), "micro-batches"),
        (Strategy(pipeline=64), "stages"),
        (Strategy(tensor=64), "heads"),
        (Strategy(data=64, expert=8), "experts"),
        (Strategy(data=64, expert_tensor=3), "ranks of a stage"),
    ],
)
def test_layouts_that_cannot_exist_are_refused(strategy, word) -> None:
    with pytest.raises(RefusalError, match=word):
        predict(LLAMA, CLUSTER, job=JOB, strategy=strategy, calibration=FIRST)


def test_a_sequence_is_shared_evenly() -> None:
    with pytest.raises(RefusalError, match="share a sequence of 4000"):
        predict(
            LLAMA,
            CLUSTER,
            job=replace(JOB, sequence=4000),
            strategy=Strategy(context=64),
            calibration=FIRST,
        )


def test_heads_and_experts_are_shared_evenly() -> None:
    three = Cluster(hardware=H100, chips=24)
    job = replace(JOB, batch=96)
    mixtral = shape("mixtral-8x7b")
    with pytest.raises(RefusalError, match="share 32 heads"):
        predict(LLAMA, three, job=job, strategy=Strategy(tensor=3, data=8), calibration=FIRST)
    for expert, word in ((3, "share 8 experts"), (8, "24 ranks")):
        wrong = Strategy(data=24, expert=expert, expert_tensor=2)
        with pytest.raises(RefusalError, match=word):
            predict(mixtral, three, job=job, strategy=wrong, calibration=FIRST)


@pytest.mark.parametrize(
    ("model", "space", "reason"),
    [
        ("llama3-8b", Space(expert=(8,)), "experts"),
        ("mixtral-8x7b", Space(expert=(3,)), "experts"),
        ("llama3-8b", Space(tensor=(3,)), "heads"),
        ("llama3-8b", Space(context=(3,)), "sequence"),
    ],
)
def test_what_cannot_be_shared_evenly_is_excluded_by_name(model, space, reason) -> None:
    cluster = Cluster(hardware=H100, chips=24)
    with pytest.raises(RefusalError, match=f"excluded: .*{reason} "):
        search(shape(model), cluster, job=replace(JOB, batch=96), space=space, calibration=FIRST)


def test_experts_of_another_width_are_not_modelled() -> None:
    with pytest.raises(RefusalError, match="width of their own"):
        dimensions_of(CATALOG.model("kimi-k3"))


def test_an_optimizer_step_by_hand() -> None:
    """Three fp32 states both ways, three passes over gradients, the 16-bit weight."""
    used = constants(CLUSTER, JOB)
    found = evaluate(
        LLAMA,
        device_of(CLUSTER, JOB),
        used,
        as_arrays([Strategy(data=64)]),
        workload_of(CLUSTER, JOB),
    )
    bytes_moved = (24 + 3 * 2 + 2) * float(LLAMA.total_parameters) / 64
    rate = H100.bytes_per_s * float(np.ravel(used.bandwidth_efficiency)[0])
    assert float(found.parts.optimizer_s[0]) == pytest.approx(bytes_moved / rate, rel=1e-6)


def test_a_chip_without_a_rate_is_refused() -> None:
    ascend = Cluster(hardware=hardware("hw-910c", "cloudmatrix384"), chips=64)
    with pytest.raises(RefusalError, match="fp8"):
        search(LLAMA, ascend, job=replace(JOB, precision=Precision.FP8), calibration=FIRST)


def test_a_package_of_two_dies_is_two_devices() -> None:
    ascend = hardware("hw-910c", "cloudmatrix384")
    assert Cluster(hardware=ascend, chips=384).devices == 768
    assert ascend.peak(Precision.BF16) == pytest.approx(707.8e12 / 2)


def test_search_ranks_by_time_and_counts_what_it_dropped() -> None:
    found = search(LLAMA, CLUSTER, job=JOB, calibration=FIRST, top=4)
    times = [each.step_s.p50 for each in found.ranked]
    assert times == sorted(times)
    assert all(each.fits for each in found.ranked)
    assert found.evaluated > 100
    assert found.excluded["zero_with_pipeline"] > 0


def test_search_refuses_what_does_not_fit() -> None:
    few = Cluster(hardware=H100, chips=8)
    with pytest.raises(RefusalError, match="no layout fits"):
        search(shape("deepseek-v3"), few, job=JOB, calibration=FIRST)


def test_parity_with_oneself_is_one_and_factors_multiply() -> None:
    side = Side(hardware=H100)
    same = parity(LLAMA, (side, side), chips=64, sequence=4096, batch=256, calibration=FIRST)
    assert same.ratio.p50 == pytest.approx(1.0)
    other = Side(hardware=hardware("nv-h20", "hgx-h20"))
    found = parity(LLAMA, (side, other), chips=64, sequence=4096, batch=256, calibration=FIRST)
    assert found.ratio.p50 > 2.0
    assert set(found.factors) == set(PARTS)
    assert np.prod(list(found.factors.values())) == pytest.approx(found.ratio.p50, rel=1e-9)


def test_a_whole_run_has_goodput_and_energy() -> None:
    found = search(LLAMA, CLUSTER, job=JOB, calibration=FIRST, top=1)
    run = whole_run(found.ranked[0], CLUSTER, job=JOB, tokens=1e12)
    assert 0.9 < run.goodput < 1.0
    assert run.energy_mwh is not None


def test_pareto_rows_are_those_that_nobody_beats() -> None:
    time = np.array([1.0, 2.0, 3.0, 3.0, 1.0])
    memory = np.array([9.0, 5.0, 5.0, 4.0, 9.0])
    assert pareto_rows(time, memory).tolist() == [0, 1, 3]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=30))
def test_two_costs_by_sorting_equal_any_costs_by_comparison(drawn) -> None:
    time, memory = (np.array(each, dtype=float) for each in zip(*drawn, strict=True))
    assert fast_and_lean_rows(time, memory).tolist() == pareto_rows(time, memory).tolist()


def test_what_does_not_fit_is_on_no_front() -> None:
    rows = fast_and_lean_rows(np.array([np.inf, 2.0, 1.0]), np.array([1.0, 2.0, 3.0]))
    assert rows.tolist() == [2, 1]


def test_reductions_in_the_switch_help_whole_all_reduces_only() -> None:
    job = replace(JOB, reduction=Reduction.SWITCH)
    one_server = Cluster(hardware=H100, chips=8)

    def step_s(job: Job, **layout) -> float:
        strategy = Strategy(tensor=8, recompute=Recompute.FULL, **layout)
        found = predict(LLAMA, one_server, job=job, strategy=strategy, calibration=FIRST)
        assert (found.flags[-1].id == "performance.reduction.switch") == (job.reduction == "switch")
        return found.step_s.p50

    assert step_s(job, sequence_parallel=False) < step_s(JOB, sequence_parallel=False)
    assert step_s(job) == step_s(JOB)


def test_a_switch_that_is_not_known_to_add_is_refused() -> None:
    hardware = hardware_of(CATALOG.chip("hw-910c"), CATALOG.system("cloudmatrix384"))
    job = replace(JOB, reduction=Reduction.SWITCH)
    with pytest.raises(RefusalError, match="not known to add"):
        search(LLAMA, Cluster(hardware=hardware, chips=64), job=job, calibration=FIRST)


def test_the_front_begins_with_the_fastest_and_gets_leaner() -> None:
    found = search(LLAMA, CLUSTER, job=JOB, calibration=FIRST, top=1)
    assert found.front[0].step_s == pytest.approx(found.ranked[0].step_s.p50)
    assert found.front[0].peak_mem_gib <= found.ranked[0].peak_mem_gib.p50 * (1 + 1e-12)
    memory = [each.peak_mem_gib for each in found.front]
    assert memory == sorted(memory, reverse=True)
    assert len(set(memory)) == len(memory)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"pipeline": 4, "data": 32, "schedule": Schedule.DUALPIPE}, "needs 8 micro-batches"),
        ({"pipeline": 4, "data": 16, "schedule": Schedule.ZB_V}, "two parts"),
        ({"tensor": 2, "pipeline": 3, "data": 8, "schedule": Schedule.DUALPIPE}, "both even"),
    ],
)
def test_a_schedule_whose_order_does_not_exist_is_refused(wrong, complaint) -> None:
    strategy = Strategy(**wrong)
    cluster = Cluster(hardware=H100, chips=strategy.devices)
    job = Job(sequence=4096, batch=192)
    with pytest.raises(RefusalError, match=complaint):
        predict(LLAMA, cluster, job=job, strategy=strategy, calibration=FIRST)


def test_schedules_are_searched_only_where_their_order_exists() -> None:
    space = Space(schedule=(Schedule.ZB_V, Schedule.DUALPIPE), zero=(1,))
    candidates, excluded = enumerate_space(LLAMA, CLUSTER, job=JOB, space=space)
    micro_batches = JOB.batch / (candidates.data * candidates.micro_batch)
    both_ways = candidates.schedule == Schedule.DUALPIPE
    assert np.any(both_ways)
    assert not np.all(both_ways)
    assert np.all(candidates.pipeline[both_ways] % 2 == 0)
    assert np.all((micro_batches % 2 == 0)[both_ways])
    assert np.all(micro_batches >= least_micro_batches(candidates.schedule, candidates.pipeline))
    assert excluded["schedule"] > 0
