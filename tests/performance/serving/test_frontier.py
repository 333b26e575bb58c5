from __future__ import annotations

import pytest

from narrows.core import RefusalError
from narrows.performance.serving import Limits, Load, search, tradeoff
from narrows.performance.serving.frontier import unbeaten
from narrows.performance.serving.settle import SETTLED

LOAD = Load(input_tokens=4000, output_tokens=1000)
LIMITS = Limits(ttft_ms=3000, tpot_ms=50)


@pytest.fixture(scope="module")
def found(catalog):
    system = catalog.systems["dgx-h200"]
    chip = catalog.chips["nv-h200-sxm"]
    model = catalog.models["deepseek-v3"]
    return tradeoff(model, chip, LOAD, chips=32, limits=LIMITS, system=system)


def test_the_best_is_that_of_a_search_and_lies_on_both_lines(catalog, found):
    model, chip = catalog.models["deepseek-v3"], catalog.chips["nv-h200-sxm"]
    system = catalog.systems["dgx-h200"]
    first = search(model, chip, LOAD, chips=32, limits=LIMITS, system=system)[0]
    assert found.best.layout == first.layout
    rate = first.output_rate_per_chip.p50  # pools that prefill limits tie, each solved to SETTLED
    assert any(each.output_rate_per_chip.p50 == pytest.approx(rate) for each in found.curve)
    assert all(
        each.output_rate_per_chip.p50 <= rate * (1 + 10 * SETTLED)
        for each in found.frontier
        if each.tpot_ms.p50 <= first.tpot_ms.p50
    )


def test_a_frontier_gives_rate_for_latency_and_keeps_the_first_token_in_time(found):
    tpots = [each.tpot_ms.p50 for each in found.frontier]
    rates = [each.output_rate_per_chip.p50 for each in found.frontier]
    assert len(found.frontier) >= 8
    assert tpots == sorted(set(tpots))
    assert rates == sorted(set(rates))
    assert all(each.ttft_ms.p50 <= 3000 * (1 + 1e-9) for each in found.frontier)


def test_a_curve_is_one_deployment_under_a_growing_load(found):
    assert {each.layout for each in found.curve} == {found.best.layout}
    for name in ("sequences", "requests_per_s"):
        values = [getattr(each, name) for each in found.curve]
        assert values == sorted(values)
    tpots = [each.tpot_ms.p50 for each in found.curve]
    assert tpots == sorted(tpots)


def test_every_point_has_an_interval(found):
    for each in (*found.curve, *found.frontier):
        rate = each.output_rate_per_chip
        assert rate.p05 < rate.p50 < rate.p95


def test_beaten_points_are_left_out(found):
    last = found.frontier[-1]
    assert unbeaten([*found.frontier, last, found.frontier[0]]) == found.frontier


def test_what_nothing_meets_is_refused(catalog):
    with pytest.raises(RefusalError, match="meets the limits"):
        tradeoff(
            catalog.models["deepseek-v3"],
            catalog.chips["nv-h200-sxm"],
            LOAD,
            chips=32,
            limits=Limits(tpot_ms=0.5),
            system=catalog.systems["dgx-h200"],
        )
