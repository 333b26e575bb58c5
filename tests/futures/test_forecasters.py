from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from narrows.core import Gate, GateState, Grade
from narrows.futures import GateChains, History, Step
from narrows.futures.forecasters import (
    base_rate_forecast,
    failure_rate,
    model_forecast,
    persistence_forecast,
)

START = date(2024, 3, 31)
ORIGIN = date(2025, 3, 31)


def history(*moves: tuple[date, GateState]) -> History:
    steps = tuple(Step(day=day, state=s, cites=("E1",), grade=Grade.A) for day, s in moves)
    return History(line="toy", gate=Gate.CUSTOMS, steps=steps, until=ORIGIN, ended=False)


MOVED = history((START, GateState.OPEN), (date(2024, 11, 1), GateState.SHUT))


def test_failure_rate_by_hand() -> None:
    """Origins 2024-03, -06, -09 have targets two quarters on: open, then shut twice."""
    assert failure_rate([MOVED], ORIGIN, 2) == pytest.approx((2 + 1) / (3 + 2))


def test_persistence_keeps_what_failing_leaves() -> None:
    got = persistence_forecast(MOVED, np.array([0.3, 0.6]), (2, 4))
    np.testing.assert_allclose(got.chances, [[0.1, 0.1, 0.1, 0.7], [0.2, 0.2, 0.2, 0.4]])
    assert got.changed_by(np.array([4.0]))[0] == pytest.approx(0.6, abs=1e-5)


def test_base_rate_counts_time() -> None:
    got = base_rate_forecast([MOVED], (2,))
    days = np.array([215, 0, 0, 150]) / 365.25 + 0.25
    np.testing.assert_allclose(got.chances[0], days / days.sum())


def test_every_forecast_is_a_distribution(chains: GateChains) -> None:
    got = model_forecast(chains, "h200", Gate.CUSTOMS, (2, 4), draws=20, seed=0)
    np.testing.assert_allclose(got.chances.sum(axis=1), 1)
    changed = got.changed_by(np.linspace(0, 40, 9))
    assert changed[0] == pytest.approx(0)
    assert (np.diff(changed) > 0).all()
    assert changed[-1] < 1


def test_lomax_is_the_exponential_mixed_over_its_gamma(chains: GateChains) -> None:
    got = model_forecast(chains, "h200", Gate.CUSTOMS, (2,), draws=2, seed=0)
    random = np.random.default_rng(0)
    mixed = [
        weight * np.mean(np.exp(-2.0 * random.gamma(shape, 1 / rate, 200_000)))
        for weight, shape, rate in zip(got.weights, got.shapes, got.rates, strict=True)
    ]
    assert got.changed_by(np.array([2.0]))[0] == pytest.approx(1 - sum(mixed), abs=2e-3)
