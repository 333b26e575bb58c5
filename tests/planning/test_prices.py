"""Prices of rules are derivatives, and reasons add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from narrows.planning import (
    mean_path,
    packaged_instance,
    relax,
    solve,
    with_scaled_power,
    with_share,
)

STEP = 1e-3
IMPORTED = 3
PHI = 0.97


def _price(plan, rule, quarter, subject=()):
    return sum(
        price.price
        for price in plan.prices
        if (price.rule, price.quarter, price.subject) == (rule, quarter, subject)
    )


def test_price_of_the_cap_is_a_resolved_difference():
    problem = packaged_instance(quarters=8)
    plan = relax(problem)
    cap = problem.caps[0]
    at_root = np.where(problem.tree.stage == 0, STEP, 0.0)
    costs = [
        relax(replace(problem, caps=(replace(cap, quota=cap.quota + sign * at_root),))).objective
        for sign in (1.0, -1.0)
    ]
    low, high = (plan.objective - costs[0]) / STEP, (costs[1] - plan.objective) / STEP
    price = _price(plan, cap.name, problem.axes.quarters[0])
    slack = 1e-2 * max(abs(price), 1.0)
    assert price > 0.0
    assert low - slack <= price <= high + slack


def test_price_of_power_is_a_resolved_difference():
    problem = with_scaled_power(packaged_instance(quarters=8), 0.7)
    plan = relax(problem)
    found = [price for price in plan.prices if price.rule == "power"]
    assert found
    price = max(found, key=lambda one: one.price)
    site = problem.axes.sites.index(price.subject[0])
    quarter = problem.axes.quarters.index(price.quarter)

    def cost(change):
        power = problem.sites.power_kw.copy()
        power[site, quarter] += change
        return relax(replace(problem, sites=replace(problem.sites, power_kw=power))).objective

    low, high = (plan.objective - cost(STEP)) / STEP, (cost(-STEP) - plan.objective) / STEP
    assert low - 0.01 * price.price - 1.0 <= price.price <= high + 0.01 * price.price + 1.0


def test_reasons_of_ordered_lots_balance_at_the_margin():
    problem = packaged_instance(quarters=6)
    plan = relax(problem)
    ordered = [reason for reason in plan.reasons if reason.lots > 1e-6]
    assert ordered
    for reason in ordered:
        assert reason.worth >= -1e-3 * max(reason.cost, 1.0)
    idle = [reason for reason in plan.reasons if reason.lots == 0.0]
    assert all(reason.worth <= 1e-3 * max(abs(reason.cost), 1.0) for reason in idle)


def test_binding_rule_of_an_order_is_a_rule_of_the_problem():
    problem = packaged_instance(quarters=6)
    plan = solve(problem)
    names = {"power", "floor", "supply", "budget", "work", "import_cap", "domestic_share"}
    assert {reason.binding for reason in plan.reasons if reason.binding} <= names


def test_price_of_the_share_follows_the_envelope_theorem():
    path = mean_path(packaged_instance(quarters=6))
    base = with_share(path, "domestic_share", PHI, path.offers.price)
    plan = relax(base)
    spent = (plan.orders.sum(axis=2) * base.offers.lot * base.offers.price)[:, :IMPORTED]
    prices = [_price(plan, "domestic_share", quarter) for quarter in base.axes.quarters]
    slope = sum(
        price * amount / (1.0 - PHI) ** 2
        for price, amount in zip(prices, spent.sum(axis=1), strict=True)
    )
    step = 1e-5
    costs = [
        relax(with_share(path, "domestic_share", PHI + change, path.offers.price)).objective
        for change in (-step, step)
    ]
    below, above = (plan.objective - costs[0]) / step, (costs[1] - plan.objective) / step
    assert slope > 0.0
    assert below * 0.99 <= slope <= above * 1.01
