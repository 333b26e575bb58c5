from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from narrows.catalog import Catalog
from narrows.futures import answer_deliveries, load_backtest_plan, run_backtest
from narrows.futures.backtest import Backtest
from narrows.futures.forecasters import Forecaster
from narrows.futures.quarters import nearest_quarter
from narrows.futures.report import backtest_tree
from narrows.futures.summary import difference, reliability, scores


@pytest.fixture(scope="module")
def backtest(catalog: Catalog) -> Backtest:
    return run_backtest(catalog)


def test_every_score_is_finite(backtest: Backtest) -> None:
    for who in Forecaster:
        one = scores(backtest.states, backtest.times, who)
        assert all(math.isfinite(value) for value in (one.log_score, one.crps, one.brier))


def test_the_model_beats_both_baselines_on_average(backtest: Backtest) -> None:
    model, persistence, base_rate = (
        scores(backtest.states, backtest.times, who) for who in Forecaster
    )
    for baseline in (persistence, base_rate):
        assert model.log_score < baseline.log_score
        assert model.crps < baseline.crps


def test_a_forecast_does_not_depend_on_later_events(
    catalog: Catalog, backtest: Backtest, deleted: Callable[[Catalog, date], Catalog]
) -> None:
    """What was said at an origin is the same when the record ends there."""
    cut = date(2025, 12, 31)
    fewer = run_backtest(deleted(catalog, cut), plan=replace(backtest.plan, judged_until=cut))
    said = {
        (case.origin, case.line, case.gate, case.horizon_quarters): case for case in fewer.states
    }
    whole = [case for case in backtest.states if case.target <= cut]
    assert len(whole) == len(said)
    for case in whole:
        other = said[case.origin, case.line, case.gate, case.horizon_quarters]
        for who in Forecaster:
            np.testing.assert_array_equal(case.chances[who], other.chances[who])


def test_nothing_is_judged_after_the_end_of_the_record(backtest: Backtest) -> None:
    assert max(case.target for case in backtest.states) <= backtest.plan.judged_until
    assert all(case.origin < case.target for case in backtest.states)


def test_reliability_counts_every_chance_once(backtest: Backtest) -> None:
    bins = reliability(backtest.states, Forecaster.MODEL, backtest.plan.reliability_bins)
    assert sum(one.forecasts for one in bins) == 4 * len(backtest.states)


def test_difference_of_one_line_has_no_scatter() -> None:
    got = difference([("a", 1.0), ("a", 3.0)], seed=0)
    assert (got.mean, got.low, got.high) == (2.0, 2.0, 2.0)
    assert got.distinguishable


def test_the_tree_has_the_keys_that_programs_read(catalog: Catalog, backtest: Backtest) -> None:
    question = replace(load_backtest_plan().deliveries, other_priors=())
    tree = backtest_tree(backtest, answer_deliveries(catalog, question))
    assert set(tree["scores"]) == {"model", "persistence", "base_rate"}
    for one in tree["scores"].values():
        assert set(one) == {"log_score", "crps", "brier"}


def test_the_chance_of_large_deliveries_is_small_and_hangs_on_customs(catalog: Catalog) -> None:
    answer = answer_deliveries(catalog, load_backtest_plan().deliveries)
    assert 0.01 < answer.chance < 0.3
    assert answer.drivers[0].gate == "customs"
    assert answer.drivers[0].if_open > answer.chance > answer.drivers[0].if_shut
    assert set(answer.under_other_priors) == {"quick", "slow", "light", "heavy"}


def test_deliveries_do_not_depend_on_later_events(
    catalog: Catalog, deleted: Callable[[Catalog, date], Catalog]
) -> None:
    question = replace(load_backtest_plan().deliveries, other_priors=())
    before = answer_deliveries(deleted(catalog, question.known_on), question)
    assert before == answer_deliveries(catalog, question)


def test_nearest_quarter() -> None:
    assert nearest_quarter(date(2026, 1, 23), date(2026, 6, 30)) == 2
    assert nearest_quarter(date(2026, 1, 23), date(2026, 1, 24)) == 1
