from __future__ import annotations

import numpy as np
import pytest

from narrows.performance.serving.residual_parts import P95, split_errors

RUNS = 4000


def _runs(seed, doubted):
    rng = np.random.default_rng(seed)
    parts = [{"base": 1.0, "doubt": 1.0} if d else {"base": 1.0} for d in doubted]
    scale = np.where(doubted, np.hypot(0.1, 0.3), 0.1)
    return parts, rng.normal(0, scale)


def test_a_doubt_adds_to_what_is_common():
    doubted = np.arange(RUNS) % 2 == 0
    parts, ratios = _runs(1, doubted)
    found = split_errors(parts, ratios, np.zeros(RUNS), np.ones(RUNS))
    assert found["base"] == pytest.approx(0.1, rel=0.2)
    assert found["doubt"] == pytest.approx(0.3, rel=0.2)


def test_intervals_hold_what_they_promise_in_and_out_of_doubt():
    doubted = np.arange(RUNS) % 2 == 0
    parts, ratios = _runs(2, doubted)
    found = split_errors(parts, ratios, np.zeros(RUNS), np.ones(RUNS))
    width = P95 * np.where(doubted, np.hypot(found["base"], found["doubt"]), found["base"])
    held = np.abs(ratios) <= width
    assert np.mean(held) == pytest.approx(0.9, abs=0.01)
    assert np.mean(held[doubted]) == pytest.approx(0.9, abs=0.04)


def test_what_parameters_explain_is_not_counted_twice():
    ratios = np.random.default_rng(3).normal(0, 0.25, RUNS)
    parts = [{"base": 1.0}] * RUNS
    found = split_errors(parts, ratios, np.full(RUNS, 0.2), np.ones(RUNS))
    assert found["base"] == pytest.approx(0.15, abs=0.02)


def test_a_doubt_of_twice_the_size_adds_twice_its_error():
    size = np.where(np.arange(RUNS) % 2 == 0, 2.0, 1.0)
    parts = [{"base": 1.0, "doubt": float(each)} for each in size]
    ratios = np.random.default_rng(4).normal(0, np.hypot(0.1, 0.2 * size))
    found = split_errors(parts, ratios, np.zeros(RUNS), np.ones(RUNS))
    assert found["doubt"] == pytest.approx(0.2, rel=0.2)
