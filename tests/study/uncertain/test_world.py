"""The problem of a study moves as its inputs do, and is itself where none moves."""

from dataclasses import replace

import numpy as np
import pytest

from narrows.planning import optimum
from narrows.study.bridge.outlook import BRANCHING as PLAN_BRANCHING
from narrows.study.uncertain.inputs import Input
from narrows.study.uncertain.world import make_world


@pytest.fixture(scope="module")
def middle(world):
    return world.at({})


def test_with_no_input_moved_it_is_the_problem_of_the_plan(answered):
    again = make_world(answered, PLAN_BRANCHING).at({}).problem
    plan = answered.problem
    assert np.array_equal(again.tree.probability, plan.tree.probability)
    for part in ("offers", "fleet", "sites", "work", "rental"):
        for name, values in vars(getattr(plan, part)).items():
            np.testing.assert_array_equal(getattr(getattr(again, part), name), values)


def test_every_input_changes_the_problem(world, middle):
    for one in world.inputs:
        moved = world.at({one: 0.95}).problem
        same = all(
            np.array_equal(getattr(getattr(moved, part), name), values, equal_nan=True)
            for part in ("offers", "fleet", "sites", "work", "rental", "porting", "budget", "tree")
            for name, values in vars(getattr(middle.problem, part)).items()
            if isinstance(values, np.ndarray)
        )
        quota = np.array_equal(moved.caps[0].quota, middle.problem.caps[0].quota)
        assert not (same and quota), one


@pytest.mark.parametrize(
    ("one", "sign"),
    [
        (Input.GATES, -1), (Input.PASSAGE, -1), (Input.SPEED_DOMESTIC, -1), (Input.DEMAND, 1),
        (Input.PRICE_DOMESTIC, 1), (Input.SUPPLY_DOMESTIC, -1), (Input.POWER_PRICE, 1),
    ],
)  # fmt: skip
def test_cost_moves_the_way_it_must(world, middle, one, sign):
    start = optimum(middle.problem)
    low, high = (optimum(world.at({one: share}).problem, start.basis) for share in (0.05, 0.95))
    assert sign * (high.cost - low.cost) > 0.0


def test_speeds_reach_their_quantiles(world):
    p05, p50, p95 = (world.bought.factor(share) for share in (0.05, 0.5, 0.95))
    rate = world.rates.each[0].speed
    assert p50 == pytest.approx(1.0)
    assert p05[0, 0] == pytest.approx(rate.p05 / rate.p50)
    assert p95[0, 0] == pytest.approx(rate.p95 / rate.p50)


def test_gates_are_ordered_by_what_they_let_through(world):
    let = next(way.let for way in world.ways if way.let is not None)
    passed = [
        float((tree.probability * tree.expected(let.deliver)).sum())
        for tree in (world.gates.at(share) for share in (0.01, 0.3, 0.6, 0.99))
    ]
    assert passed == sorted(passed)
    assert passed[-1] > passed[0]


def test_the_gates_of_a_single_quarter_are_one_node(world):
    tree = replace(world.gates, quarters=1).at(0.5)
    assert (tree.n_stages, tree.n_nodes) == (1, 1)
