"""Prices of a little more in the packaged study: the dual between re-solves on either side."""

from dataclasses import replace
from itertools import pairwise

import pytest

from narrows.planning import relax
from narrows.study.bridge.variants import with_cap
from narrows.study.sections.margins import _asked
from narrows.study.sections.sensitivities import _cap

FINITE_STEP = 0.25
"""A share enters the matrix and a month moves whole deliveries: a dual is a slope, a re-solved step
a chord. With two fits of speed they differed by up to 17 %; on the packaged instance, where steps
are small, the planner's own tests hold them to a hundred-thousandth."""


def test_every_rule_is_priced(h200):
    rules = {entry["rule"] for entry in h200["sensitivities"]["margins"]}
    assert rules == {"cap", "domestic_share", "power", "delay_import", "delay_domestic"}


def test_where_only_a_limit_moves_the_dual_lies_between(h200):
    for entry in h200["sensitivities"]["margins"]:
        if entry["rule"] in ("cap", "power"):
            slack = 1e-6 * abs(entry["dual_cny"]) + 1.0
            assert entry["less_cny"] - slack <= entry["dual_cny"] <= entry["more_cny"] + slack


def test_elsewhere_it_is_near_the_resolved_step_or_at_a_kink_between_both(h200):
    for entry in h200["sensitivities"]["margins"]:
        sides = [entry[key] for key in ("less_cny", "more_cny") if entry[key] is not None]
        if len(sides) == 2 and min(sides) <= entry["dual_cny"] <= max(sides):
            continue
        near = min(sides, key=lambda side: abs(side - entry["dual_cny"]))
        assert entry["dual_cny"] == pytest.approx(near, rel=FINITE_STEP, abs=1.0)


def test_a_delay_starts_where_nothing_is_late(h200):
    delayed = [entry for entry in h200["sensitivities"]["delay"] if entry["months"] == 0]
    assert len(delayed) == 2
    assert all(entry["change"] == 0.0 for entry in delayed)


def test_more_power_never_costs_more(h200):
    costs = [entry["cost_cny"] for entry in h200["sensitivities"]["power"]]
    assert all(after <= before * (1 + 1e-9) for before, after in pairwise(costs))
    assert costs[0] > costs[-1]


def test_a_cap_that_is_closed_is_priced_by_the_chip(answered):
    closed = replace(answered, problem=with_cap(answered.problem, 0.0))
    first = next(_asked(closed))
    assert (first.rule, first.at, first.step) == ("cap", 0.0, 1.0)


def test_a_closed_cap_is_told_once(answered):
    closed = with_cap(answered.problem, 0.0)
    told = _cap(closed, relax(closed), inputs=(answered.offers[0].price_cny,))
    assert [entry["units"].value for entry in told] == [0.0]
