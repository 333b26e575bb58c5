"""Decisions by regime, flows of money and the cost of waiting: true to the plan they come from."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from narrows.planning import packaged_instance, relax
from narrows.study.sections.decisions import branching_stages, decisions_section
from narrows.study.sections.flows import delivered_money, flows_section, rented_money, work_shares
from narrows.study.sections.waiting import wait, waiting_section
from narrows.study.sections.work import reference_quarters, work_section


@pytest.fixture(scope="module")
def problem():
    return packaged_instance(quarters=6)


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


def test_work_done_and_work_left_undone_make_the_demand(problem, plan):
    reference = problem.axes.systems[0]
    rate = problem.work.rate[0]
    done = np.concatenate(reference_quarters(problem, plan, reference)).sum(axis=0) * rate
    chance = problem.tree.probability[:, None]
    wanted = (chance * problem.work.demand).sum(axis=0)
    undone = (chance * plan.unmet).sum(axis=0)
    assert done == pytest.approx(wanted - undone, rel=1e-6)
    links = work_section(problem, plan, reference, ())
    assert sum(link["chip_quarters"].value for link in links) == pytest.approx(
        (done / rate).sum(), rel=1e-3
    )


def test_work_that_the_reference_cannot_do_has_no_measure(problem, plan):
    rate = problem.work.rate.copy()
    rate[0, 1] = 0.0
    blind = replace(problem, work=replace(problem.work, rate=rate))
    links = work_section(blind, plan, problem.axes.systems[0], ())
    assert problem.axes.workloads[1] not in {link["to"] for link in links}
    assert problem.axes.workloads[0] in {link["to"] for link in links}


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
