"""The tree of decisions, the flows and the cost of waiting as drawn."""

import re

import pytest

from narrows.brief import render_html
from narrows.brief.charts.decisions import DecisionChart, DecisionNode, draw_decisions
from narrows.brief.charts.drawing import NARROW, WIDE
from narrows.brief.charts.sankey import Ribbon, SankeyChart, draw_sankey

NODES = (
    DecisionNode("n0", None, "Q1", ("now", "10 H200")),
    DecisionNode("n1", "n0", "Q2", ("shut 60 %", "no order"), "shut"),
    DecisionNode("n2", "n0", "Q2", ("open 40 %", "20 H200"), "open"),
)


@pytest.mark.parametrize("sheet", [WIDE, NARROW])
def test_the_tree_draws_every_node_and_its_words(sheet):
    drawn = draw_decisions(DecisionChart(title="t", language="en", nodes=NODES), sheet)
    assert drawn.count("<circle") == len(NODES)
    for node in NODES:
        assert all(words in drawn for words in node.words)


def test_a_parent_stands_between_its_children():
    drawn = draw_decisions(DecisionChart(title="t", language="en", nodes=NODES), WIDE)
    heights = [float(y) for y in re.findall(r'<circle [^>]*cy="([0-9.]+)"', drawn)]
    assert heights[1] < heights[0] < heights[2]


def test_ribbons_and_bars_are_as_high_as_their_money():
    ribbons = (Ribbon("a", "x", 30.0), Ribbon("a", "y", 10.0), Ribbon("b", "x", 20.0))
    chart = SankeyChart(title="t", language="en", ribbons=ribbons, written={})
    drawn = draw_sankey(chart, WIDE)
    assert drawn.count("<polygon") == len(ribbons)
    bars = [float(h) for h in re.findall(r'<rect [^>]*height="([0-9.]+)"', drawn)]
    left, right = bars[:2], bars[2:]
    assert sum(left) == pytest.approx(sum(right), abs=0.3)
    assert left[0] / left[1] == pytest.approx(2.0, rel=0.01)


def test_a_page_without_them_has_no_section(result):
    assert "en-decisions" not in render_html(result, language="en")


def test_a_page_with_them_tells_them_in_every_language(result):
    result["futures"]["decisions"] = [
        {"node": "n0", "above": None, "quarter": "2026Q1", "regime": None, "chance": 1.0,
         "orders": [{"system": "h200", "chips": 100.0}]},
        {"node": "n1", "above": "n0", "quarter": "2026Q2", "regime": "customs_shut",
         "chance": 1.0, "orders": []},
    ]  # fmt: skip
    result["futures"]["flows"] = [{"from": "h200", "to": "training", "money_cny": 1e9}]
    result["futures"]["work"] = [
        {"from": "h200", "to": "training", "chip_quarters": 3e4},
        {"from": "h20", "to": "training", "chip_quarters": 1e4},
    ]
    result["sensitivities"]["waiting"] = [
        {"quarters": 0, "cost_cny": 1e9, "change": 0.0},
        {"quarters": 1, "cost_cny": 1.1e9, "change": 0.1},
    ]
    page = render_html(result, language="zh-Hant")
    assert "⟨" not in page
    assert page.count("-decisions") == 3
    assert "承擔 75%" in page
    assert "costs +10" in page
