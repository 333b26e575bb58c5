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
    idle_1f1b,
    idle_dualpipe,
    idle_seconds,
    idle_zb_h1,
    idle_zb_h2,
    idle_zb_v,
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


def test_zero_bubble_schedules_vanish_for_equal_parts() -> None:
    assert float(idle_zb_h2(a(8), a(1), a(1), a(1))) == 0.0
    assert float(idle_zb_v(a(8), a(1), a(1), a(1))) == 0.0


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
