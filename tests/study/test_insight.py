"""Decisions by regime, flows of money and the cost of waiting: true to the plan they come from."""

from itertools import pairwise

import numpy as np
import pytest

from narrows.planning import packaged_instance, relax
from narrows.study.sections.decisions import branching_stages, decisions_section
from narrows.study.sections.flows import delivered_money, flows_section, rented_money, work_shares
from narrows.study.sections.waiting import wait, waiting_section


@pytest.fixture(scope="module")
def problem():
    return packaged_instance()


@pytest.fixture(scope="module")
def plan(problem):
    return relax(problem)


def test_every_yuan_of_a_delivery_flows_somewhere(problem, plan):
    shares = work_shares(plan)
    assert shares.sum(axis=1) == pytest.approx(1.0)
    paid = delivered_money(problem, plan).sum() + rented_money(problem, plan).sum()
    links = flows_section(problem, plan, ())
    assert sum(link["money_cny"].value for link in links) == pytest.approx(paid, rel=1e-6)


def test_flows_are_told_dearest_first(problem, plan):
    money = [link["money_cny"].value for link in flows_section(problem, plan, ())]
    assert money == sorted(money, reverse=True)


def test_the_nodes_of_a_level_are_certain_together(problem, plan):
    nodes = decisions_section(problem, plan)
    assert len(branching_stages(problem)) <= 3
    by_quarter = {}
    for node in nodes:
        by_quarter.setdefault(node["quarter"], []).append(node["chance"].value)
    assert all(sum(chances) == pytest.approx(1.0) for chances in by_quarter.values())


def test_every_node_but_the_first_hangs_on_one_that_is_shown(problem, plan):
    nodes = decisions_section(problem, plan)
    shown = {node["node"] for node in nodes}
    assert nodes[0]["above"] is None
    assert all(node["above"] in shown for node in nodes[1:])


def test_waiting_longer_is_never_cheaper(problem, plan):
    imports = np.ones(problem.sizes["K"], dtype=np.bool_)
    changes = [entry["change"].value for entry in waiting_section(problem, imports, base=plan)]
    assert changes[0] == pytest.approx(0.0, abs=1e-9)
    assert all(a <= b + 1e-7 for a, b in pairwise(changes))


def test_who_waits_orders_nothing_early(problem):
    imports = np.zeros(problem.sizes["K"], dtype=np.bool_)
    imports[0] = True
    held = relax(wait(problem, imports, 2))
    early = problem.tree.stage < 2
    assert held.orders[early][:, 0].sum() == pytest.approx(0.0, abs=1e-9)
