"""What rules cost: prices by rule and quarter, and the worth of one more lot rule by rule."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.lp import Answer
from narrows.planning.matrix import MONEY, Model
from narrows.planning.plan import Reason, RulePrice
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows

INNER_RULES = frozenset({"cost_to_date", "cvar", "progress", "reached"})
"""They carry risk weight or work from row to row and limit nothing by themselves."""
VISIBLE_MONEY = 1e-3
"""A price below a thousandth of the money unit is rounding of the solver."""
WORK = "work"
"""The name under which the worth of a chip's work is shown; its rows are ``assignment``."""


def rule_prices(problem: Problem, model: Model, answer: Answer) -> tuple[RulePrice, ...]:
    """Return the prices that are not zero, by rule, subject and quarter."""
    prices: list[RulePrice] = []
    for number, rows in enumerate(model.rules):
        if rows.rule not in INNER_RULES:
            prices += _prices_of(problem, rows, *_duals(model, answer, number))
    return tuple(prices)


def _duals(model: Model, answer: Answer, number: int) -> tuple[IntArray, FloatArray]:
    at = model.block == number
    return model.cell[at], -answer.row_dual[at] * MONEY


def _prices_of(
    problem: Problem, rows: Rows, cell: IntArray, saving: FloatArray
) -> Iterator[RulePrice]:
    """Sum savings over the nodes of each quarter."""
    shape = rows.limit.shape
    grid = np.zeros(shape)
    grid.ravel()[cell] = saving / rows.scale.ravel()[cell]
    by_quarter = np.zeros((problem.tree.n_stages, *shape[1:]))
    np.add.at(by_quarter, problem.tree.stage, grid)
    for place in np.argwhere(by_quarter > VISIBLE_MONEY):
        quarter, subject = int(place[0]), place[1:]
        yield RulePrice(
            rule=rows.rule,
            subject=tuple(
                names_of(problem, axis)[int(i)] for axis, i in zip(rows.axes, subject, strict=True)
            ),
            quarter=problem.axes.quarters[quarter],
            price=float(by_quarter[tuple(place)]),
            unit=rows.unit,
        )


def names_of(problem: Problem, axis: str) -> tuple[str, ...]:
    """Return the names along an axis of a rule's rows."""
    axes = problem.axes
    return {
        "system": axes.systems,
        "site": axes.sites,
        "workload": axes.workloads,
        "rental": axes.rentals,
        "stack": axes.stacks,
    }[axis]


def order_reasons(problem: Problem, model: Model, answer: Answer) -> tuple[Reason, ...]:
    """Return a reason for every possible order of the here-and-now quarters, ordered or not."""
    order = model.variables.order
    stage = problem.tree.stage
    per_node = int(np.prod(order.shape[1:]))
    now = stage[order.cell // per_node] < max(problem.here_and_now, 1)
    columns = order.column[now]
    worth = _worth_by_rule(model, answer)
    costs = model.cost[columns]
    reasons = []
    for cell, column, cost in zip(order.cell[now], columns, costs, strict=True):
        node, system, site = (int(i) for i in np.unravel_index(cell, order.shape))
        money = MONEY / problem.tree.probability[node]
        by_rule = {rule: float(values[column]) * money for rule, values in worth.items()}
        by_rule = {rule: value for rule, value in by_rule.items() if abs(value) > VISIBLE_MONEY}
        reasons.append(
            Reason(
                node=node,
                quarter=problem.axes.quarters[int(stage[node])],
                system=problem.axes.systems[system],
                site=problem.axes.sites[site],
                lots=float(answer.value[column]),
                cost=float(cost) * money,
                by_rule=by_rule,
                binding=_binding(by_rule),
            )
        )
    return tuple(reasons)


def _binding(by_rule: dict[str, float]) -> str | None:
    taking = {rule: value for rule, value in by_rule.items() if value < 0.0}
    return min(taking, key=lambda rule: (taking[rule], rule)) if taking else None


def _worth_by_rule(model: Model, answer: Answer) -> dict[str, FloatArray]:
    """Return, for each rule, the worth of one more unit of each column.

    ``reduced cost = cost - sum over rows of dual * coefficient``; a rule's part of that sum is what
    a unit earns through it, and the coefficients follow a lot through all quarters it stands.
    """
    worth: dict[str, FloatArray] = {}
    for number, rows in enumerate(model.rules):
        if rows.rule in INNER_RULES:
            continue
        rule = WORK if rows.rule.startswith("assignment") else rows.rule
        direct = _row_worth(model, answer, number)
        if np.any(direct):
            worth[rule] = worth[rule] + direct if rule in worth else direct
    return worth


def _row_worth(model: Model, answer: Answer, number: int) -> FloatArray:
    """``sum over the rule's rows of dual * coefficient`` for each column."""
    at = np.flatnonzero(model.block == number)
    if len(at) == 0:
        return np.zeros(model.matrix.shape[1])
    part = model.matrix[at[0] : at[-1] + 1]
    return np.asarray(part.T @ answer.row_dual[at], dtype=np.float64)
