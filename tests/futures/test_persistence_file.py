"""Persistence in the shape of a kept file: it says what is so now, never that it is certain."""

from datetime import date

import pytest

from narrows.catalog import load_catalog
from narrows.futures import STATES, fit_chains, make_forecasts, persistence_forecasts

DAY = date(2026, 1, 23)
HORIZONS = (1, 2)


@pytest.fixture(scope="module")
def chains():
    return fit_chains(load_catalog(), known_on=DAY)


def test_it_forecasts_the_same_gates_and_days_as_the_model(chains):
    theirs, ours = (
        {
            (one.line, one.gate, one.target)
            for one in make(chains, horizons_quarters=HORIZONS).forecasts
        }
        for make in (make_forecasts, persistence_forecasts)
    )
    assert ours == theirs


def test_what_is_so_now_is_likeliest_and_less_so_later(chains):
    for one in persistence_forecasts(chains, horizons_quarters=HORIZONS).forecasts:
        now = chains.histories[one.line, one.gate].steps[-1].state
        assert one.chances.sum() == pytest.approx(1.0)
        assert one.chances.min() > 0.0
        assert one.chances.argmax() == STATES.index(now)
