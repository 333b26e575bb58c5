"""Rules 8 to 10: caps, domestic shares and the budget, each kept as a bank.

A bank turns a rule over a window of quarters into one balance a node:
``balance_n <= carry * balance_parent + in_n - out_n`` and ``balance_n >= 0``. The slack is what is
forfeited.
"""

from __future__ import annotations

import numpy as np

from narrows.planning.affine import Affine
from narrows.planning.arrays import FloatArray
from narrows.planning.blocks.deliveries import Deliveries
from narrows.planning.parts import Budget, Cap, Counted, Share
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import Variables

TINY_WEIGHT = 1e-12
"""Keeps the scale positive where no chip counts."""


def cap_bank(problem: Problem, variables: Variables, made: Deliveries, number: int) -> Rows:
    """``balance <= carry * before + quota - chips that count``."""
    cap, balance = problem.caps[number], variables.caps[number]
    before = _before(problem, balance, cap.opening).times(cap.carry)
    return cap_rows(problem, cap, balance - before + cap_use(problem, variables, made, cap))


def _before(problem: Problem, balance: Affine, opening: float) -> Affine:
    """``(N,)``: the parent's balance, the opening one at the root."""
    at_root = np.where(problem.tree.stage == 0, opening, 0.0)
    return balance.take(problem.tree.parent).plus(at_root)


def cap_rows(problem: Problem, cap: Cap, flow: Affine) -> Rows:
    """``flow <= quota``, in lots of the largest system that draws on the cap."""
    scale = float(problem.offers.lot[cap.systems].max(initial=1.0))
    return at_most(cap.name, flow, limit=cap.quota, axes=(), unit="chips", scale=scale)


def cap_use(problem: Problem, variables: Variables, made: Deliveries, cap: Cap) -> Affine:
    """``(N,)``: chips that count against a cap."""
    counted = _counted(problem, variables, made, cap.counted).sum(2)
    return counted.times(cap.systems[None].astype(np.float64)).sum(1)


def share_bank(problem: Problem, variables: Variables, made: Deliveries, number: int) -> Rows:
    """``balance <= carry * before + domestic - phi / (1 - phi) * others``, by weight."""
    share, balance = problem.shares[number], variables.shares[number]
    flow, unit = share_use(problem, variables, made, share), weight_unit(share)
    if share.counted is not Counted.FLEET:
        before = _before(problem, balance, share.opening / unit)
        credit = balance - before.times(share.carry)
        flow = flow + credit.times(unit)
    return share_rows(share, flow)


def share_rows(share: Share, flow: Affine) -> Rows:
    """``flow <= 0``, in units of the largest weight."""
    unit = weight_unit(share)
    return at_most(share.name, flow, limit=0.0, axes=(), unit="weight", scale=unit)


def share_use(problem: Problem, variables: Variables, made: Deliveries, share: Share) -> Affine:
    """``(N,)``: credit spent less credit earned, by weight."""
    counted = _counted(problem, variables, made, share.counted).sum(2)
    return counted.times(spent(share)).sum(1)


def spent(share: Share) -> FloatArray:
    """``(N, K)``: credit that a chip spends; negative where it earns."""
    odds = (share.share / (1.0 - share.share))[:, None]
    sign = np.where(share.others[None], odds, 0.0) - np.where(share.domestic[None], 1.0, 0.0)
    credit: FloatArray = sign * share.weight
    return credit


def weight_unit(share: Share) -> float:
    """Return the largest weight, which scales the rows."""
    return max(float(share.weight.max()), TINY_WEIGHT)


def budget_bank(
    problem: Problem, variables: Variables, spending: Affine, budget: Budget, money: float
) -> Rows:
    """``balance <= carry * before + release - spending``; the balance is kept in ``money``."""
    before = _before(problem, variables.budget, budget.opening / money).times(budget.carry)
    flow = (variables.budget - before).times(money) + spending
    limit = budget.release[problem.tree.stage]
    return at_most("budget", flow, limit=limit, axes=(), unit="money", scale=money)


def _counted(problem: Problem, variables: Variables, made: Deliveries, counted: Counted) -> Affine:
    if counted is Counted.ORDER:
        return variables.order.times(problem.offers.lot[None, :, None])
    return made.arrived if counted is Counted.DELIVERY else made.fleet
