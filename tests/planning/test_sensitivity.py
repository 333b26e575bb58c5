"""More room never costs more, a larger share never costs less, and curves agree with re-solves."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from narrows.planning import (
    ProblemError,
    curve,
    event_probability,
    find_flip,
    orders_now,
    packaged_instance,
    relative_change,
    relax,
    with_delay,
    with_event,
    with_scaled_cap,
    with_scaled_delivery,
    with_scaled_power,
    with_share,
)

PROBLEM = packaged_instance(quarters=6)
IMPORTED = np.arange(PROBLEM.sizes["K"]) < 3
BASE = relax(PROBLEM)


def _costs(name, problem_at, values, base_value=1.0):
    found = curve(name, problem_at, values, base=BASE, base_value=base_value)
    return [point.cost for point in found.points]


def _never_rises(costs):
    return all(after <= before * (1 + 1e-9) for before, after in pairwise(costs))


def test_more_cap_and_more_power_never_cost_more():
    caps = _costs("cap", lambda f: with_scaled_cap(PROBLEM, "import_cap", f), [0.5, 0.8, 1.2, 3.0])
    power = _costs("power", lambda f: with_scaled_power(PROBLEM, f), [0.7, 0.9, 1.0, 1.3])
    assert _never_rises(caps)
    assert _never_rises(power)
    assert caps[0] > caps[-1]
    assert power[2] == pytest.approx(BASE.objective, rel=1e-9)


@pytest.mark.parametrize("basis", ["units", "spend"])
def test_a_larger_share_never_costs_less(basis):
    weight = PROBLEM.offers.price if basis == "spend" else None
    costs = _costs(
        "share",
        lambda phi: with_share(PROBLEM, "domestic_share", phi, weight),
        [0.98, 0.9, 0.5, 0.0],
        base_value=0.0,
    )
    assert _never_rises(costs)
    assert costs[0] > costs[-1]


def test_points_come_back_in_the_order_asked_for_and_equal_cold_solves():
    values = [1.4, 0.6, 1.0]
    found = curve(
        "cap",
        lambda f: with_scaled_cap(PROBLEM, "import_cap", f),
        values,
        base=BASE,
        base_value=1.0,
    )
    assert [point.value for point in found.points] == values
    for point in found.points:
        cold = relax(with_scaled_cap(PROBLEM, "import_cap", point.value)).objective
        assert point.cost == pytest.approx(cold, rel=1e-8)
    assert found.points[2].change == pytest.approx(0.0, abs=1e-9)


def test_delay_splits_between_quarters_and_never_helps():
    shifted = with_delay(PROBLEM, 4.5, IMPORTED)
    lead, old = shifted.offers.lead, PROBLEM.offers.lead
    np.testing.assert_allclose(lead.sum(axis=1), 1.0)
    quarters = np.arange(lead.shape[1])
    before = old @ np.arange(old.shape[1])
    np.testing.assert_allclose((lead @ quarters)[IMPORTED], before[IMPORTED] + 1.5)
    np.testing.assert_allclose((lead @ quarters)[~IMPORTED], before[~IMPORTED])
    costs = _costs("delay", lambda m: with_delay(PROBLEM, m, IMPORTED), [6.0, 3.0, 1.0, 0.0], 0.0)
    assert _never_rises(costs)


def test_delivery_and_floor_of_the_curve():
    costs = _costs(
        "delivery", lambda f: with_scaled_delivery(PROBLEM, f, IMPORTED), [0.0, 0.5, 1.0]
    )
    assert _never_rises(costs)


def test_points_without_a_plan_say_so():
    hard = replace(PROBLEM, work=replace(PROBLEM.work, unmet_max=PROBLEM.work.unmet_max * 0.75))
    feasible = relax(hard)
    found = curve("power", lambda f: with_scaled_power(hard, f), [0.0, 1.0], base=feasible)
    assert found.points[0].cost is None
    assert found.points[0].change is None
    assert found.points[1].cost is not None


def test_event_probability_is_set_and_the_rest_keeps_its_proportions():
    leaves = PROBLEM.tree.regime[PROBLEM.tree.leaves] >= 2
    changed = with_event(PROBLEM, leaves, 0.8)
    assert event_probability(changed, leaves) == pytest.approx(0.8)
    ratio = (
        changed.tree.probability[changed.tree.leaves]
        / PROBLEM.tree.probability[PROBLEM.tree.leaves]
    )
    assert np.ptp(ratio[leaves]) < 1e-9
    assert np.ptp(ratio[~leaves]) < 1e-9
    with pytest.raises(ProblemError, match="certain or impossible"):
        with_event(PROBLEM, np.ones_like(leaves), 0.5)


def test_flip_brackets_the_turn_of_the_decision():
    decide = orders_now(PROBLEM, ["import0", "import1", "import2"], lots=2.0)

    def at(factor):
        return with_scaled_delivery(PROBLEM, factor, IMPORTED)

    flip = find_flip(at, decide, low=0.0, high=1.0, tolerance=0.02, start=BASE.basis)
    assert flip is not None
    assert flip.high - flip.low <= 0.02
    assert decide(relax(at(flip.low))) == flip.at_low
    assert decide(relax(at(flip.high))) != flip.at_low
    assert find_flip(at, decide, low=0.0, high=0.01) is None


def test_unknown_rules_are_refused():
    with pytest.raises(ProblemError, match="import_cap"):
        with_scaled_cap(PROBLEM, "cup", 1.0)
    with pytest.raises(ProblemError, match="low < high"):
        find_flip(lambda _: PROBLEM, lambda _: True, low=1.0, high=0.0)


def test_a_basis_outlives_a_rule_that_comes_or_goes():
    free = replace(PROBLEM, shares=())
    start = relax(free).basis
    slack = replace(PROBLEM, shares=(replace(PROBLEM.shares[0], share=np.zeros(free.sizes["N"])),))
    carried = relax(slack, start)
    assert carried.objective == pytest.approx(relax(free).objective, rel=1e-9)
    assert carried.effort.simplex_iterations == 0


@pytest.mark.parametrize("base", [0.0, -5.0])
def test_there_is_no_share_of_nothing(base):
    assert relative_change(0.0, base) is None
    assert relative_change(3.0, base) is None
    assert relative_change(3.0, 2.0) == 0.5
