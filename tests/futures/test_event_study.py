from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from narrows.core import InputError, RefusalError
from narrows.futures import event_study, read_prices
from narrows.futures.event_study import holm, placebo_sums
from narrows.futures.prices import Prices

START = date(2025, 1, 1)


def synthetic(days: int = 300, *, jump: float = 0.0, at: int = 280, seed: int = 0) -> Prices:
    random = np.random.default_rng(seed)
    market = random.normal(0.0, 0.01, days)
    returns = 0.0005 + 1.5 * market + random.normal(0.0, 0.02, days)
    returns[at] += jump
    return Prices(tuple(START + timedelta(days=day) for day in range(days)), returns, market)


def day(at: int) -> date:
    return START + timedelta(days=at)


def test_the_market_model_is_least_squares() -> None:
    prices = synthetic()
    got = event_study(prices, event_day=day(280))
    end = 280 - 1 - 10
    start = end - 250
    beta, alpha = np.polyfit(prices.benchmark[start:end], prices.returns[start:end], 1)
    assert got.beta == pytest.approx(beta)
    assert got.alpha == pytest.approx(alpha)
    assert got.estimation_days == 250


def test_windows_are_inclusive_at_both_ends() -> None:
    prices = synthetic(jump=0.3)
    got = event_study(prices, event_day=day(280), windows=((0, 0), (-1, 1), (1, 5)))
    assert got.reactions[0].car == pytest.approx(0.3, abs=0.08)
    assert got.reactions[1].car == pytest.approx(0.3, abs=0.15)
    assert abs(got.reactions[2].car) < 0.2
    single = event_study(prices, event_day=day(280), windows=((0, 0),))
    assert got.reactions[0].placebos == single.reactions[0].placebos == 250


def test_a_large_jump_stands_out_and_an_ordinary_day_does_not() -> None:
    jump = event_study(synthetic(jump=0.3), event_day=day(280), windows=((0, 0),))
    assert jump.reactions[0].distinguishable
    plain = [event_study(synthetic(seed=seed), event_day=day(280)).reactions for seed in range(20)]
    clear = sum(any(one.distinguishable for one in reactions) for reactions in plain)
    assert clear <= 4


def test_prediction_error_exceeds_the_daily_spread() -> None:
    got = event_study(synthetic(), event_day=day(280))
    assert got.reactions[0].error > got.daily_spread
    assert got.reactions[2].error > got.reactions[0].error


def test_an_event_on_a_closed_day_maps_to_the_next_session() -> None:
    prices = synthetic()
    kept = [index for index in range(300) if index != 280]
    closed = Prices(
        tuple(prices.days[index] for index in kept), prices.returns[kept], prices.benchmark[kept]
    )
    assert event_study(closed, event_day=day(280)).session == day(281)


@pytest.mark.parametrize(
    ("at", "reason"), [(50, "are needed"), (298, "end inside"), (400, "no session")]
)
def test_too_short_a_file_is_refused(at: int, reason: str) -> None:
    with pytest.raises(RefusalError, match=reason):
        event_study(synthetic(), event_day=day(at))


def test_placebo_sums_by_hand() -> None:
    np.testing.assert_allclose(placebo_sums(np.array([1.0, 2.0, 4.0]), 2), [3.0, 6.0])


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_a_price_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("date,close,benchmark\n2026-01-05,100,10\n2026-01-06,110,11\n")
    prices = read_prices(path)
    assert prices.days == (date(2026, 1, 6),)
    assert prices.returns[0] == pytest.approx(np.log(1.1))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("date,close\n2026-01-05,1\n", "benchmark is missing"),
        ("date,close,benchmark\n2026-01-05,1,1\n2026-01-05,1,1\n", "days must increase"),
        ("date,close,benchmark\n5 Jan,1,1\n", "not a day"),
        ("date,close,benchmark\n2026-01-05,-1,1\n", "above zero"),
        ("date,close,benchmark\n2026-01-05,,1\n", "above zero"),
        ("date,close,benchmark\n2026-01-05,1,1\n", "fewer than two"),
    ],
)
def test_a_bad_price_file_is_refused_in_one_line(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=problem) as caught:
        read_prices(path)
    assert "\n" not in str(caught.value)


def test_the_market_model_agrees_with_statsmodels() -> None:
    """Reference values of OLS and its prediction error from statsmodels 0.14 on these draws."""
    random = np.random.default_rng(0)
    market = random.normal(0.0, 0.01, 300)
    returns = 0.0005 + 1.5 * market + random.normal(0.0, 0.02, 300)
    prices = Prices(tuple(day(at) for at in range(300)), returns, market)
    got = event_study(prices, event_day=day(280))
    assert (got.alpha, got.beta) == pytest.approx((0.00117633, 1.57150656), rel=1e-6)
    assert got.daily_spread == pytest.approx(0.019637686827467, rel=1e-10)
    errors = [one.error for one in got.reactions]
    assert errors == pytest.approx([0.0196843271998614, 0.0342640241463644, 0.0488675658523754])


@pytest.mark.parametrize("slope", [0.0, 2.0])
def test_a_price_that_never_moves_apart_is_refused(slope: float) -> None:
    market = synthetic()
    still = Prices(market.days, slope * market.benchmark, market.benchmark)
    with pytest.raises(RefusalError, match="never moves apart"):
        event_study(still, event_day=day(280))
