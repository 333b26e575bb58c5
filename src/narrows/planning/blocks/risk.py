"""Expected cost and CVaR: of the total at the end of the horizon, or nested quarter by quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.affine import Affine
from narrows.planning.arrays import FloatArray
from narrows.planning.columns import ColumnBook
from narrows.planning.parts import Measure
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most


@dataclass(frozen=True, kw_only=True, eq=False)
class Objective:
    """The cost of each column in the solver's money, a constant, and the rows that CVaR needs."""

    cost: FloatArray
    constant: float
    rows: tuple[Rows, ...]


def objective(problem: Problem, book: ColumnBook, booked: Affine) -> Objective:
    """Return the objective for the discounted cost booked at each node, grid ``(N,)``.

    Adds the columns of CVaR to the book where the problem gives it weight.
    """
    probability, weight = problem.tree.probability, problem.risk.weight
    constant = float(probability @ booked.constant)
    if weight == 0.0:
        return Objective(
            cost=booked.coefficients(probability, book.count), constant=constant, rows=()
        )
    if problem.risk.measure is Measure.NESTED:
        return _nested(problem, book, booked)
    rows, tail = _cvar(problem, book, booked)
    mean = booked.coefficients((1.0 - weight) * probability, book.count)
    return Objective(cost=mean + weight * tail, constant=(1.0 - weight) * constant, rows=rows)


def _cvar(
    problem: Problem, book: ColumnBook, booked: Affine
) -> tuple[tuple[Rows, ...], FloatArray]:
    """``eta + sum p xi / (1 - alpha)`` with ``xi_leaf >= total_leaf - eta`` and ``xi >= 0``."""
    tree = problem.tree
    leaves = tree.leaves
    at_leaf = np.zeros(tree.n_nodes, dtype=np.bool_)
    at_leaf[leaves] = True
    at_root = tree.stage == 0
    everywhere = np.ones(tree.n_nodes, dtype=np.bool_)
    cumulated = book.add(everywhere, lower=-np.inf, family="cost to date")
    quantile = book.add(at_root, lower=-np.inf, family="quantile of cost")
    excess = book.add(at_leaf, family="cost beyond the quantile")
    sums = booked + cumulated.take(tree.parent) - cumulated
    beyond = cumulated.take(leaves) - excess.take(leaves)
    beyond = beyond - quantile.take(np.zeros(len(leaves), dtype=np.int64))
    rows = (
        at_most("cost_to_date", sums, limit=0.0, axes=(), unit="money"),
        at_most("cvar", beyond, limit=0.0, axes=(), unit="money"),
    )
    share = tree.probability / (1.0 - problem.risk.tail)
    tail = quantile.coefficients(at_root.astype(np.float64), book.count)
    return rows, tail + excess.coefficients(share, book.count)


def _nested(problem: Problem, book: ColumnBook, booked: Affine) -> Objective:
    """``value = cost + to come``, and what is to come is weighed in every quarter by itself.

    With ``q`` the chance of a child: ``to_come_n >= sum q ((1 - weight) value + weight xi / (1 -
    alpha)) + weight eta_n``, ``xi_child >= value_child - eta_n`` and ``xi >= 0``.
    """
    tree, weight = problem.tree, problem.risk.weight
    child = tree.parent >= 0
    inner = np.zeros(tree.n_nodes, dtype=np.bool_)
    inner[tree.parent[child]] = True
    to_come = book.add(inner, lower=-np.inf)
    quantile = book.add(inner, lower=-np.inf)
    excess = book.add(child)
    value = booked + to_come
    beyond = value - excess - quantile.take(tree.parent)
    before = np.maximum(tree.parent, 0)
    chance = np.where(child, tree.probability / tree.probability[before], 0.0)
    tail = weight * chance / (1.0 - problem.risk.tail)
    ahead = value.times((1.0 - weight) * chance) + excess.times(tail)
    weighed = ahead.into(tree.parent, tree.n_nodes) + quantile.times(weight) - to_come
    rows = (
        at_most("cost_to_come", weighed, limit=np.where(inner, 0.0, np.inf), axes=(), unit="money"),
        at_most("cvar", beyond, limit=np.where(child, 0.0, np.inf), axes=(), unit="money"),
    )
    root = (tree.stage == 0).astype(np.float64)
    return Objective(
        cost=value.coefficients(root, book.count), constant=float(root @ booked.constant), rows=rows
    )
