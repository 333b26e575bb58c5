from __future__ import annotations

import math

import pytest
from tests.executors.faults import Killing, Losing

from narrows.core import InputError, RefusalError
from narrows.performance.serving import Deployment, Limits, Load, place_named, smallest_fleet
from narrows.performance.serving.holdings import holdings
from narrows.performance.serving.mixed import (
    cost_at_peak,
    mixed_fleet,
    tokens_per_joule_at_peak,
)

LOAD = Load(input_tokens=2000, output_tokens=500)
LIMITS = Limits(ttft_ms=2000, tpot_ms=50)
MODEL = "llama3-70b"


def held(catalog, name, chips, limits=LIMITS):
    place = place_named(catalog, name)
    (found,) = holdings(
        catalog.model(MODEL), [(place, chips)], LOAD, limits=limits, deployment=Deployment()
    )
    return found


def fleet(catalog, peaks, there=()):
    return mixed_fleet(
        catalog.model(MODEL),
        place_named(catalog, "dgx-h200"),
        LOAD,
        peaks=peaks,
        held=there,
        limits=LIMITS,
        deployment=Deployment(),
    )


@pytest.fixture(scope="module")
def h20(catalog):
    return held(catalog, "hgx-h20", 20)


def test_a_holding_counts_whole_units_only(h20):
    assert h20.units == 20 // h20.unit_chips
    assert h20.requests_per_s == pytest.approx(h20.units * h20.unit.requests_per_s)
    assert 0 < h20.requests_safe < h20.requests_per_s


def test_only_what_is_lacking_is_added(catalog, h20):
    peaks = (h20.requests_per_s * 0.9, h20.requests_per_s * 3)
    found = fleet(catalog, peaks, (h20,))
    first, last = found.periods
    assert first.added == 0
    assert first.added_safe > 0, "at the slow end what is held does not reach"
    lacking = peaks[1] - h20.requests_per_s
    units = math.ceil(lacking / found.added_unit.requests_per_s)
    assert last.added == units * found.added_unit_chips
    assert last.added_safe >= last.added


def test_without_holdings_it_is_the_smallest_fleet(catalog):
    found = fleet(catalog, (5.0, 20.0))
    plain = smallest_fleet(
        catalog.model(MODEL),
        catalog.chips["nv-h200-sxm"],
        LOAD,
        requests_per_s=(5.0, 20.0),
        limits=LIMITS,
        system=catalog.systems["dgx-h200"],
    )
    assert tuple(each.added for each in found.periods) == plain.chips
    assert tuple(each.added_safe for each in found.periods) == plain.chips_safe


def test_what_is_enough_needs_no_unit(catalog, h20):
    found = fleet(catalog, (h20.requests_safe / 2,), (h20,))
    assert found.added_unit is None
    assert found.periods[0].added_safe == 0


def test_cost_and_energy_add_over_kinds(catalog, h20):
    found = fleet(catalog, (h20.requests_per_s * 3,), (h20,))
    added, peak = found.periods[0].added, found.periods[0].peak
    prices = {"hgx-h20": 9.0, "dgx-h200": 22.0}
    cost = cost_at_peak(found, added, peak, LOAD, prices)
    by_hand = (20 * 9.0 + added * 22.0) / 3600 / (peak * 500) * 1e6
    assert cost == pytest.approx(by_hand)
    energy = tokens_per_joule_at_peak(found, added, peak, LOAD, 1.25)
    assert energy == pytest.approx(tokens_per_joule_at_peak(found, added, peak, LOAD, 2.5) * 2)


def test_a_missing_price_or_power_is_unknown(catalog):
    dark = held(catalog, "hw-950dt", 32)
    found = fleet(catalog, (dark.requests_per_s * 2,), (dark,))
    peak = found.periods[0].peak
    assert cost_at_peak(found, 8, peak, LOAD, {"dgx-h200": 22.0}) is None
    assert tokens_per_joule_at_peak(found, 8, peak, LOAD, 1.25) is None


def test_the_price_of_what_is_not_used_is_not_asked(catalog, h20):
    found = fleet(catalog, (h20.requests_safe / 2,), (h20,))
    assert cost_at_peak(found, 0, found.periods[0].peak, LOAD, {"hgx-h20": 9.0}) > 0


def sized(catalog, executor):
    """Return two kinds that are there, and what is added beside them."""
    model, names = catalog.model(MODEL), ("hgx-h20", "cloudmatrix384:cann")
    asked = {"limits": LIMITS, "deployment": Deployment(), "executor": executor}
    places = [(place_named(catalog, name), 16) for name in names]
    there = holdings(model, places, LOAD, **asked)
    added = place_named(catalog, "dgx-h200")
    return mixed_fleet(model, added, LOAD, peaks=(5.0, 40.0), held=there, **asked)


def test_searches_may_run_anywhere_though_a_worker_is_killed(catalog, tmp_path):
    killing = Killing(tmp_path)
    assert sized(catalog, killing) == sized(catalog, None)
    assert killing.retried == [1, 1]


def test_a_lost_search_is_refused_by_name(catalog):
    with pytest.raises(RefusalError, match=r"held 2, cloudmatrix384:cann in units of 8: its work"):
        sized(catalog, Losing(frozenset({"held 2, cloudmatrix384:cann in units of 8"})))


@pytest.mark.parametrize("chips", [0, -1, 10**9])
def test_impossible_holdings_are_refused(catalog, chips):
    with pytest.raises(InputError, match="held"):
        held(catalog, "hgx-h20", chips)


def test_chips_too_few_for_the_model_are_refused(catalog):
    with pytest.raises(RefusalError, match="no unit of up to 1"):
        held(catalog, "atlas-800t-a2", 1, Limits(tpot_ms=5))


@pytest.mark.parametrize("peaks", [(), (0.0,), (5.0, -1.0), (math.nan,), (math.inf,)])
def test_peaks_must_be_positive_and_finite(catalog, peaks):
    with pytest.raises(InputError, match="peaks"):
        fleet(catalog, peaks)
