"""The policy graph of a study is the study's tree problem, seen in every quarter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.planning import PolicyGraph, Problem, relax, tree_from_chain, unfold
from narrows.study.bridge.graph import Refused, bare_graph, make_graph, regimes_of
from narrows.study.bridge.lump import lumps
from narrows.study.bridge.outlook import look_ahead
from narrows.study.bridge.passage import find_ways, passage_by
from narrows.study.bridge.problem import make_problem

QUARTERS = 4


@pytest.fixture(scope="module")
def short(answered):
    """The packaged study over four quarters: outlook, ways, and its tree branching every time."""
    study = replace(answered.facts.study, quarters=QUARTERS)
    facts = replace(answered.facts, study=study)
    outlook = look_ahead(facts, answered.outlook.line)
    ways = find_ways(facts, answered.planned, answered.judged, outlook=outlook)
    chain = outlook.chain
    tree = tree_from_chain(
        chain.steps[: QUARTERS - 1],
        chain.start,
        branching=dict.fromkeys(range(1, QUARTERS), len(chain.names)),
        regimes=chain.names,
    )
    passage = passage_by(ways, facts, answered.planned, answered.judged, tree=tree)
    rates = answered.rates.among([offer.id for offer in answered.planned])
    problem = make_problem(facts, answered.planned, rates, tree=tree, passage=passage)
    return problem, chain, ways


def test_unfolded_the_graph_of_a_study_is_its_tree(short):
    problem, chain, ways = short
    graph = bare_graph(problem, regimes_of(QUARTERS, chain, ways))
    same = unfold(replace(graph, porting_start=None))
    assert isinstance(same, Problem)
    assert relax(same).objective == pytest.approx(relax(problem).objective, rel=1e-6)


def test_what_no_graph_carries_is_refused_by_name(short):
    problem, chain, ways = short
    floored = replace(problem.work, unmet_max=problem.work.unmet_max * 0.5)
    refused = make_graph(replace(problem, work=floored), chain, ways)
    assert isinstance(refused, Refused)
    assert refused.field == "work.unmet_max"


def test_a_study_without_imports_has_one_regime(short):
    problem, _, _ = short
    assert regimes_of(problem.n_stages, None, short[2][1:]).names == ("only",)


def test_the_packaged_study_is_carried_with_its_right_to_cancel(answered):
    graph = make_graph(answered.problem, answered.outlook.chain, answered.ways)
    assert isinstance(graph, PolicyGraph)
    assert not np.isnan(graph.offers.cancel_refund).all()
    assert graph.risk == answered.problem.risk


def test_regimes_are_lumped_only_where_nothing_tells_them_apart():
    step = np.array([[0.5, 0.2, 0.3], [0.5, 0.3, 0.2], [0.5, 0.1, 0.4]])
    passage = np.array([[[1.0], [0.2], [0.2]]])
    everywhere = np.ones(3, dtype=np.bool_)
    np.testing.assert_array_equal(lumps(step[None], passage, everywhere), [0, 1, 1])
    leaning = step.copy()
    leaning[1] = [0.4, 0.4, 0.2]
    np.testing.assert_array_equal(lumps(leaning[None], passage, everywhere), [0, 1, 2])
    resembling = passage + np.array([[[0.0], [0.0], [1e-6]]])
    np.testing.assert_array_equal(lumps(step[None], resembling, everywhere), [0, 1, 2])
    without = np.array([True, True, False])
    np.testing.assert_array_equal(lumps(step[None], passage, without), [0, 1, -1])
