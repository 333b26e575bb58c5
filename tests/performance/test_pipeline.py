from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.performance.arrays import xp
from narrows.performance.memory import in_flight_factor
from narrows.performance.pipeline import (
    Schedule,
    held_by_first,
    held_by_last,
    idle_1f1b,
    idle_dualpipe,
    idle_seconds,
    idle_zb_h1,
    idle_zb_h2,
    idle_zb_v,
    least_micro_batches,
    micro_batches_in_flight,
    weight_copies,
)

_SPEC = importlib.util.spec_from_file_location(
    "schedules", Path(__file__).parent / "training" / "schedules.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
schedules = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(schedules)

CASES = [(4, 8, 1), (8, 32, 1), (4, 8, 2), (8, 32, 4), (4, 16, 3), (16, 64, 2)]


def a(value: float):
    return xp.array(float(value))


@pytest.mark.parametrize(("ranks", "micro_batches", "chunks"), CASES)
def test_idle_time_equals_the_event_simulation(ranks, micro_batches, chunks) -> None:
    forward, backward = 1.0, 2.0
    makespan, _ = schedules.run(ranks, micro_batches, chunks, forward, backward)
    idle = float(idle_1f1b(a(ranks), a(chunks), a(forward), a(backward)))
    assert makespan == pytest.approx(micro_batches * (forward + backward) + idle, abs=1e-9)


@pytest.mark.parametrize(("ranks", "micro_batches", "chunks"), CASES)
def test_activations_in_flight_equal_the_event_simulation(ranks, micro_batches, chunks) -> None:
    _, held = schedules.run(ranks, micro_batches, chunks, 1.0, 2.0)
    factor = float(in_flight_factor(a(ranks), a(chunks)))
    plain = float(micro_batches_in_flight(a(0), a(ranks), a(micro_batches)))
    assert held == pytest.approx(plain * chunks * factor)


@pytest.mark.parametrize(("ranks", "micro_batches", "chunks"), [*CASES, (4, 4, 2), (8, 8, 4)])
def test_both_ends_keep_what_the_orders_keep(ranks, micro_batches, chunks) -> None:
    """In chunks, of which a micro-batch has several; few micro-batches bound what is kept."""
    at = (a(Schedule.ONE_F_ONE_B), a(ranks), a(chunks), a(micro_batches))
    for rank, held in ((0, held_by_first(*at)), (ranks - 1, held_by_last(*at))):
        order = schedules.megatron_order(rank, ranks, micro_batches, chunks)
        assert schedules._most_held(order) == pytest.approx(chunks * float(held))


@pytest.mark.parametrize(("ranks", "micro_batches"), [(2, 4), (4, 8), (4, 16), (8, 16), (8, 32)])
@pytest.mark.parametrize("input_s", [1.0, 1.5])
def test_zb_h1_equals_the_event_simulation(ranks, micro_batches, input_s) -> None:
    times = (1.0, input_s, 1.0)
    makespan = schedules.greedy_split_backward(
        ranks, micro_batches, times, lambda rank: ranks - rank
    )
    idle = float(idle_zb_h1(a(ranks), *map(a, times)))
    assert makespan == pytest.approx(micro_batches * sum(times) + idle)


def test_zb_h1_is_never_below_a_schedule_that_exists() -> None:
    times = (1.0, 2.0, 0.5)
    makespan = schedules.greedy_split_backward(4, 16, times, lambda rank: 4 - rank)
    assert 16 * sum(times) + float(idle_zb_h1(a(4), *map(a, times))) >= makespan


@pytest.mark.parametrize(("ranks", "micro_batches"), [(2, 8), (4, 16), (8, 32)])
@pytest.mark.parametrize("input_s", [1.0, 1.5, 2.0])
def test_zb_h2_equals_the_event_simulation(ranks, micro_batches, input_s) -> None:
    """Ranks start and end staggered, so what counts is the span of a rank."""
    times = (1.0, input_s, 1.0)
    spans = schedules.greedy_spans(ranks, micro_batches, times, lambda r: 2 * (ranks - r) - 1)
    idle = float(idle_zb_h2(a(ranks), *map(a, times)))
    assert max(spans) == pytest.approx(micro_batches * sum(times) + idle)


def test_zb_h2_is_never_below_a_schedule_that_exists() -> None:
    times = (1.0, 1.5, 0.5)
    spans = schedules.greedy_spans(4, 16, times, lambda r: 2 * (4 - r) - 1)
    assert 16 * sum(times) + float(idle_zb_h2(a(4), *map(a, times))) >= max(spans)


lengths = st.floats(0.2, 3.0)


@given(st.sampled_from([2, 3, 4, 6]), st.integers(0, 9), st.tuples(lengths, lengths, lengths))
def test_zb_v_equals_the_event_simulation(ranks, more, drawn) -> None:
    weight, forward, given_back = sorted(drawn)
    micro_batches = 2 * ranks - 1 + more
    span = _zb_v_span(ranks, micro_batches, (forward, given_back, weight))
    idle = float(idle_zb_v(a(ranks), a(forward), a(given_back), a(weight)))
    assert span == pytest.approx(micro_batches * sum(drawn) + idle)


@given(st.sampled_from([2, 3, 4, 6]), st.integers(0, 9), st.tuples(lengths, lengths, lengths))
def test_zb_v_is_never_below_the_event_simulation(ranks, more, times) -> None:
    micro_batches = 2 * ranks - 1 + more
    idle = float(idle_zb_v(a(ranks), *map(a, times)))
    assert micro_batches * sum(times) + idle >= _zb_v_span(ranks, micro_batches, times) - 1e-9


def _zb_v_span(ranks, micro_batches, times) -> float:
    halves = dict(zip("FXG", (each / 2 for each in times), strict=True))
    orders = schedules.zb_v_orders(ranks, micro_batches)
    return schedules.run_orders(orders, halves, 2 * ranks)[1]


@given(st.sampled_from([2, 4, 6, 8]), st.integers(0, 6), st.tuples(lengths, lengths, lengths))
def test_dualpipe_equals_the_event_simulation(ranks, more, times) -> None:
    micro_batches = 2 * (ranks + more)
    orders = schedules.dualpipe_orders(ranks, micro_batches)
    makespan, _ = schedules.run_orders(orders, dict(zip("FXG", times, strict=True)), ranks)
    idle = float(idle_dualpipe(a(ranks), *map(a, times)))
    assert makespan == pytest.approx(micro_batches * sum(times) + idle)


def test_dualpipe_by_the_published_table() -> None:
    # (p/2 - 1)(F&B + B - 3W) with F = 1, B = 2, W = 1 and F&B = 3
    assert float(idle_dualpipe(a(8), a(1), a(1), a(1))) == pytest.approx(3 * (3 + 2 - 3))


@given(
    st.sampled_from(list(Schedule)),
    st.integers(2, 32),
    st.floats(0.1, 10),
    st.floats(0.1, 10),
    st.floats(0.1, 10),
)
def test_idle_time_is_never_negative(schedule, ranks, forward, input_s, weight) -> None:
    idle = idle_seconds(
        a(schedule), a(ranks), a(2), forward_s=a(forward), input_s=a(input_s), weight_s=a(weight)
    )
    assert float(idle) >= 0.0


def test_memory_side_of_the_schedules() -> None:
    held = {kind: float(micro_batches_in_flight(a(kind), a(8), a(64))) for kind in Schedule}
    assert held[Schedule.ONE_F_ONE_B] == held[Schedule.ZB_H1] == 8
    assert held[Schedule.ZB_H2] == 15
    assert held[Schedule.DUALPIPE] == 9
    assert float(weight_copies(a(Schedule.DUALPIPE))) == 2.0


@pytest.mark.parametrize("ranks", [2, 4, 8])
def test_activations_kept_equal_the_orders(ranks) -> None:
    in_v = float(micro_batches_in_flight(a(Schedule.ZB_V), a(ranks), a(64)))
    both_ways = float(micro_batches_in_flight(a(Schedule.DUALPIPE), a(ranks), a(64)))
    assert schedules.most_kept(schedules.zb_v_orders(ranks, 64)) == 2 * in_v
    assert schedules.most_kept(schedules.dualpipe_orders(ranks, 64)) == both_ways


def test_orders_say_how_many_micro_batches_they_need() -> None:
    least = {kind: float(least_micro_batches(a(kind), a(4))) for kind in Schedule}
    assert least == {
        Schedule.ONE_F_ONE_B: 1,
        Schedule.ZB_H1: 4,
        Schedule.ZB_H2: 7,
        Schedule.ZB_V: 7,
        Schedule.DUALPIPE: 8,
    }
