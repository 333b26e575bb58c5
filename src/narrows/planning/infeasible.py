"""Which named rule in which quarter cannot hold, where no plan satisfies all of them.

Every rule may be broken at a price, and the cheapest set of breaches is the explanation. The prices
say who gives way: by default the buyer's wishes before money, money before sites, and the rules of
others last. (A solver's irreducible set would name thousands of rows and no rule.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, hstack

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.columns import KEY_SPAN
from narrows.planning.errors import SolverError
from narrows.planning.lp import Answer, Programme, Status
from narrows.planning.matrix import Model, build_matrix
from narrows.planning.prices import names_of
from narrows.planning.problem import Problem

STEADFAST = frozenset(
    {
        "fleet",
        "assignment",
        "assignment_at_sites",
        "pipeline",
        "ported",
        "progress",
        "reached",
        "cost_to_date",
        "cvar",
    }
)
"""Book-keeping: breaking it would explain nothing."""
YIELDING: Mapping[str, float] = {"demand": 1.0, "budget": 10.0, "power": 100.0, "floor": 100.0}
"""Default price of breaking a rule by its own size; rules not named here cost the most."""
RIGID = 1000.0
VISIBLE = 1e-6
"""A breach below a millionth of the rule's size is the solver's tolerance."""


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A rule that has to give way.

    Attributes
    ----------
    rule, subject, quarter
        What cannot hold; the subject names the row within the rule, e.g. ``("chat",)``.
    amount, unit
        By how much at the worst node of the quarter.
    probability
        Of the nodes of the quarter at which it cannot hold.
    """

    rule: str
    subject: tuple[str, ...]
    quarter: str
    amount: float
    unit: str
    probability: float


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Why there is no plan: what gives way, and the rules that force it."""

    breaches: tuple[Breach, ...]
    held_by: tuple[str, ...]


def explain_infeasible(
    problem: Problem, yielding: Mapping[str, float] | None = None
) -> Conflict | None:
    """Return the cheapest breaches, by quarter, or ``None`` where a plan exists.

    Parameters
    ----------
    yielding
        Price of breaking each rule by its own size; the cheapest give way first.

    Raises
    ------
    SolverError
        Book-keeping itself has no solution, which means contradictory bounds.
    """
    model = build_matrix(problem)
    prices = YIELDING if yielding is None else yielding
    rows = _may_yield(model)
    size = _sizes(model)[rows]
    elastic = _elastic(problem, model, rows, size, prices)
    answer = Programme(elastic).solve()
    if answer.status is Status.INFEASIBLE:
        raise SolverError("no rule can mend it", "look for contradictory bounds")
    amount = answer.value[model.matrix.shape[1] :]
    breaches = _breaches(problem, model, rows, amount, size)
    if not breaches:
        return None
    return Conflict(breaches=breaches, held_by=_held_by(model, answer, breaches))


def _may_yield(model: Model) -> IntArray:
    steadfast = [i for i, rows in enumerate(model.rules) if rows.rule in STEADFAST]
    return np.flatnonzero(~np.isin(model.block, steadfast)).astype(np.int64)


def _sizes(model: Model) -> FloatArray:
    """Return the largest limit of each row's rule, so that breaches of different rules compare."""
    sizes = np.ones(len(model.limit))
    for number in range(len(model.rules)):
        at = model.block == number
        sizes[at] = max(float(np.abs(model.limit[at]).max(initial=0.0)), 1.0)
    return sizes


def _elastic(
    problem: Problem,
    model: Model,
    rows: IntArray,
    size: FloatArray,
    prices: Mapping[str, float],
) -> Model:
    """Return the programme in which each chosen row has a priced slack, and nothing else costs."""
    width, count = model.matrix.shape[1], len(rows)
    entries = (np.full(count, -1.0), (rows, np.arange(count)))
    slack = csr_array(entries, shape=(model.matrix.shape[0], count))
    matrix = csr_array(hstack([model.matrix, slack], format="csr"))
    price = np.array([prices.get(rule.rule, RIGID) for rule in model.rules])[model.block[rows]]
    chance = problem.tree.probability[_node(model, rows)]
    return replace(
        model,
        matrix=matrix,
        cost=np.concatenate([np.zeros(width), price * np.maximum(chance, 1e-6) / size]),
        constant=0.0,
        lower=np.concatenate([model.lower, np.zeros(count)]),
        upper=np.concatenate([model.upper, np.full(count, np.inf)]),
        whole=np.zeros(width + count, dtype=np.bool_),
        column_key=np.concatenate([model.column_key, -1 - np.arange(count) - KEY_SPAN]),
    )


def _node(model: Model, rows: IntArray) -> IntArray:
    """Return the node of each row: the first index of its cell."""
    per_node = np.array([max(rule.limit[0].size, 1) for rule in model.rules])
    node: IntArray = model.cell[rows] // per_node[model.block[rows]]
    return node


def _breaches(
    problem: Problem, model: Model, rows: IntArray, amount: FloatArray, size: FloatArray
) -> tuple[Breach, ...]:
    found: dict[tuple[int, str, tuple[str, ...]], tuple[float, float, str]] = {}
    nodes = _node(model, rows)
    for i in np.flatnonzero(amount > VISIBLE * size):
        row, node = rows[i], nodes[i]
        rule = model.rules[model.block[row]]
        place = np.unravel_index(model.cell[row], rule.limit.shape)[1:]
        subject = tuple(
            names_of(problem, axis)[int(at)] for axis, at in zip(rule.axes, place, strict=True)
        )
        key = (int(problem.tree.stage[node]), rule.rule, subject)
        worst, chance, _ = found.get(key, (0.0, 0.0, ""))
        units = float(amount[i] * rule.scale.ravel()[model.cell[row]])
        here = float(problem.tree.probability[node])
        found[key] = (max(worst, units), chance + here, rule.unit)
    return tuple(
        Breach(
            rule=rule,
            subject=subject,
            quarter=problem.axes.quarters[stage],
            amount=worst,
            unit=unit,
            probability=min(chance, 1.0),
        )
        for (stage, rule, subject), (worst, chance, unit) in sorted(found.items())
    )


def _held_by(model: Model, answer: Answer, breaches: tuple[Breach, ...]) -> tuple[str, ...]:
    """Rules that hold and whose limits would lessen the breaches, the strongest first."""
    broken = {breach.rule for breach in breaches}
    strength: dict[str, float] = {}
    for number, rows in enumerate(model.rules):
        at = model.block == number
        pull = float(np.abs(answer.row_dual[at] * model.limit[at]).sum())
        if rows.rule not in broken | STEADFAST and pull > VISIBLE:
            strength[rows.rule] = pull
    return tuple(sorted(strength, key=lambda rule: (-strength[rule], rule)))
