from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from narrows.catalog import Catalog
from narrows.core import Gate, GateState
from narrows.futures import GateChains, arrivals
from narrows.futures.arrivals import walk
from narrows.futures.conversion import (
    CONVERSION_STATES,
    ShareRange,
    fit_shares,
    load_conversion,
    range_chance,
)

JANUARY = date(2026, 1, 23)


def test_deliveries_never_fall_nor_exceed_the_order(catalog: Catalog) -> None:
    got = arrivals(catalog, "h200", known_on=JANUARY, chips_ordered=1000, quarters=6, paths=500)
    assert (np.diff(got.paths, axis=1) >= 0).all()
    assert got.paths.max() <= 1000
    assert got.p_at_least(0, quarter=1) == 1.0


def test_open_gates_deliver_more_than_shut_ones(catalog: Catalog) -> None:
    def median(state: GateState) -> float:
        held = {Gate.CUSTOMS: state}
        got = arrivals(
            catalog,
            "h200",
            known_on=JANUARY,
            chips_ordered=1000,
            quarters=4,
            held=held,
            paths=2000,
        )
        return got.by_quarter[-1].p50

    assert median(GateState.OPEN) > median(GateState.SHUT)


def test_later_events_do_not_matter(
    catalog: Catalog, deleted: Callable[[Catalog, date], Catalog]
) -> None:
    one = arrivals(catalog, "h200", known_on=JANUARY, chips_ordered=1000, quarters=4, paths=300)
    two = arrivals(
        deleted(catalog, JANUARY),
        "h200",
        known_on=JANUARY,
        chips_ordered=1000,
        quarters=4,
        paths=300,
    )
    assert one.paths.tobytes() == two.paths.tobytes()
    assert one.evidence == two.evidence


def test_only_public_observations_sharpen_the_shares(catalog: Catalog) -> None:
    model = load_conversion()
    shares = fit_shares(catalog, model, known_on=JANUARY, draws=50, seed=0)
    assert shares.evidence == ("E027", "E034")
    assert shares.effective > 1000


def test_without_observations_the_shares_are_the_prior(catalog: Catalog) -> None:
    model = replace(load_conversion(), observations=())
    shares = fit_shares(catalog, model, known_on=JANUARY, draws=20_000, seed=0)
    for index, state in enumerate(CONVERSION_STATES):
        prior = model.prior[state]
        mean = prior.a / (prior.a + prior.b)
        assert shares.draws[:, :, index].mean() == pytest.approx(mean, abs=0.01)


def test_a_range_is_likelier_near_its_middle() -> None:
    chances = range_chance(np.array([0.05, 0.65, 0.95]), ShareRange(low=0.55, high=0.75), 4.0)
    assert chances.argmax() == 1
    assert range_chance(np.array([0.5]), ShareRange(low=0.0, high=1.0), 4.0)[0] == pytest.approx(1)


def test_walk_follows_its_matrix() -> None:
    matrix = np.array([[[0.9, 0.1], [0.4, 0.6]]])
    states = walk(np.array([1.0, 0.0]), matrix, quarters=2, paths=200_000, seed=[1])
    assert (states[:, 0] == 1).mean() == pytest.approx(0.1, abs=0.003)
    assert (states[:, 1] == 1).mean() == pytest.approx(0.9 * 0.1 + 0.1 * 0.6, abs=0.003)


def test_a_gate_that_was_not_checked_is_unknown(catalog: Catalog) -> None:
    def paths(state: GateState) -> np.ndarray:
        return arrivals(
            catalog,
            "h200",
            known_on=JANUARY,
            chips_ordered=1000,
            quarters=2,
            readings={Gate.QUOTA: state},
            paths=200,
        ).paths

    np.testing.assert_array_equal(paths(GateState.NOT_CHECKED), paths(GateState.UNKNOWN))
    assert paths(GateState.OPEN).mean() > paths(GateState.SHUT).mean()


def test_fits_of_another_day_are_refused(catalog: Catalog, chains: GateChains) -> None:
    with pytest.raises(ValueError, match="fitted on"):
        arrivals(
            catalog,
            "h200",
            known_on=date(2026, 2, 1),
            chips_ordered=1,
            quarters=1,
            chains=chains,
        )
