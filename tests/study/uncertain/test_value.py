"""What knowing and waiting are worth to the packaged study: signs, orders, and what is reached."""

from itertools import pairwise

import numpy as np
import pytest

from narrows.catalog import data_root
from narrows.cli import main
from narrows.study.value import SIGNAL_QUARTER, _document, signal_tree


@pytest.fixture(scope="module")
def value(answered):
    return _document(answered, lambda _: None)


def test_foresight_is_worth_more_than_any_signal(value):
    assert value["evpi_cny"] > 0.0
    assert value["vss_cny"] >= -1e-6 * value["cost_cny"]
    assert value["signals"]
    assert all(0.0 <= one["value_cny"] <= value["evpi_cny"] for one in value["signals"])


def test_chances_are_those_of_the_regimes(value, answered):
    chances = answered.outlook.chain.p_regime(quarters=SIGNAL_QUARTER)[SIGNAL_QUARTER]
    by_name = dict(zip(answered.outlook.chain.names, chances, strict=True))
    assert all(one["chance"] == pytest.approx(by_name[one["regime"]]) for one in value["signals"])


def test_waiting_longer_costs_no_less(value):
    costs = [one["cost_cny"] for one in value["waiting"]]
    assert costs[0] > 0.0
    assert all(after >= before - 1.0 for before, after in pairwise(costs))


def test_service_is_bought(value):
    front = value["front"]
    assert all(after["unmet"] < before["unmet"] for before, after in pairwise(front))
    assert all(after["cost_cny"] >= before["cost_cny"] for before, after in pairwise(front))


def test_a_signal_tells_whether_and_leaves_the_chances_alone(answered):
    outlook, quarters = answered.outlook, answered.facts.study.quarters
    place = outlook.chain.names.index("customs_shut")
    tree = signal_tree(outlook, quarters, place)
    told = tree.at_stage(SIGNAL_QUARTER)
    assert len(told) == 2
    assert sorted(tree.belief[told][:, place]) == pytest.approx([0.0, 1.0])
    chances = outlook.chain.p_regime(quarters=quarters - 1)
    for stage in range(quarters):
        nodes = tree.at_stage(stage)
        mixed = tree.probability[nodes] @ tree.belief[nodes]
        np.testing.assert_allclose(mixed, chances[stage], atol=1e-12)


def test_a_study_without_a_plan_names_the_rule_the_quarter_and_the_shortfall(tmp_path, capsys):
    text = (data_root() / "studies" / "h200.yaml").read_text(encoding="utf-8")
    before = "    ttft_limit: 5 s\n"
    assert before in text
    path = tmp_path / "study.yaml"
    path.write_text(text.replace(before, f"{before}    unmet_share_max: 0.0\n"), encoding="utf-8")
    assert main(["run", str(path), "--output", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert "rule demand of chat-serving cannot hold in 2026Q1 (short by" in error
    assert "held by" in error
    assert error.count("\n") == 1


def test_the_verb_prints_words_and_refuses_who_plans_nothing(capsys):
    assert main(["value", "h200-seller"]) == 2
    assert "plans no orders" in capsys.readouterr().err
