"""The money and the banks of a plan, added up by hand."""

from __future__ import annotations

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.check_books import Books, Page
from narrows.planning.parts import Counted, Item, Measure, Risk
from narrows.planning.plan import Plan
from narrows.planning.problem import Problem
from narrows.planning.tree import Tree


def money(
    problem: Problem,
    plan: Plan,
    page: Page,
    before: Books,
    value_in: FloatArray,
    value_back: FloatArray,
    cancel_refund: float,
) -> dict[Item, float]:
    """Return what a node books, item by item, from the replayed quantities."""
    node, stage, offers = page.node, int(problem.tree.stage[page.node]), problem.offers
    fleet, deposit = plan.fleet[node], offers.deposit[:, None]
    order_value = plan.orders[node] * (offers.price[node] * offers.lot)[:, None]
    dutied = value_in
    if offers.booked_value is None:
        dutied = value_in + _booked_arrivals(problem, node) * offers.price[0][:, None]
    ported = plan.ported[node] - (before.ported_since[stage - 1] if stage else 0.0)
    back = problem.risk.discount ** (problem.tree.n_stages - stage)
    return {
        Item.PURCHASE: float((deposit * order_value + (1.0 - deposit) * value_in).sum()),
        Item.DUTY: float((offers.duty[node][:, None] * dutied).sum()),
        Item.REFUND: -cancel_refund
        - float((offers.blocked_refund[:, None] * deposit * value_back).sum()),
        Item.OPERATION: float((problem.fleet.operating[:, stage][:, None] * fleet).sum()),
        Item.ENERGY: float(problem.fleet.power_kw @ fleet @ problem.sites.energy_price[:, stage]),
        Item.PORTING: float((problem.porting.cost * ported).sum()),
        Item.RENTAL: float((plan.rented[node].sum(axis=1) * problem.rental.price[node]).sum()),
        Item.UNMET: float(plan.unmet[node] @ problem.work.unmet_price[:, stage]),
        Item.DELAY: _waiting(problem, plan, node),
        Item.END_VALUE: -back * float(offers.end_value[:, stage] @ plan.arrived[node].sum(axis=1)),
    }


def _waiting(problem: Problem, plan: Plan, node: int) -> float:
    """Price of the capabilities that are not reached at the end of the quarter."""
    clock = problem.work.capability
    if clock is None:
        return 0.0
    clocked = np.isfinite(clock.target)
    return float(((1.0 - plan.reached[node]) * clock.delay_price)[clocked].sum())


def _booked_arrivals(problem: Problem, node: int) -> FloatArray:
    """Chips of booked lots that pass the gate at a node, following them along its path."""
    offers = problem.offers
    waiting = np.zeros(problem.fleet.installed.shape)
    arrived = waiting
    for stage, at in enumerate(problem.tree.path(node)):
        waiting = waiting + offers.booked[:, :, stage]
        passes = offers.may_deliver[at][:, None]
        arrived = passes * waiting
        waiting = np.where((stage < offers.hold_until)[:, None], (1.0 - passes) * waiting, 0.0)
    chips: FloatArray = arrived * offers.lot[:, None]
    return chips


def check_ledger(plan: Plan, page: Page, paid: dict[Item, float]) -> None:
    """Compare the plan's ledger with what was replayed."""
    for item, money in paid.items():
        page.expect_equal(f"ledger.{item}", float(plan.ledger[item][page.node]), money)


def check_banks(
    problem: Problem,
    plan: Plan,
    page: Page,
    before: Books,
    paid: dict[Item, float],
    after: Books,
) -> None:
    """Carry every bank on by a node and note those that fall below zero."""
    node, stage = page.node, int(problem.tree.stage[page.node])
    counted = {
        Counted.ORDER: plan.orders[node].sum(axis=1) * problem.offers.lot,
        Counted.DELIVERY: plan.arrived[node].sum(axis=1),
        Counted.FLEET: plan.fleet[node].sum(axis=1),
    }
    for i, cap in enumerate(problem.caps):
        used = float(counted[cap.counted][cap.systems].sum())
        after.caps[i] = cap.carry * before.caps[i] + float(cap.quota[node]) - used
        page.expect_at_most(cap.name, -after.caps[i], 0.0)
    for i, share in enumerate(problem.shares):
        weighed = counted[share.counted] * share.weight[node]
        phi = float(share.share[node])
        earned = float(weighed[share.domestic].sum())
        spent = phi / (1.0 - phi) * float(weighed[share.others].sum())
        carried = 0.0 if share.counted is Counted.FLEET else share.carry * before.shares[i]
        after.shares[i] = carried + earned - spent
        scale = max(float(share.weight[node].max(initial=0.0)), 1.0)
        page.expect_at_most(share.name, -after.shares[i] / scale, 0.0)
    if problem.budget is not None:
        spending = sum(paid[item] for item in problem.budget.pays)
        released = float(problem.budget.release[stage])
        after.budget = problem.budget.carry * before.budget + released - spending
        page.expect_at_most("budget", -after.budget / max(released, 1.0), 0.0)


def objective(problem: Problem, plan: Plan) -> float:
    """Return the expected total, and the CVaR part, from the sorted totals of the leaves."""
    tree, risk = problem.tree, problem.risk
    money = np.array([sum(plan.ledger[item][n] for item in Item) for n in range(tree.n_nodes)])
    booked = money * risk.discount**tree.stage
    totals = np.array([booked[tree.path(int(leaf))].sum() for leaf in tree.leaves])
    if risk.weight > 0.0 and risk.measure is Measure.NESTED:
        return nested(tree, booked, risk)
    chance = tree.probability[tree.leaves]
    mean = float(totals @ chance)
    if risk.weight == 0.0:
        return mean
    return (1.0 - risk.weight) * mean + risk.weight * worst_mean(totals, chance, risk.tail)


def nested(tree: Tree, booked: FloatArray, risk: Risk) -> float:
    """Return the root's value, each node's children weighed by mean and CVaR, from the end."""
    value = booked.copy()
    for node in range(tree.n_nodes - 1, -1, -1):
        children = np.flatnonzero(tree.parent == node)
        if len(children):
            chance = tree.probability[children] / tree.probability[node]
            mean, worst = chance @ value[children], worst_mean(value[children], chance, risk.tail)
            value[node] += (1.0 - risk.weight) * mean + risk.weight * worst
    return float(value[0])


def worst_mean(totals: FloatArray, chance: FloatArray, tail: float) -> float:
    """Return the mean of the worst ``1 - tail`` of a distribution (CVaR)."""
    order = np.argsort(-totals, kind="stable")
    left, total = 1.0 - tail, 0.0
    for i in order:
        taken = min(left, float(chance[i]))
        total += taken * float(totals[i])
        left -= taken
    return total / (1.0 - tail)
