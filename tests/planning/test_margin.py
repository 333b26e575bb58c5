"""A dual is the slope of the re-solved cost, or lies between its slopes where it has two."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from narrows.planning import (
    SolveOnce,
    margin,
    packaged_instance,
    relax,
    with_delay,
    with_scaled_cap,
    with_scaled_power,
    with_share,
)
from narrows.planning.bench_margins import measure_margins

PROBLEM = packaged_instance(quarters=6)
IMPORTED = np.arange(PROBLEM.sizes["K"]) < 3
FINE = 1e-4
CASES = {
    "cap": (lambda value: with_scaled_cap(PROBLEM, "import_cap", value), 1.0),
    "power": (lambda value: with_scaled_power(PROBLEM, value), 0.6),
    "share 0.6": (lambda value: with_share(PROBLEM, "domestic_share", value), 0.6),
    "share 0.85": (lambda value: with_share(PROBLEM, "domestic_share", value), 0.85),
    "a month, imports": (lambda value: with_delay(PROBLEM, value, IMPORTED), 1.0),
    "a month, domestic": (lambda value: with_delay(PROBLEM, value, ~IMPORTED), 1.0),
}


@pytest.mark.parametrize("name", CASES)
def test_the_dual_is_the_slope_of_the_resolved_cost(name):
    problem_at, at = CASES[name]
    found = margin(name, problem_at, at, step=FINE, lowest=0.0)
    assert found.dual != 0.0
    middle = 0.5 * (found.left + found.right)
    assert found.dual == pytest.approx(middle, rel=2e-6)
    # The sides part with the curvature of the parameter, and the dual stays between them.
    assert found.gap <= 1e-6


def test_at_a_kink_the_dual_lies_between_unlike_slopes():
    problem_at, _ = CASES["cap"]
    factors = np.linspace(0.2, 3.0, 15)
    found = [margin("cap", problem_at, float(at), step=0.1, lowest=0.0) for at in factors]
    assert all(one.gap <= 1e-6 for one in found)
    assert any(one.right - one.left > 0.01 * abs(one.dual) for one in found)


def test_the_dual_of_a_cap_is_the_sum_of_the_prices_of_its_rows():
    found = margin("cap", CASES["cap"][0], 1.0, step=FINE)
    plan = relax(PROBLEM)
    # A factor of the cap releases each node's own quota, so prices weigh with it.
    nodes = [price for price in plan.prices if price.rule == "import_cap"]
    assert bool(nodes) == (found.dual < 0.0)


def test_a_parameter_has_no_neighbour_below_its_lowest_value():
    problem_at, _ = CASES["a month, imports"]
    found = margin("delay", problem_at, 0.0, step=FINE, lowest=0.0)
    assert found.left is None
    assert found.dual == pytest.approx(found.right, rel=1e-5)


def test_a_rule_that_does_not_bind_has_no_price():
    found = margin("power", lambda value: with_scaled_power(PROBLEM, value), 5.0, step=FINE)
    assert (found.dual, found.left, found.right) == pytest.approx((0.0, 0.0, 0.0), abs=1.0)
    assert found.gap == 0.0


def test_the_benchmark_prints_duals_that_agree():
    rows = measure_margins(PROBLEM)
    assert {row["name"] for row in rows} == {
        "margin_cap", "margin_power", "margin_share", "margin_month",
    }  # fmt: skip
    assert all(row["gap"] <= 1e-5 for row in rows)


MEETING = {
    "cap": lambda value: with_scaled_cap(PROBLEM, "import_cap", value),
    "power": lambda value: with_scaled_power(PROBLEM, value),
}
"""Both stand for the same problem at 1."""


def test_parameters_that_meet_at_the_base_are_solved_there_once(monkeypatch):
    solved = []
    # The package's own name `margin` is the function.
    margins = import_module("narrows.planning.margin")
    programme = margins.Programme

    def counted(model):
        solved.append(model)
        return programme(model)

    monkeypatch.setattr(margins, "Programme", counted)
    apart = [margin(name, at, 1.0, step=FINE) for name, at in MEETING.items()]
    alone = len(solved)
    solve = SolveOnce()
    together = [margin(name, at, 1.0, step=FINE, solve=solve) for name, at in MEETING.items()]
    assert together == apart
    assert len(solved) - alone == alone - 1
