from __future__ import annotations

import numpy as np
import pytest

from narrows.performance.serving.leave_out import held_spread

P95 = 1.6448536


def test_the_error_makes_intervals_hold_what_they_promise():
    ratios = np.random.default_rng(1).normal(0, 0.25, 4000)
    error = held_spread(ratios, np.zeros(4000), np.ones(4000))
    assert np.mean(np.abs(ratios) <= P95 * error) == pytest.approx(0.9, abs=0.01)
    assert error == pytest.approx(0.25, abs=0.02)


def test_what_parameters_explain_is_not_counted_twice():
    ratios = np.random.default_rng(2).normal(0, 0.25, 4000)
    error = held_spread(ratios, np.full(4000, 0.2), np.ones(4000))
    assert error == pytest.approx(0.15, abs=0.02)


def test_cells_of_many_rows_do_not_outvote_the_others():
    ratios = np.array([0.01] * 90 + [0.5] * 10)
    alike = np.array([1 / 90] * 90 + [1.0] * 10)
    assert held_spread(ratios, np.zeros(100), np.ones(100)) < held_spread(
        ratios, np.zeros(100), alike
    )
