from __future__ import annotations

import numpy as np
import pytest

from narrows.performance.arrays import xp
from narrows.performance.goodput import (
    Reliability,
    best_interval_s,
    effective_time_ratio,
    straggler_factor,
)


def test_what_never_fails_loses_its_spares_alone() -> None:
    never = Reliability(
        failures_per_chip_day=0.0, checkpoint_write_s=30.0, restart_s=900.0, spare_share=0.25
    )
    assert never.goodput(1024) == pytest.approx(0.8)


def simulate(mtbf_s: float, between_s: float, write_s: float, restart_s: float, cycles: int):
    """Play exponential failures against checkpoint cycles; a failure may interrupt a restart."""
    rng = np.random.default_rng(7)
    useful = elapsed = 0.0
    for _ in range(cycles):
        while True:
            failure = rng.exponential(mtbf_s)
            if failure >= between_s + write_s:
                elapsed += between_s + write_s
                useful += between_s
                break
            elapsed += failure
            while (interrupted := rng.exponential(mtbf_s)) < restart_s:
                elapsed += interrupted
            elapsed += restart_s
    return useful / elapsed


@pytest.mark.parametrize(
    ("mtbf_h", "between_s", "write_s", "restart_s"),
    [(2.7, 1080, 60, 1200), (20.0, 1800, 30, 600), (1.5, 600, 20, 600)],
)
def test_ratio_equals_monte_carlo(mtbf_h, between_s, write_s, restart_s) -> None:
    mtbf_s = mtbf_h * 3600
    exact = effective_time_ratio(*map(xp.array, (1 / mtbf_s, between_s, write_s, restart_s)))
    assert float(exact) == pytest.approx(
        simulate(mtbf_s, between_s, write_s, restart_s, 120_000), abs=0.002
    )


def test_known_value() -> None:
    exact = effective_time_ratio(*map(xp.array, (1 / 9720, 1080.0, 60.0, 1200.0)))
    assert float(exact) == pytest.approx(0.7892, abs=5e-5)


def test_dalys_interval_is_near_the_best() -> None:
    rate, write_s = xp.array(1 / 9720), xp.array(60.0)
    chosen = best_interval_s(rate, write_s)
    grid = xp.array(np.linspace(200, 4000, 2000))
    best = effective_time_ratio(rate, grid, write_s, xp.array(1200.0)).max()
    assert float(effective_time_ratio(rate, chosen, write_s, xp.array(1200.0))) >= best - 1e-4


def test_straggler_factor_is_the_expected_maximum_of_normal_times() -> None:
    draws = np.random.default_rng(3).standard_normal((4000, 256)).max(axis=1).mean()
    assert float(straggler_factor(xp.array(0.01), xp.array(256.0))) == pytest.approx(
        1 + 0.01 * draws, rel=0.01
    )


def test_goodput_falls_with_size_and_spares() -> None:
    base = Reliability(failures_per_chip_day=5e-4, checkpoint_write_s=30, restart_s=900)
    assert base.goodput(1024) > base.goodput(16384) > 0.8
    spared = Reliability(
        failures_per_chip_day=5e-4, checkpoint_write_s=30, restart_s=900, spare_share=0.05
    )
    assert spared.goodput(1024) == pytest.approx(base.goodput(1024) / 1.05)
