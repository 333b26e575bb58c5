"""Where no plan exists, the rule and the quarter are named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.planning import (
    Budget,
    NoPlanError,
    explain_infeasible,
    packaged_instance,
    relax,
    solve,
)

PROBLEM = packaged_instance(quarters=5)


def _floor(workload, quarter, share):
    """The problem in which all but ``share`` of one demand must be met in one quarter."""
    top = PROBLEM.work.unmet_max.copy()
    at = PROBLEM.tree.stage == quarter
    top[at, workload] = share
    return replace(PROBLEM, work=replace(PROBLEM.work, unmet_max=top))


def _starved(problem):
    """The problem without rental and without chips at the start."""
    return replace(
        problem,
        rental=replace(problem.rental, ceiling=problem.rental.ceiling * 0.0),
        fleet=replace(problem.fleet, installed=problem.fleet.installed * 0.0),
    )


def test_a_feasible_problem_has_no_conflict():
    assert explain_infeasible(PROBLEM) is None


def test_service_that_cannot_be_met_is_named_with_its_quarter():
    hard = _starved(_floor(2, 0, 0.0))
    with pytest.raises(NoPlanError):
        solve(hard)
    conflict = explain_infeasible(hard)
    assert conflict is not None
    named = {(breach.rule, breach.subject, breach.quarter) for breach in conflict.breaches}
    assert named == {("demand", ("work2",), "q00")}
    assert conflict.breaches[0].amount > 0.0
    assert conflict.breaches[0].probability == pytest.approx(1.0)


def test_a_budget_that_cannot_pay_what_is_due_is_named():
    booked = PROBLEM.offers.booked.copy()
    booked[0, 0, 2] = 50.0
    duty = np.full_like(PROBLEM.offers.duty, 0.25)
    due = replace(
        PROBLEM,
        offers=replace(PROBLEM.offers, booked=booked, duty=duty),
        budget=Budget(release=np.array([1e6, 0.0, 0.0, 1e6, 1e6]), carry=0.0),
    )
    with pytest.raises(NoPlanError):
        relax(due)
    conflict = explain_infeasible(due)
    assert conflict is not None
    assert {(breach.rule, breach.quarter) for breach in conflict.breaches} == {("budget", "q02")}


def test_the_user_decides_which_rule_gives_way():
    hard = _floor(2, 3, 0.0)
    power = hard.sites.power_kw * 0.05
    starved = replace(_starved(hard), sites=replace(hard.sites, power_kw=power))
    wishes_first = explain_infeasible(starved)
    power_first = explain_infeasible(starved, {"power": 1e-3, "demand": 1e3})
    assert wishes_first is not None
    assert power_first is not None
    assert {breach.rule for breach in wishes_first.breaches} == {"demand"}
    assert "power" in wishes_first.held_by
    assert "power" in {breach.rule for breach in power_first.breaches}
