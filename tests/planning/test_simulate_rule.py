"""The vectorised simulator: its books against the optimiser's, its rules against the law."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.planning import (
    Counted,
    FirstPlanOnly,
    FixedPlan,
    NestedRisk,
    OrdersByRegime,
    OrdersPathByPath,
    ProblemError,
    TrainOptions,
    mean_future,
    merge_alike_sites,
    packaged_graph,
    relax,
    replay_decided,
    sample_futures,
    simulate_rule,
    table_by_regime,
    train,
    with_porting_plan,
)
from narrows.planning.policy.bookkeeping import keep_books
from narrows.planning.policy.books import nothing_decided, open_books, place_of
from narrows.planning.policy.dispatch import dispatch

BARE = packaged_graph(quarters=5, regimes=3, shocks=2)
GIVEN = with_porting_plan(merge_alike_sites(BARE))
POLICY = train(GIVEN, TrainOptions(iterations=40))
SEEN = sample_futures(GIVEN, 80, seed=3)
REPLAYED, DECIDED = replay_decided(POLICY, SEEN)
ORDERS = np.stack([page.order for page in DECIDED], axis=1)
MANY = sample_futures(GIVEN, 6000, seed=4)


def _in_bond_with_split_leads():
    lead = BARE.offers.lead.copy()
    lead[0] = [0.25, 0.5, 0.25, 0.0]
    hold = np.where(np.arange(len(BARE.offers.lot)) < 3, 3, -1)
    return replace(BARE, offers=replace(BARE.offers, hold_until=hold, lead=lead))


def _counted_on_delivery():
    caps = (replace(BARE.caps[0], counted=Counted.DELIVERY, carry=0.5),)
    shares = (replace(BARE.shares[0], counted=Counted.DELIVERY, carry=0.5),)
    return replace(BARE, caps=caps, shares=shares)


def _counted_on_the_fleet():
    return replace(BARE, shares=(replace(BARE.shares[0], counted=Counted.FLEET),))


def _power_that_falls():
    power = BARE.sites.power_kw.copy()
    power[:, 3:] *= 0.4
    return replace(BARE, sites=replace(BARE.sites, power_kw=power))


def _work_bound_to_a_site():
    runs_at = BARE.work.runs_at.copy()
    runs_at[:2, 1:] = False
    return replace(BARE, work=replace(BARE.work, runs_at=runs_at))


def _orders_that_may_be_cancelled():
    lead = np.zeros_like(BARE.offers.lead)
    lead[:, 2] = 1.0
    refund = np.full_like(BARE.offers.cancel_refund, np.nan)
    refund[3:] = 0.9
    demand = BARE.work.demand.copy()
    demand[3::3] *= 1e-3
    steps = np.array([[0.98, 0.01, 0.01], [0.4, 0.5, 0.1], [0.1, 0.3, 0.6]])
    offers = replace(
        BARE.offers, lead=lead, cancel_refund=refund, end_value=BARE.offers.end_value * 0.0
    )
    work = replace(BARE.work, demand=demand, unmet_price=BARE.work.unmet_price * 20.0)
    return replace(BARE, offers=offers, work=work, transition=np.stack([steps] * 4))


def _deliveries_that_overrun_a_cap():
    quota = BARE.caps[0].quota.copy()
    quota[6:] = 0.0
    cap = replace(BARE.caps[0], quota=quota, counted=Counted.DELIVERY, carry=0.0)
    deliver = np.ones_like(BARE.offers.may_deliver)
    installed = BARE.fleet.installed
    unmet = BARE.work.unmet_price * 1e4
    return replace(
        BARE,
        caps=(cap,),
        shares=(),
        offers=replace(BARE.offers, may_deliver=deliver),
        fleet=replace(BARE.fleet, installed=installed),
        work=replace(BARE.work, unmet_price=unmet),
    )


@pytest.mark.parametrize(
    "graph",
    [
        BARE,
        GIVEN,
        replace(BARE, risk=NestedRisk(discount=0.9, weight=0.5, tail=0.8)),
        replace(BARE, budget=None),
        _in_bond_with_split_leads(),
        _counted_on_delivery(),
        _counted_on_the_fleet(),
        _power_that_falls(),
        _work_bound_to_a_site(),
        _deliveries_that_overrun_a_cap(),
        _orders_that_may_be_cancelled(),
    ],
    ids=[
        "bare",
        "given",
        "risk",
        "no budget",
        "bond",
        "delivery",
        "fleet",
        "falls",
        "bound",
        "over",
        "cancel",
    ],
)
def test_equal_decisions_cost_the_same_in_books_and_programme(graph):
    policy = train(graph, TrainOptions(iterations=12))
    futures = sample_futures(graph, 40, seed=5)
    replayed, decided = replay_decided(policy, futures)
    books, cost = open_books(graph, 40), np.zeros_like(replayed.cost)
    for t, page in enumerate(decided):
        place = place_of(graph, t, futures.regimes[:, t], futures.shocks[:, t])
        booked = keep_books(graph, books, place, page)
        books, cost[:, t] = booked.books, booked.cost(graph.risk.discount**t)
        np.testing.assert_allclose(books.fleet.sum(axis=2), replayed.fleet[:, t], atol=1e-5)
    np.testing.assert_allclose(cost, replayed.cost, rtol=1e-6, atol=1.0)
    np.testing.assert_allclose(cost.sum(axis=1), replayed.total, rtol=1e-6)


def test_cancelling_is_in_the_pair_check():
    graph = _orders_that_may_be_cancelled()
    policy = train(graph, TrainOptions(iterations=12))
    _, decided = replay_decided(policy, sample_futures(graph, 40, seed=5))
    assert sum(page.cancelled.sum() for page in decided) > 1.0


def test_an_overrun_rule_is_paid_for_alike():
    """The pair check above would prove little of penalties if none were ever paid."""
    graph = _deliveries_that_overrun_a_cap()
    replayed, _ = replay_decided(
        train(graph, TrainOptions(iterations=12)), sample_futures(graph, 40, seed=5)
    )
    assert replayed.breaches > 0


def test_orders_of_the_policy_are_admitted_and_cost_little_more_without_a_solver():
    run = simulate_rule(GIVEN, OrdersPathByPath(lots=ORDERS), SEEN)
    assert run.breaches == 0
    np.testing.assert_allclose(run.orders.sum(), REPLAYED.orders.sum(), rtol=0.02)
    assert 0.99 < run.mean / REPLAYED.mean < 1.12


def test_what_never_reacts_costs_more_than_what_reacts_and_ordering_more_than_nothing():
    plan = relax(mean_future(GIVEN)).orders
    table = table_by_regime(GIVEN, SEEN, ORDERS)
    costs = [
        simulate_rule(GIVEN, rule, MANY).mean
        for rule in (table, FixedPlan(lots=plan), FirstPlanOnly(lots=np.zeros_like(plan[0])))
    ]
    assert POLICY.bound < costs[0] < costs[1] < costs[2]


def test_orders_do_not_depend_on_company_and_costs_hardly_do():
    """Alike futures trade work at one price, that of their means."""
    rule = FixedPlan(lots=relax(mean_future(GIVEN)).orders)
    alone = simulate_rule(GIVEN, rule, MANY.some(slice(4000, 4500)))
    together = simulate_rule(GIVEN, rule, MANY)
    np.testing.assert_allclose(together.orders[4000:4500], alone.orders, atol=1e-9)
    assert together.total[4000:4500].mean() == pytest.approx(alone.mean, rel=5e-3)


def test_no_more_is_ordered_than_the_rules_admit():
    greedy = FixedPlan(lots=np.full((5, *GIVEN.sites.takes.shape), 1e6))
    run = simulate_rule(GIVEN, greedy, MANY)
    nodes = np.arange(5)[None] * 3 + MANY.regimes
    supply = GIVEN.offers.may_order[nodes] * GIVEN.offers.supply[nodes]
    factor = np.where(np.arange(5)[None, :, None] > 0, GIVEN.shocks.supply[MANY.shocks], 1.0)
    chips = run.orders * GIVEN.offers.lot
    assert np.all(chips <= supply * factor * (1 + 1e-9))
    cap = GIVEN.caps[0]
    quota = cap.quota[nodes] * np.where(np.arange(5) > 0, GIVEN.shocks.quota[MANY.shocks], 1.0)
    used = chips[:, :, cap.systems].sum(axis=2).cumsum(axis=1)
    assert np.all(used <= quota.cumsum(axis=1) * (1 + 1e-9))
    drawn = run.fleet @ GIVEN.fleet.power_kw
    assert np.all(drawn <= GIVEN.sites.power_kw.sum(axis=0) * (1 + 1e-9))
    assert run.breaches == 0


def test_work_done_rented_and_undone_cover_the_demand_with_chips_that_stand():
    graph = with_porting_plan(_work_bound_to_a_site())
    place = place_of(graph, 2, MANY.regimes[:50, 2], MANY.shocks[:50, 2])
    fleet = np.random.default_rng(1).uniform(0.0, 300.0, (50, *graph.sites.takes.shape))
    decided = nothing_decided(graph, 50)
    dispatch(graph, place, fleet, decided)
    demand = graph.work.demand[place.node] * graph.shocks.demand[place.shock]
    chips = decided.assigned + decided.assigned_at.sum(axis=2)
    own = (chips * graph.work.rate).sum(axis=1)
    rented = (decided.rented * graph.rental.rate).sum(axis=1)
    np.testing.assert_allclose(own + rented + decided.unmet, demand, rtol=1e-9)
    up = fleet * graph.fleet.availability[:, None]
    assert np.all(chips.sum(axis=2) <= up.sum(axis=2) * (1 + 1e-9))
    assert np.all(decided.assigned_at.sum(axis=3) <= up * (1 + 1e-9))
    assert np.all(decided.assigned_at[:, :, 1:, :2] == 0.0)
    assert np.all(decided.assigned[:, :, :2] == 0.0)
    assert np.all(decided.rented.sum(axis=2) <= graph.rental.ceiling[place.node] * (1 + 1e-9))
    ported = graph.ported_by(2)[graph.porting.stack]
    assert np.all(chips[:, ~ported] == 0.0)


def test_a_table_with_an_unknown_cell_is_refused():
    lots = np.zeros((2, 3, 4, 1))
    lots[1, 2] = np.nan
    with pytest.raises(ProblemError, match="quarter 1, regime 2 has no order"):
        OrdersByRegime(lots=lots)
    few = SEEN.some(slice(1))
    with pytest.raises(ProblemError, match="more futures"):
        table_by_regime(GIVEN, few, ORDERS[:1])


def test_a_regime_seen_in_another_quarter_stands_in():
    """Two futures: the second is in regime 2 from the fourth quarter on."""
    regimes = np.array([[1, 1, 0, 1, 1], [1, 1, 1, 2, 2]])
    futures = replace(SEEN, regimes=regimes, shocks=np.zeros_like(regimes))
    orders = np.arange(10.0).reshape(2, 5)[:, :, None, None] * np.ones((1, 1, *ORDERS.shape[2:]))
    table = table_by_regime(GIVEN, futures, orders).lots[:, :, 0, 0]
    np.testing.assert_array_equal(table[:, 2], [0.0, 8.0, 8.0, 8.0, 9.0])
    np.testing.assert_array_equal(table[:, 1], [2.5, 3.5, 7.0, 3.0, 4.0])


def test_portings_left_open_are_refused():
    with pytest.raises(ProblemError, match="with_porting_plan"):
        simulate_rule(BARE, FirstPlanOnly(lots=np.zeros(BARE.sites.takes.shape)), SEEN)
