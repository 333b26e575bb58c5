"""Intervals of the domestic share: order, coverage, and the walk that skips what holds already."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from narrows.planning import optimum, packaged_instance, relax, shares_hold
from narrows.study.bridge.variants import share_weight, with_share
from narrows.study.schema import ShareBasis
from narrows.study.uncertain.bands import DRAWS, outer_draws
from narrows.study.uncertain.shares import costs_by_share, share_question

GRID = (0.0, 0.2, 0.5, 0.8)


def test_the_walk_gives_the_costs_of_cold_solves(world):
    drawn = world.at(outer_draws(world)[1])
    base = optimum(drawn.problem)
    question = share_question(drawn, [ShareBasis.TPP])
    walked = costs_by_share(question, ShareBasis.TPP, GRID, base=base)
    weight = share_weight(drawn.facts, drawn.offers, ShareBasis.TPP)
    cold = [optimum(with_share(drawn.problem, drawn.offers, weight, share)).cost for share in GRID]
    assert walked == pytest.approx(cold, rel=1e-7)


def test_a_share_that_holds_changes_no_optimum_and_one_that_does_not_costs():
    problem = packaged_instance(quarters=5)
    free = relax(replace(problem, shares=()))
    kept = relax(problem)
    assert shares_hold(problem, kept.orders)
    assert not shares_hold(problem, free.orders)
    assert kept.objective > free.objective
    none = replace(problem.shares[0], share=np.zeros(problem.tree.n_nodes))
    assert shares_hold(replace(problem, shares=(none,)), free.orders)


def test_the_range_of_the_draws_covers_nine_in_ten():
    random = np.random.default_rng(3)
    drawn = random.lognormal(size=(20_000, DRAWS + 1))
    inside = (drawn[:, 0] >= drawn[:, 1:].min(axis=1)) & (drawn[:, 0] <= drawn[:, 1:].max(axis=1))
    assert inside.mean() == pytest.approx(0.9, abs=0.01)


def test_draws_are_the_same_each_time_and_move_every_input(world):
    first, again = outer_draws(world), outer_draws(world)
    assert first == again
    assert len(first) == DRAWS
    assert all(set(one) == set(world.inputs) for one in first)


def test_every_point_of_the_result_has_an_ordered_interval(h200):
    points = h200["sensitivities"]["domestic_share"]
    assert len(points) == len(GRID) * len(ShareBasis)
    for point in points:
        for band in (point["band"]["change"], point["band"]["cost_cny"]):
            assert band["p05"] <= band["p50"] <= band["p95"]
        # The tree of the draws is smaller than the plan's; the difference must be small beside the
        # band that rests on it.
        width = point["band"]["change"]["p95"] - point["band"]["change"]["p05"]
        away = abs(point["band"]["middle_change"] - point["change"])
        assert away <= 0.1 * width + 1e-4
    for basis in ShareBasis:
        tops = [p["band"]["change"]["p95"] for p in points if p["basis"] == basis]
        assert all(after >= before - 1e-9 for before, after in pairwise(tops))
    assert max(p["band"]["change"]["p95"] for p in points) > 0.01
