"""What every plan must satisfy, whatever the problem."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from narrows.planning import (
    CAPITAL,
    FirstQuarter,
    Item,
    Measure,
    MipLimits,
    NoPlanError,
    Plan,
    Status,
    check_plan,
    expected,
    packaged_instance,
    relax,
    solve,
    solve_given,
)

RELAXED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SEEDS = st.integers(0, 1_000_000)


@given(seed=SEEDS)
@RELAXED
@example(seed=1176)
def test_no_plan_violates_a_rule(seed, random_problem):
    problem = random_problem(seed)
    assert check_plan(problem, relax(problem)) == ()
    plan = solve(problem, MipLimits(gap=0.05))
    assert check_plan(problem, plan) == ()
    assert plan.bound <= plan.objective + 1e-6 * abs(plan.objective)


@given(seed=SEEDS, node=st.integers(0, 3))
@RELAXED
def test_a_tampered_plan_is_caught(seed, node, random_problem):
    problem = random_problem(seed)
    plan = relax(problem)
    tampered: dict[str, np.ndarray] = {}
    for name in ("arrived", "fleet", "own_work"):
        values = getattr(plan, name).copy()
        values[node % problem.tree.n_nodes] += 1000.0
        tampered[name] = values
    for name, values in tampered.items():
        broken: Plan = replace(plan, **{name: values})
        assert check_plan(problem, broken) != (), name
    assert check_plan(problem, replace(plan, objective=plan.objective * 1.01 + 1e4)) != ()


@given(seed=SEEDS)
@RELAXED
def test_cost_booked_is_the_sum_of_the_ledger(seed, random_problem):
    problem = random_problem(seed)
    plan = relax(problem)
    by_hand = sum(plan.ledger[item] for item in Item) * problem.discount
    np.testing.assert_allclose(plan.total, by_hand, rtol=1e-9, atol=1e-6)
    if problem.risk.weight == 0.0:
        mean = float(expected(problem, plan.total).sum())
        assert plan.objective == pytest.approx(mean, rel=1e-7, abs=1e-3)


def test_whole_numbers_now_and_relaxed_later():
    problem = packaged_instance(quarters=5)
    plan = solve(problem)
    now = problem.tree.stage < problem.here_and_now
    np.testing.assert_array_equal(plan.orders[now], np.round(plan.orders[now]))
    np.testing.assert_array_equal(plan.ported[now], np.round(plan.ported[now]))
    assert plan.whole_quarters == problem.here_and_now
    assert relax(problem).whole_quarters == 0
    assert 0.0 <= plan.gap <= 0.01
    assert plan.effort.row_residual < 1e-6


def test_same_problem_gives_the_same_plan_bit_by_bit():
    first, second = (solve(packaged_instance(quarters=5)) for _ in range(2))
    assert first.objective == second.objective
    np.testing.assert_array_equal(first.orders, second.orders)
    assert [price.price for price in first.prices] == [price.price for price in second.prices]


def test_a_gap_of_zero_is_searched_for():
    problem = packaged_instance(quarters=4)
    plan = solve(problem, MipLimits(gap=0.0, nodes=100_000))
    assert plan.status is Status.OPTIMAL
    assert plan.gap <= 1e-6


def test_no_demand_buys_nothing():
    problem = packaged_instance(quarters=5)
    none = np.zeros_like(problem.work.demand)
    end = np.zeros_like(problem.offers.end_value)
    idle = replace(
        problem,
        work=replace(problem.work, demand=none),
        offers=replace(problem.offers, end_value=end),
    )
    plan = solve(idle)
    assert plan.orders.sum() == 0.0
    assert plan.unmet.sum() == 0.0
    assert check_plan(idle, plan) == ()


def test_no_permission_orders_nothing_and_demand_stays_unmet():
    problem = packaged_instance(quarters=5)
    shut = replace(problem, offers=replace(problem.offers, may_order=problem.offers.may_order * 0))
    plan = solve(shut)
    assert plan.orders.sum() == 0.0
    assert plan.unmet.sum() > 0.0
    assert all(reason.lots == 0.0 for reason in plan.reasons)


def test_lead_beyond_the_horizon_orders_nothing():
    problem = packaged_instance(quarters=3)
    lead = np.zeros((problem.sizes["K"], 6))
    lead[:, 5] = 1.0
    refund = np.full_like(lead, np.nan)
    late = replace(problem, offers=replace(problem.offers, lead=lead, cancel_refund=refund))
    plan = solve(late)
    assert plan.orders.sum() == 0.0
    assert check_plan(late, plan) == ()


def test_a_lot_due_in_the_last_quarter_arrives_and_one_quarter_later_does_not():
    problem = packaged_instance(quarters=4)
    lead = np.zeros_like(problem.offers.lead)
    lead[:, 3] = 1.0
    edge = replace(problem, offers=replace(problem.offers, lead=lead))
    plan = relax(edge)
    assert plan.arrived[edge.tree.leaves].sum() > 0.0
    assert plan.arrived[edge.tree.stage < 3].sum() == 0.0
    assert plan.orders[edge.tree.stage > 0].sum() == 0.0


def test_renaming_and_reordering_scenarios_changes_nothing():
    problem = packaged_instance(quarters=5)
    order = np.concatenate(
        [problem.tree.at_stage(stage)[::-1] for stage in range(problem.tree.n_stages)]
    )
    place = np.argsort(order)
    parent = problem.tree.parent[order]
    parent[1:] = place[parent[1:]]
    tree = replace(
        problem.tree,
        parent=parent,
        probability=problem.tree.probability[order],
        belief=problem.tree.belief[order],
    )
    offers = problem.offers
    by_node = {
        name: getattr(offers, name)[order]
        for name in ("price", "duty", "may_order", "may_deliver", "supply")
    }
    mixed = replace(
        problem,
        tree=tree,
        offers=replace(offers, **by_node),
        work=replace(
            problem.work,
            demand=problem.work.demand[order],
            unmet_max=problem.work.unmet_max[order],
        ),
        rental=replace(
            problem.rental,
            price=problem.rental.price[order],
            ceiling=problem.rental.ceiling[order],
            allowed=problem.rental.allowed[order],
        ),
        caps=tuple(replace(cap, quota=cap.quota[order]) for cap in problem.caps),
        shares=tuple(
            replace(share, share=share.share[order], weight=share.weight[order])
            for share in problem.shares
        ),
    )
    assert relax(mixed).objective == pytest.approx(relax(problem).objective, rel=1e-9)


def test_budget_pays_only_what_it_is_told_to():
    problem = packaged_instance(quarters=4)
    assert problem.budget is not None
    tight = replace(problem.budget, release=problem.budget.release * 0.02, carry=0.0)
    capital = relax(replace(problem, budget=replace(tight, pays=CAPITAL)))
    everything = relax(
        replace(problem, budget=replace(tight, pays=frozenset({*CAPITAL, Item.RENTAL})))
    )
    assert everything.objective > capital.objective


def test_aversion_to_risk_raises_the_objective_and_lies_below_the_worst_case():
    problem = packaged_instance(quarters=6)
    neutral = relax(problem)
    averse = replace(problem, risk=replace(problem.risk, weight=0.5, tail=0.8))
    plan = relax(averse)
    worst = max(plan.total[problem.tree.path(int(leaf))].sum() for leaf in problem.tree.leaves)
    assert neutral.objective <= plan.objective * (1 + 1e-9)
    assert plan.objective <= worst * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_nested_risk_is_what_a_book_keeper_finds_and_costs_no_less_than_the_mean(
    seed, random_problem
):
    problem = random_problem(seed)
    mean = relax(replace(problem, risk=replace(problem.risk, weight=0.0))).objective
    for weight in (0.4, 1.0):
        nested = replace(problem.risk, weight=weight, tail=0.7, measure=Measure.NESTED)
        averse = replace(problem, risk=nested)
        plan = relax(averse)
        assert check_plan(averse, plan) == ()
        assert plan.objective >= mean * (1.0 - 1e-9)


def test_a_first_quarter_that_is_given_is_kept_and_explained():
    problem = packaged_instance(quarters=4)
    own = solve(problem, MipLimits(gap=0.05))
    lots, started = np.round(own.orders[0]), np.zeros_like(problem.porting.done)
    lots[np.unravel_index(lots.argmax(), lots.shape)] -= 1.0
    given = solve_given(problem, FirstQuarter(started=started, lots=lots))
    np.testing.assert_allclose(given.orders[0], lots, atol=1e-6)
    assert check_plan(problem, given) == ()
    assert given.bound == pytest.approx(relax(problem).objective, rel=1e-6)
    free = solve_given(problem, FirstQuarter(started=started), limits=MipLimits(gap=1e-3))
    assert given.bound <= free.objective <= given.objective * (1.0 + 1e-3)


def test_orders_that_nobody_may_place_leave_no_plan():
    problem = packaged_instance(quarters=4)
    shut = replace(problem.offers, may_order=problem.offers.may_order * 0.0)
    lots = np.ones((problem.sizes["K"], problem.sizes["S"]))
    given = FirstQuarter(started=np.zeros_like(problem.porting.done), lots=lots)
    with pytest.raises(NoPlanError):
        solve_given(replace(problem, offers=shut), given)
