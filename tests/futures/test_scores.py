from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.futures.scores import brier, log_score, time_crps


def test_brier_by_hand() -> None:
    assert brier(np.array([0.7, 0.2, 0.1, 0.0]), 1) == pytest.approx(0.49 + 0.64 + 0.01)
    assert brier(np.array([0.0, 1.0]), 1) == 0
    assert brier(np.array([1.0, 0.0]), 1) == 2


def test_log_score_by_hand() -> None:
    assert log_score(np.array([0.25, 0.75]), 0) == pytest.approx(math.log(4))
    assert log_score(np.array([0.0, 1.0]), 0) == math.inf


def test_time_crps_of_a_uniform_by_hand() -> None:
    """F(t) = t/4 on [0, 4], T = 1: int_0^1 (t/4)^2 + int_1^4 (1 - t/4)^2 = 1/48 + 9/16."""
    got = time_crps(lambda t: t / 4, 1.0, until=4.0)
    assert got == pytest.approx(1 / 48 + 9 / 16, abs=1e-5)


def test_time_crps_without_a_change_counts_every_early_chance() -> None:
    assert time_crps(lambda t: t / 4, None, until=4.0) == pytest.approx(4 / 3, abs=1e-5)
    assert time_crps(lambda t: t / 4, 9.0, until=4.0) == pytest.approx(4 / 3, abs=1e-5)


def test_a_sure_forecast_pays_the_distance() -> None:
    late = time_crps(lambda t: (t >= 3.0).astype(float), 1.0, until=4.0)
    assert late == pytest.approx(2.0, abs=0.01)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.05, 3.0), st.floats(0.05, 3.0))
def test_the_true_law_has_the_best_expected_crps(true: float, other: float) -> None:
    """Propriety, on exponential times censored at four quarters."""
    happened = -np.log(1 - (np.arange(200) + 0.5) / 200) / true

    def expected(rate: float) -> float:
        return float(
            np.mean([time_crps(lambda t: 1 - np.exp(-rate * t), at, until=4.0) for at in happened])
        )

    assert expected(true) <= expected(other) + 2e-3
