"""Orders fixed in advance, beside a policy that reacts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.planning import (
    ProblemError,
    Refused,
    TrainOptions,
    merge_alike_sites,
    packaged_graph,
    plan_fixed_list,
    relax,
    replay,
    replay_list,
    sample_futures,
    train,
    with_porting_plan,
)
from narrows.planning.policy.fan import fan

GRAPH = with_porting_plan(merge_alike_sites(packaged_graph(quarters=6, regimes=3, shocks=2)))
PLANNED_ON = sample_futures(GRAPH, 40, seed=3)
LIST = plan_fixed_list(GRAPH, PLANNED_ON)


def test_with_one_future_there_is_nothing_to_react_to():
    sure = packaged_graph(quarters=5, regimes=1, shocks=1)
    sure = with_porting_plan(merge_alike_sites(sure))
    only = sample_futures(sure, 1, seed=0)
    listed = plan_fixed_list(sure, only)
    policy = train(sure, TrainOptions(iterations=200, core=0.0, stall=1e-13))
    done = replay_list(sure, listed.lots, only, refused=Refused.DROPPED)
    assert listed.expected == pytest.approx(policy.bound, rel=1e-6)
    assert done.mean == pytest.approx(listed.expected, rel=1e-6)
    assert done.placed == pytest.approx(1.0)


def test_a_list_costs_no_less_than_orders_that_know_each_future():
    free = replace(GRAPH, porting=replace(GRAPH.porting, done=np.ones_like(GRAPH.porting.done)))
    listed = plan_fixed_list(free, PLANNED_ON)
    seen = relax(fan(free, PLANNED_ON).problem).objective
    assert listed.expected > seen


def test_a_policy_is_cheaper_than_the_list_on_the_same_futures():
    futures = sample_futures(GRAPH, 150, seed=7)
    reacting = replay(train(GRAPH, TrainOptions(iterations=60)), futures)
    for refused in Refused:
        done = replay_list(GRAPH, LIST.lots, futures, refused=refused)
        extra = done.cost - reacting.total
        assert extra.mean() > 3.0 * extra.std(ddof=1) / np.sqrt(len(extra))
        assert done.breaches == 0


def test_what_the_day_forbids_is_not_placed_and_not_paid_for():
    shut = with_porting_plan(merge_alike_sites(packaged_graph(quarters=5, regimes=1, shocks=1)))
    futures = sample_futures(shut, 1, seed=0)
    home = plan_fixed_list(shut, futures).lots
    wished = home.copy()
    wished[:, shut.shares[0].others] += 5.0
    plain = replay_list(shut, home, futures, refused=Refused.DROPPED)
    wishing = replay_list(shut, wished, futures, refused=Refused.RETRIED)
    assert wishing.placed < 1.0 == pytest.approx(plain.placed)
    assert wishing.mean == pytest.approx(plain.mean, rel=1e-9)


def test_a_list_that_overfills_the_sites_is_reported():
    futures = sample_futures(GRAPH, 20, seed=9)
    many = replay_list(GRAPH, np.full_like(LIST.lots, 1000.0), futures, refused=Refused.DROPPED)
    assert many.breaches > 0
    assert many.placed < 0.5


def test_asking_again_places_more():
    futures = sample_futures(GRAPH, 60, seed=9)
    dropped = replay_list(GRAPH, LIST.lots, futures, refused=Refused.DROPPED)
    retried = replay_list(GRAPH, LIST.lots, futures, refused=Refused.RETRIED)
    assert retried.placed >= dropped.placed


def test_the_open_path_has_no_weight_and_lets_all_pass():
    posed = fan(GRAPH, PLANNED_ON)
    offers = posed.problem.offers
    path = posed.open_path
    assert posed.problem.tree.probability[path[1:]].max() == 0.0
    assert offers.may_deliver[path[1:]].min() == 1.0
    assert (offers.price[path[1:]] >= offers.price[posed.paths[0][1:]]).all()


def test_portings_left_to_the_policy_are_refused():
    with pytest.raises(ProblemError, match="porting_start"):
        plan_fixed_list(replace(GRAPH, porting_start=None), PLANNED_ON)


def test_orders_allowed_in_part_are_refused():
    offers = replace(GRAPH.offers, may_order=GRAPH.offers.may_order * 0.5)
    with pytest.raises(ProblemError, match="may_order"):
        plan_fixed_list(replace(GRAPH, offers=offers), PLANNED_ON)
