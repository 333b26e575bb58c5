"""An independent check of a plan, written from the equations and not from the blocks.

It replays the plan node by node, the way a book-keeper would: what was ordered travels, meets the
gate, stands, works and costs. Nothing of the linear programme is used.
"""

from __future__ import annotations

import numpy as np

from narrows.planning.arrays import BoolArray, FloatArray
from narrows.planning.check_books import Books, Page, Violation
from narrows.planning.check_goals import check_capability, check_gang
from narrows.planning.check_money import check_banks, check_ledger, money, objective
from narrows.planning.plan import Plan
from narrows.planning.problem import Problem
from narrows.planning.tree import NO_NODE

SHARE_SEEN = 1e-9
"""Keeps a share of the demand finite where work is done that nobody wants."""


def check_plan(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Return every rule that a plan breaks; empty for a plan that may be shown.

    Checked: every rule of the blocks, every ledger item, the objective, whole numbers in the
    here-and-now quarters of a plan that promises them.
    """
    books: dict[int, Books] = {NO_NODE: _opening(problem)}
    found: list[Violation] = []
    for node in range(problem.tree.n_nodes):
        page = Page(node=node, quarter=problem.axes.quarters[int(problem.tree.stage[node])])
        before = books[int(problem.tree.parent[node])]
        books[node] = _replay(problem, plan, page, before)
        found += page.found
    page = Page(node=0, quarter=problem.axes.quarters[0])
    page.expect_equal("objective", plan.objective, objective(problem, plan))
    return (*found, *page.found)


def _opening(problem: Problem) -> Books:
    n = problem.sizes
    site = (n["K"], n["S"])
    return Books(
        transit=np.zeros((n["T"], n["L"], *site)),
        agreed=np.zeros((n["T"], n["K"])),
        waiting=np.zeros(site),
        waiting_value=np.zeros(site),
        fleet=problem.fleet.installed.copy(),
        ported_since=np.zeros((n["T"], n["Q"], n["W"])),
        worked=np.zeros(n["W"]),
        reached=np.zeros(n["W"]),
        caps=[cap.opening for cap in problem.caps],
        shares=[share.opening for share in problem.shares],
        budget=0.0 if problem.budget is None else problem.budget.opening,
    )


def _replay(problem: Problem, plan: Plan, page: Page, before: Books) -> Books:
    stage = int(problem.tree.stage[page.node])
    _check_order(problem, plan, page)
    transit, agreed, cancel_refund = _book_orders(problem, plan, page, before)
    leads = [lead for lead in range(transit.shape[1]) if lead <= stage]
    due = sum(transit[stage - lead, lead] for lead in leads)
    value = sum(transit[stage - lead, lead] * _lot_value(problem, agreed, stage - lead)
                for lead in leads)  # fmt: skip
    lots = before.waiting + due + problem.offers.booked[:, :, stage]
    lot_money = before.waiting_value + value
    if problem.offers.booked_value is not None:
        lot_money = lot_money + problem.offers.booked_value[:, :, stage]
    passes = problem.offers.may_deliver[page.node][:, None]
    holds = (stage < problem.offers.hold_until)[:, None]
    page.expect_equal("pipeline", plan.arrived[page.node],
                      passes * lots * problem.offers.lot[:, None])  # fmt: skip
    back = np.where(holds, 0.0, 1.0 - passes)
    page.expect_equal("pipeline", plan.turned_away[page.node], back * lots)
    after = Books(
        transit=transit,
        agreed=agreed,
        waiting=np.where(holds, (1.0 - passes) * lots, 0.0),
        waiting_value=np.where(holds, (1.0 - passes) * lot_money, 0.0),
        fleet=plan.fleet[page.node],
        ported_since=before.ported_since.copy(),
        worked=before.worked + plan.progress[page.node],
        reached=plan.reached[page.node],
        caps=list(before.caps),
        shares=list(before.shares),
        budget=before.budget,
    )
    _check_chips(problem, plan, page, before)
    _check_work(problem, plan, page, before, after)
    check_capability(problem, plan, page, before, after)
    check_gang(problem, plan, page)
    paid = money(problem, plan, page, before, passes * lot_money, back * lot_money, cancel_refund)
    check_ledger(plan, page, paid)
    check_banks(problem, plan, page, before, paid, after)
    return after


def _lot_value(problem: Problem, agreed: FloatArray, ordered: int) -> FloatArray:
    value: FloatArray = (agreed[ordered] * problem.offers.lot)[:, None]
    return value


def _check_order(problem: Problem, plan: Plan, page: Page) -> None:
    offers, lots = problem.offers, plan.orders[page.node]
    page.expect_at_most("supply", -lots, 0.0)
    chips = (lots * offers.lot[:, None]).sum(axis=1)
    page.expect_at_most("supply", chips, offers.may_order[page.node] * offers.supply[page.node])
    page.expect_at_most("site", np.where(problem.sites.takes, 0.0, lots), 0.0)
    if problem.tree.stage[page.node] < plan.whole_quarters:
        for grid in (lots, plan.ported[page.node]):
            page.expect_equal("whole", grid, np.round(grid))


def _book_orders(
    problem: Problem, plan: Plan, page: Page, before: Books
) -> tuple[FloatArray, FloatArray, float]:
    """Enter orders and cancellations; return transit, agreed prices and the refund."""
    offers, node = problem.offers, page.node
    stage = int(problem.tree.stage[node])
    transit, agreed = before.transit.copy(), before.agreed.copy()
    transit[stage] = offers.lead.T[:, :, None] * plan.orders[node][None]
    agreed[stage] = offers.price[node]
    refund = 0.0
    for age in range(1, min(stage, transit.shape[1] - 1) + 1):
        for lead in range(age + 1, transit.shape[1]):
            lots = plan.cancelled_tranches[node, :, :, age, lead]
            if not np.any(lots):
                continue
            transit[stage - age, lead] -= lots
            value = lots * _lot_value(problem, agreed, stage - age)
            may_cancel = ~np.isnan(offers.cancel_refund[:, age])
            page.expect_at_most("pipeline", lots[~may_cancel], 0.0)
            share = (np.nan_to_num(offers.cancel_refund[:, age]) * offers.deposit)[:, None]
            refund += float((value * share).sum())
    page.expect_at_most("pipeline", -transit, 0.0)
    page.expect_at_most("pipeline", -plan.cancelled_tranches[node], 0.0)
    return transit, agreed, refund


def _stays(problem: Problem) -> BoolArray:
    """Chips that may not be retired: ordered by the plan, at sites whose room never shrinks."""
    sites, old = problem.sites, problem.fleet.installed > 0.0
    old = old | (problem.offers.booked.sum(axis=2) > 0.0)
    shrinks = np.zeros(problem.sizes["S"], dtype=np.bool_)
    for room in (sites.power_kw, sites.floor):
        shrinks |= (np.diff(room, axis=1) < 0.0).any(axis=1)
    stays: BoolArray = ~(old | shrinks[None])
    return stays


def _check_chips(problem: Problem, plan: Plan, page: Page, before: Books) -> None:
    node, stage = page.node, int(problem.tree.stage[page.node])
    fleet = plan.fleet[node]
    page.expect_at_most("fleet", -fleet, 0.0)
    grown = before.fleet + plan.arrived[node]
    page.expect_at_most("fleet", fleet, grown)
    page.expect_at_most("fleet", np.where(_stays(problem), grown, 0.0), fleet)
    page.expect_at_most("power", problem.fleet.power_kw @ fleet, problem.sites.power_kw[:, stage])
    page.expect_at_most("floor", problem.fleet.floor @ fleet, problem.sites.floor[:, stage])
    up = problem.fleet.availability[:, None] * fleet
    at_site = plan.assigned_at[node].sum(axis=2)
    page.expect_at_most("assignment_at_sites", at_site, up)
    used = at_site.sum(axis=1) + plan.assigned[node].sum(axis=1)
    page.expect_at_most("assignment", used, up.sum(axis=1))
    banned = ~problem.work.runs_at.T[None, :, :]
    page.expect_at_most("site", np.where(banned, plan.assigned_at[node], 0.0), 0.0)
    page.expect_at_most("site", plan.assigned[node][:, problem.work.pinned], 0.0)


def _check_work(problem: Problem, plan: Plan, page: Page, before: Books, after: Books) -> None:
    node, stage, work = page.node, int(problem.tree.stage[page.node]), problem.work
    chips = plan.assigned[node] + plan.assigned_at[node].sum(axis=1)
    own = (chips * work.rate).sum(axis=0)
    page.expect_equal("demand", plan.own_work[node], own)
    rented = plan.rented[node]
    done = own + (rented * problem.rental.rate).sum(axis=0) + plan.unmet[node]
    page.expect_at_most("demand", work.demand[node], done)
    page.expect_at_most("demand", plan.unmet[node], work.unmet_max[node] * work.demand[node])
    wanted = np.where(work.demand[node] > 0.0, work.demand[node], 1.0)
    for grid in (chips, rented, plan.unmet[node] / wanted, plan.ported[node]):
        page.expect_at_most("sign", -grid, 0.0)
    page.expect_at_most("rental", rented.sum(axis=1), problem.rental.ceiling[node])
    allowed = problem.rental.allowed[node] * work.demand[node][None]
    page.expect_at_most("rental", rented * problem.rental.rate, allowed)
    _check_porting(problem, plan, page, before, after, chips)
    after.ported_since[stage] = plan.ported[node]


def _check_porting(
    problem: Problem, plan: Plan, page: Page, before: Books, after: Books, chips: FloatArray
) -> None:
    """Work on a stack needs the share of it that was ported early enough."""
    stage, porting = int(problem.tree.stage[page.node]), problem.porting
    now = plan.ported[page.node]
    page.expect_at_most("ported", now, 1.0)
    if stage > 0:
        page.expect_at_most("ported", before.ported_since[stage - 1], now)
    after.ported_since[stage] = now
    for stack, workload in np.argwhere(~porting.done):
        start = stage - int(porting.quarters[stack, workload])
        started = float(after.ported_since[start, stack, workload]) if start >= 0 else 0.0
        members = porting.stack == stack
        done = float((chips * problem.work.rate)[members, workload].sum())
        demand = float(problem.work.demand[page.node, workload])
        if done > 0.0:
            page.expect_at_most("porting", done / max(demand, done * SHARE_SEEN), started)
