"""Rolling use of the policy graph: the past stays, the rest is planned anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.planning import (
    Ahead,
    Cuts,
    Futures,
    ProblemError,
    Risk,
    TrainOptions,
    carried_cuts,
    keep_books,
    merge_alike_sites,
    open_books,
    packaged_graph,
    place_of,
    replay_decided,
    roll,
    sample_futures,
    train,
    with_porting_plan,
)

EXACT = TrainOptions(iterations=300, exact_shocks=None, core=0.0, stall=1e-13, patience=40)
KNOWN = replace(
    packaged_graph(quarters=6, regimes=2, shocks=1), transition=np.stack([np.eye(2)] * 5)
)
"""Deterministic: the regime never changes and there is one shock."""
CERTAIN = with_porting_plan(merge_alike_sites(KNOWN))
UNSURE = with_porting_plan(merge_alike_sites(packaged_graph(quarters=6, regimes=3, shocks=2)))


def _pass_quarter(policy):
    """Return what the first quarter cost, and the books after it."""
    graph = policy.graph
    here = np.full((1, graph.n_stages), graph.start)
    now = Futures(regimes=here, shocks=np.zeros_like(here))
    _, decided = replay_decided(policy, now)
    place = place_of(graph, 0, now.regimes[:, 0], now.shocks[:, 0])
    booked = keep_books(graph, open_books(graph, 1), place, decided[0])
    return float(booked.cost(1.0)[0]), booked.books


def test_no_news_reproduces_the_cost_of_the_first_plan_over_four_quarters():
    policy = planned = train(CERTAIN, EXACT)
    past, worth = 0.0, 1.0
    for _ in range(4):
        cost, books = _pass_quarter(policy)
        past, worth = past + worth * cost, worth * CERTAIN.risk.discount
        policy = train(roll(policy.graph, books, regime=1), EXACT)
        assert past + worth * policy.bound == pytest.approx(planned.bound, rel=1e-6)


def test_the_booked_past_is_what_the_next_quarter_begins_with():
    policy = train(UNSURE, TrainOptions(iterations=30))
    _, books = _pass_quarter(policy)
    rolled = roll(UNSURE, books, regime=1)
    again = open_books(rolled, 1)
    for field in ("fleet", "caps", "shares", "budget"):
        np.testing.assert_allclose(getattr(again, field), getattr(books, field), rtol=1e-12)
    for field in ("transit", "transit_value"):
        within = getattr(books, field)[:, : rolled.n_stages]
        np.testing.assert_allclose(getattr(again, field), within, rtol=1e-12)
    assert rolled.axes.quarters == UNSURE.axes.quarters[1:]
    assert books.transit.sum() > 0.0


def test_what_waits_in_bond_waits_on():
    hold = np.where(np.arange(len(UNSURE.offers.lot)) < 3, 3, -1)
    deliver = UNSURE.offers.may_deliver.copy()
    deliver[:3] = 0.0
    held = replace(UNSURE, offers=replace(UNSURE.offers, hold_until=hold, may_deliver=deliver))
    books = open_books(held, 1)
    books.bond[0, 0, 0], books.bond_value[0, 0, 0] = 2.0, 5e6
    rolled = roll(held, books, regime=1)
    assert rolled.offers.booked[0, 0, 0] == 2.0
    assert rolled.offers.booked_value[0, 0, 0] == 5e6
    assert list(rolled.offers.hold_until[:4]) == [2, 2, 2, -1]


def test_a_porting_under_way_is_paid_for_and_comes_a_quarter_sooner():
    (stack, workload), *_ = np.argwhere(CERTAIN.porting_start == 0)
    _, books = _pass_quarter(train(CERTAIN, EXACT))
    rolled = roll(CERTAIN, books, regime=1)
    for quarter in range(rolled.n_stages):
        np.testing.assert_array_equal(rolled.ported_by(quarter), CERTAIN.ported_by(quarter + 1))
    assert rolled.porting_bill(0) == CERTAIN.porting_bill(1)
    assert rolled.porting.cost[stack, workload] == 0.0 or rolled.porting.done[stack, workload]


@pytest.mark.parametrize("weight", [0.0, 0.3])
def test_cuts_carried_over_are_worth_what_training_anew_finds(weight):
    risk = Risk(discount=UNSURE.risk.discount, weight=weight, tail=0.8)
    graph = replace(UNSURE, risk=risk)
    policy = train(graph, TrainOptions(iterations=120 if weight else 60))
    _, books = _pass_quarter(policy)
    rolled = roll(graph, books, regime=2)
    ahead = Ahead(quarters=1, cuts=carried_cuts(policy, rolled))
    quick = train(rolled, TrainOptions(iterations=1), ahead=ahead)
    full = train(rolled, TrainOptions(iterations=200, exact_shocks=None))
    assert quick.bound == pytest.approx(full.bound, rel=1e-3)


def _mean_cost_of_rolling(futures, end_value, quarters):
    """Roll along each future, looking ahead a few quarters each time; return the mean cost."""
    first = train(UNSURE, TrainOptions(iterations=80))
    totals = []
    for regimes in futures.regimes:
        policy, total, worth = first, 0.0, 1.0
        for t in range(UNSURE.n_stages):
            graph = policy.graph
            cuts = end_value(policy)
            ahead = Ahead(quarters=min(quarters, graph.n_stages), cuts=cuts)
            now = train(graph, TrainOptions(iterations=15), ahead=ahead)
            cost, books = _pass_quarter(now)
            total, worth = total + worth * cost, worth * graph.risk.discount
            if t + 1 < UNSURE.n_stages:
                rolled = roll(graph, books, regime=int(regimes[t + 1]))
                carried = carried_cuts(policy, rolled)
                policy = replace(policy, graph=rolled, cuts=carried)
        totals.append(total)
    return float(np.mean(totals))


def test_an_end_value_from_cuts_beats_none_on_simulated_futures():
    graph = UNSURE
    futures = sample_futures(graph, 8, seed=9)

    def none(policy):
        return tuple(
            tuple(Cuts(intercept=c.intercept[:0], slope=c.slope[:0]) for c in stage)
            for stage in policy.cuts
        )

    with_cuts = _mean_cost_of_rolling(futures, lambda policy: policy.cuts, 2)
    without = _mean_cost_of_rolling(futures, none, 2)
    assert with_cuts < without * 0.95


def test_what_does_not_roll_is_refused():
    books = open_books(UNSURE, 1)
    with pytest.raises(ProblemError, match="overdrawn"):
        roll(UNSURE, replace(books, budget=np.array([-1e7])), regime=1)
    with pytest.raises(ProblemError, match="porting plan"):
        roll(UNSURE, replace(books, begun=books.begun + 0.5), regime=1)
    policy = train(UNSURE, TrainOptions(iterations=2))
    with pytest.raises(ProblemError, match="quarter later"):
        carried_cuts(policy, CERTAIN)
    with pytest.raises(ProblemError, match="outside the horizon"):
        train(UNSURE, ahead=Ahead(quarters=7, cuts=policy.cuts))
    with pytest.raises(ProblemError, match="quarters and regimes"):
        train(UNSURE, ahead=Ahead(quarters=2, cuts=policy.cuts[:3]))
