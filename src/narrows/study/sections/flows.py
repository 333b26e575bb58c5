"""Where the money goes: from each system delivered and each rental to the work that it does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from narrows.core import Figure
from narrows.planning import Plan, Problem
from narrows.study.sources import PLANNER

FloatArray = npt.NDArray[np.float64]
MONEY_MIN = 1.0
"""Less than a yuan is the solver's rounding."""
IDLE = "idle"
"""Chips that are paid for and find no work in the horizon."""


def flows_section(
    problem: Problem, plan: Plan, prices: Sequence[Figure]
) -> list[dict[str, object]]:
    """Return one link for each system or rental and workload, dearest first.

    Money is the expected price of chips that arrive over the horizon, shared over workloads as
    their chip-quarters are; what stands already costs nothing more and is not in it.
    """
    bought = delivered_money(problem, plan)[:, None] * work_shares(plan)
    rented = rented_money(problem, plan)
    works = (*problem.axes.workloads, IDLE)
    links = [
        _link(system, works[w], bought[k, w], (*prices,))
        for k, system in enumerate(problem.axes.systems)
        for w in range(len(works))
    ] + [
        _link(rental, works[w], rented[c, w], ())
        for c, rental in enumerate(problem.axes.rentals)
        for w in range(rented.shape[1])
    ]
    kept = [(money, link) for money, link in links if money >= MONEY_MIN]
    return [link for _, link in sorted(kept, key=lambda each: -each[0])]


def _link(
    start: str, end: str, money: float, inputs: tuple[Figure, ...]
) -> tuple[float, dict[str, object]]:
    figure = Figure(
        float(money),
        "CNY",
        "expected price of what arrives or is rented x part of its chip-quarters in this work",
        inputs,
        (PLANNER,),
    )
    return float(money), {"from": start, "to": end, "money_cny": figure}


def delivered_money(problem: Problem, plan: Plan) -> FloatArray:
    """Return the expected price of the chips that arrive, shape ``(K,)``."""
    paid = plan.arrived.sum(axis=2) * problem.offers.price
    money: FloatArray = problem.tree.probability @ np.maximum(paid, 0.0)
    return money


def work_shares(plan: Plan) -> FloatArray:
    """Return the part of each system's chip-quarters in each workload, shape ``(K, W + 1)``.

    The last column is one for a system that does no work at all.
    """
    at_work = (plan.assigned + plan.assigned_at.sum(axis=2)).clip(min=0.0).sum(axis=0)
    total = at_work.sum(axis=1, keepdims=True)
    shares = np.divide(at_work, total, out=np.zeros_like(at_work), where=total > 0.0)
    idle = (total <= 0.0).astype(np.float64)
    return np.concatenate([shares, idle], axis=1)


def rented_money(problem: Problem, plan: Plan) -> FloatArray:
    """Return the expected rent by workload, shape ``(C, W)``."""
    rent = plan.rented * problem.rental.price[:, :, None]
    money: FloatArray = np.tensordot(problem.tree.probability, np.maximum(rent, 0.0), axes=(0, 0))
    return money
