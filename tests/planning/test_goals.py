"""Gangs and the capability clock on problems that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.planning import (
    NEVER_HELD,
    Axes,
    Budget,
    Capability,
    Fleet,
    Item,
    MipLimits,
    Offers,
    Porting,
    Problem,
    ProblemError,
    Rental,
    Sites,
    Work,
    check_plan,
    merge_alike_sites,
    packaged_graph,
    solve,
    tree_from_chain,
)
from narrows.planning.problem import with_node_values

EXACT = MipLimits(gap=0.0, nodes=10_000)
QUARTERS = 5
UNMET, RENT = 100.0, 90.0


def _problem(*, installed, demand=60.0, ceiling=0.0, supply=0.0, **wishes):
    """One system that stands at two sites, one workload, one unit of work a chip."""
    nodes, ones = QUARTERS, np.ones((QUARTERS, 1))
    kst = (1, 2, nodes)
    return Problem(
        tree=tree_from_chain(np.ones((nodes - 1, 1, 1)), np.ones(1), branching={}),
        axes=Axes(
            systems=("chip",), sites=("north", "east"), workloads=("train",), rentals=("cloud",),
            quarters=tuple(f"q{t}" for t in range(nodes)),
        ),
        offers=Offers(
            price=1000.0 * ones, duty=0.0 * ones, may_order=ones, may_deliver=ones,
            supply=supply * ones, lot=np.ones(1), lead=np.array([[0.0, 1.0]]), deposit=np.ones(1),
            blocked_refund=np.zeros(1), hold_until=np.array([NEVER_HELD]),
            cancel_refund=np.full((1, 2), np.nan), end_value=np.zeros((1, nodes)),
            booked=np.zeros(kst),
        ),
        fleet=Fleet(
            power_kw=np.ones(1), floor=np.ones(1), availability=np.ones(1),
            operating=np.zeros((1, nodes)), installed=np.array([installed], dtype=np.float64),
        ),
        sites=Sites(
            power_kw=np.full((2, nodes), 1000.0), floor=np.full((2, nodes), 1000.0),
            energy_price=np.zeros((2, nodes)), takes=np.ones((1, 2), dtype=np.bool_),
        ),
        work=Work(
            rate=np.ones((1, 1)), demand=demand * ones, unmet_price=np.full((1, nodes), UNMET),
            unmet_max=ones, runs_at=np.ones((1, 2), dtype=np.bool_), **wishes,
        ),
        rental=Rental(
            rate=np.ones((1, 1)), price=RENT * ones, ceiling=ceiling * ones,
            allowed=np.ones((nodes, 1, 1)),
        ),
        porting=Porting(
            stack=np.zeros(1, dtype=np.int64), done=np.ones((1, 1), dtype=np.bool_),
            cost=np.zeros((1, 1)), quarters=np.zeros((1, 1), dtype=np.int64),
        ),
    )  # fmt: skip


def _solved(problem):
    plan = solve(problem, EXACT)
    assert check_plan(problem, plan) == ()
    return plan


def _gang(chips):
    return np.array([chips])


def _clock(target, price):
    return Capability(target=np.array([target]), delay_price=np.array([price]))


def test_a_gang_is_not_split_below_its_minimum():
    plan = _solved(_problem(installed=(40.0, 25.0), gang=_gang(30.0)))
    placed = plan.assigned_at[:4, 0, :, 0]
    assert np.all((placed < 1e-6) | (placed >= 30.0 - 1e-6))
    np.testing.assert_allclose(plan.own_work[:4, 0], 40.0)
    assert plan.own_work[4, 0] >= 60.0 - 1e-6


def test_without_enough_chips_in_one_place_the_work_stays_undone():
    plan = _solved(_problem(installed=(40.0, 40.0), gang=_gang(50.0)))
    np.testing.assert_allclose(plan.unmet[:, 0], [60.0, 60.0, 60.0, 60.0, 0.0], atol=1e-6)


def test_a_gang_may_be_larger_than_the_demand():
    plan = _solved(_problem(installed=(40.0, 40.0), demand=10.0, gang=_gang(40.0)))
    np.testing.assert_allclose(plan.unmet, 0.0, atol=1e-6)
    assert plan.assigned_at[0].max() == pytest.approx(40.0)


def test_a_larger_gang_never_costs_less():
    costs = [
        _solved(_problem(installed=(45.0, 30.0), ceiling=20.0, gang=_gang(chips))).objective
        for chips in (0.0, 15.0, 30.0, 31.0, 45.0, 46.0)
    ]
    assert costs == sorted(costs)
    assert costs[0] < costs[3] < costs[5]


def test_a_plan_that_splits_a_gang_is_caught():
    free = _problem(installed=(40.0, 25.0), gang=_gang(10.0))
    bound = replace(free, work=replace(free.work, gang=_gang(30.0)))
    assert {one.rule for one in check_plan(bound, _solved(free))} == {"gang"}


def test_sites_with_a_gang_are_not_merged():
    problem = _problem(installed=(40.0, 40.0))
    assert len(merge_alike_sites(problem).axes.sites) == 1
    ganged = replace(problem, work=replace(problem.work, gang=_gang(50.0)))
    assert merge_alike_sites(ganged) is ganged


def test_the_clock_stops_when_the_work_is_done_and_each_quarter_before_is_paid():
    plan = _solved(_problem(installed=(40.0, 0.0), capability=_clock(100.0, 7.0)))
    np.testing.assert_allclose(plan.reached[:, 0], [0, 0, 1, 1, 1], atol=1e-9)
    np.testing.assert_allclose(plan.ledger[Item.DELAY], [7.0, 7.0, 0.0, 0.0, 0.0], atol=1e-6)


def test_the_unit_of_work_changes_nothing():
    """A study counts tokens: 1e14 a quarter must not drown in the solver's tolerance."""
    tokens = 2.5e12
    plain = _problem(installed=(40.0, 0.0), capability=_clock(100.0, 7.0))
    work = replace(
        plain.work, rate=plain.work.rate * tokens, demand=plain.work.demand * tokens,
        unmet_price=plain.work.unmet_price / tokens, capability=_clock(100.0 * tokens, 7.0),
    )  # fmt: skip
    scaled = replace(
        plain, work=work, rental=replace(plain.rental, rate=plain.rental.rate * tokens)
    )
    plan, expected = _solved(scaled), _solved(plain)
    np.testing.assert_allclose(plan.reached, expected.reached, atol=1e-9)
    assert plan.objective == pytest.approx(expected.objective)


def test_work_that_nobody_wants_does_not_count():
    plan = _solved(_problem(installed=(90.0, 0.0), demand=30.0, capability=_clock(100.0, 1e6)))
    np.testing.assert_allclose(plan.reached[:, 0], [0, 0, 0, 1, 1], atol=1e-9)


def test_rented_work_does_not_count():
    problem = _problem(installed=(0.0, 0.0), ceiling=60.0, capability=_clock(60.0, 1e6))
    plan = _solved(problem)
    np.testing.assert_allclose(plan.unmet, 0.0, atol=1e-6)
    np.testing.assert_allclose(plan.reached, 0.0, atol=1e-9)
    assert plan.ledger[Item.DELAY].sum() == pytest.approx(QUARTERS * 1e6)


def test_a_dearer_delay_buys_the_capability_earlier():
    """A chip costs 600 net of the work it saves; 50 of them save three of five quarters."""
    waited = []
    for price in (1.0, 7_000.0, 11_000.0):
        problem = _problem(installed=(0.0, 0.0), supply=80.0, capability=_clock(100.0, price))
        plan = _solved(problem)
        assert set(np.round(plan.reached[:, 0], 6)) <= {0.0, 1.0}
        waited.append(float((1.0 - plan.reached[:, 0]).sum()))
    assert waited == pytest.approx([5.0, 5.0, 2.0])


def test_the_clock_counts_along_each_branch_and_in_the_tail():
    """Where demand stays away in one branch, its clock runs on, and the tail weighs it."""
    tree = tree_from_chain(np.full((4, 2, 2), 0.5), np.array([0.5, 0.5]), branching={1: 2})
    path = _problem(installed=(40.0, 0.0), capability=_clock(90.0, 7.0))
    problem = with_node_values(path, tree, lambda values: values[tree.stage])
    wanted = np.where(np.arange(tree.n_nodes) % 2 == 1, 0.0, 60.0)[:, None]
    work = replace(problem.work, demand=wanted)
    for weight in (0.0, 1.0):
        risk = replace(problem.risk, weight=weight, tail=0.5)
        plan = _solved(replace(problem, work=work, risk=risk))
        leaves = plan.reached[tree.leaves, 0]
        assert leaves.min() == pytest.approx(0.0)
        assert leaves.max() == pytest.approx(1.0)


def test_a_clock_that_is_said_to_stop_early_is_caught():
    problem = _problem(installed=(40.0, 0.0), capability=_clock(100.0, 7.0))
    plan = _solved(problem)
    early = replace(plan, reached=np.ones_like(plan.reached))
    assert "reached" in {one.rule for one in check_plan(problem, early)}
    free = {**plan.ledger, Item.DELAY: 0.0 * plan.ledger[Item.DELAY]}
    assert check_plan(problem, replace(plan, ledger=free)) != ()


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"capability": _clock(0.0, 7.0)}, "work.capability.target[0]"),
        ({"capability": _clock(np.nan, 7.0)}, "work.capability.target[0]"),
        ({"capability": _clock(100.0, 0.0)}, "work.capability.delay_price[0]"),
        ({"gang": _gang(-1.0)}, "work.gang[0]"),
        ({"gang": np.ones(2)}, "work.gang"),
    ],
)
def test_an_ill_posed_wish_is_refused(wish, field):
    with pytest.raises(ProblemError) as caught:
        _problem(installed=(40.0, 0.0), **wish)
    assert caught.value.fieldname == field


def test_no_budget_pays_for_waiting():
    budget = Budget(release=np.full(QUARTERS, 1e6), pays=frozenset({Item.DELAY}))
    with pytest.raises(ProblemError, match="waiting is weighed"):
        replace(_problem(installed=(40.0, 0.0)), budget=budget)


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"gang": np.full(6, 10.0)}, "yes-or-no choice"),
        (
            {"capability": Capability(target=np.full(6, 1e3), delay_price=np.ones(6))},
            "no work done",
        ),
    ],
)
def test_the_policy_graph_refuses_both_by_name(wish, reason):
    graph = packaged_graph(quarters=4)
    with pytest.raises(ProblemError, match=reason) as caught:
        replace(graph, work=replace(graph.work, **wish))
    assert caught.value.fieldname == f"work.{next(iter(wish))}"
