from __future__ import annotations

from datetime import date

import numpy as np

from narrows.core import Gate, GateState, Grade
from narrows.futures import History, Step
from narrows.futures.history import count


def toy(*moves: tuple[date, GateState], until: date, line: str = "toy") -> History:
    steps = tuple(Step(day=day, state=state, cites=("E1",), grade=Grade.A) for day, state in moves)
    return History(line=line, gate=Gate.CUSTOMS, steps=steps, until=until, ended=False)


def test_dwell_and_jumps_by_hand() -> None:
    history = toy(
        (date(2024, 1, 1), GateState.OPEN),
        (date(2024, 12, 31), GateState.SHUT),  # 365 days later
        (date(2025, 3, 31), GateState.OPEN),  # 90 days later
        until=date(2025, 4, 10),  # 10 days later
    )
    counts = count([history])
    np.testing.assert_allclose(counts.dwell_years, np.array([375, 0, 0, 90]) / 365.25)
    jumps = np.zeros((4, 4))
    jumps[0, 3] = jumps[3, 0] = 1
    np.testing.assert_array_equal(counts.jumps, jumps)


def test_counts_add_over_histories_in_any_order() -> None:
    one = toy((date(2024, 1, 1), GateState.OPEN), until=date(2025, 1, 1))
    two = toy(
        (date(2024, 6, 1), GateState.SHUT),
        (date(2024, 7, 1), GateState.CONDITIONAL),
        until=date(2025, 1, 1),
    )
    forward, backward = count([one, two]), count([two, one])
    np.testing.assert_array_equal(forward.dwell_years, backward.dwell_years)
    np.testing.assert_array_equal(forward.jumps, backward.jumps)


def test_a_repeated_report_is_no_jump() -> None:
    history = toy(
        (date(2024, 1, 1), GateState.SHUT),
        (date(2024, 2, 1), GateState.SHUT),
        until=date(2024, 3, 1),
    )
    assert count([history]).jumps.sum() == 0


def test_state_on_a_day() -> None:
    history = toy(
        (date(2024, 1, 1), GateState.OPEN),
        (date(2024, 2, 1), GateState.SHUT),
        until=date(2024, 3, 1),
    )
    assert history.state_on(date(2023, 12, 31)) is None
    assert history.state_on(date(2024, 1, 31)) is GateState.OPEN
    assert history.state_on(date(2024, 2, 1)) is GateState.SHUT
    assert history.state_on(date(2024, 3, 2)) is None
