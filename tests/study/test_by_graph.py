"""Who decided the first orders: the graph, the tree when asked, or the tree with a reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.brief import render_html
from narrows.planning import check_plan
from narrows.study import Planner, run_study
from narrows.study.bridge.graph import Refused
from narrows.study.by_graph import ByGraph
from narrows.study.sections.planner import REASONS, planner_section


@pytest.fixture(scope="module")
def planner(h200):
    return h200["study"]["planner"]


def test_the_graph_decides_the_packaged_study(h200, planner):
    assert planner["by"] == "graph"
    ordered = {entry["system"]: entry["chips"] for entry in h200["orders"] if entry["chips"]}
    assert {row["system"]: row["graph"] for row in planner["orders"] if row["graph"]} == ordered
    assert len(planner["regimes"]) == 6


def test_the_policy_is_near_its_bound(planner):
    simulated = planner["simulated"]
    assert planner["bound_cny"] < simulated["weighed_upper_cny"]
    assert 0.0 < planner["gap"] < 0.02
    assert planner["gap"] == pytest.approx(
        simulated["weighed_upper_cny"] / planner["bound_cny"] - 1.0
    )
    assert abs(planner["whole_lot_loss"]) < 0.01


def test_graph_and_tree_agree_on_what_the_answer_says(planner):
    both = {row["system"]: (row["graph"], row["tree"]) for row in planner["orders"]}
    assert both["h200"][0] == both["h200"][1]
    assert both["ascend-910c"][0] == pytest.approx(both["ascend-910c"][1], rel=0.02)
    assert 0.0 <= planner["tree"]["extra"] < 0.005


def test_the_tree_explains_the_orders_of_the_graph(answered):
    assert isinstance(answered.graph, ByGraph)
    assert check_plan(answered.problem, answered.plan) == ()
    lots = answered.plan.orders[0]
    np.testing.assert_allclose(lots, np.round(lots), atol=1e-6)
    assert answered.plan.objective >= answered.graph.tree.bound


def test_orders_are_told_by_quarter_and_regime(h200, planner):
    chances = {}
    for row in planner["by_regime"]:
        chances[row["quarter"]] = chances.get(row["quarter"], 0.0) + row["chance"]
    assert list(chances) == ["2026Q2", "2026Q3", "2026Q4", "2027Q1"]
    assert all(0.9 < chance < 1.0 + 1e-9 for chance in chances.values())
    assert {row["regime"] for row in planner["by_regime"]} <= set(planner["regimes"])


def test_the_tree_alone_decides_when_asked():
    result = run_study("lab", planner=Planner.TREE).document
    assert result["study"]["planner"]["by"] == "tree"
    (said,) = result["study"]["planner"]["said"]
    assert said["id"] == "study.planner.tree_chosen"


def test_what_the_graph_cannot_carry_is_said_in_every_language(h200, answered):
    refused = replace(answered, graph=Refused("work.gang", "a gang is a yes-or-no choice"))
    told = {**h200, "study": {**h200["study"], "planner": planner_section(refused, ())}}
    page = render_html(told, language="en")
    for words in ("a gang is a yes-or-no choice", "成組要求", "成组要求"):
        assert words in page


@pytest.mark.parametrize("field", [*REASONS, "something.new"])
def test_every_refusal_has_a_word(answered, field):
    section = planner_section(replace(answered, graph=Refused(field, "why")), ())
    (said,) = section["said"]
    assert said["values"]["why"].startswith("planner_")
