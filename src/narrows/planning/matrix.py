"""The problem as a sparse linear programme with names, ready for the solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, vstack

from narrows.planning.affine import Affine, total
from narrows.planning.arrays import BoolArray, FloatArray, IntArray
from narrows.planning.blocks.assignment import assignment, assignment_at_sites
from narrows.planning.blocks.banks import budget_bank, cap_bank, share_bank
from narrows.planning.blocks.capability import capability
from narrows.planning.blocks.deliveries import Deliveries, deliveries, pipeline
from narrows.planning.blocks.demand import demand
from narrows.planning.blocks.fleet import fleet
from narrows.planning.blocks.gang import gang
from narrows.planning.blocks.ledger import ledger
from narrows.planning.blocks.porting import begun_in_time, ported, ported_once, porting
from narrows.planning.blocks.rental import rental
from narrows.planning.blocks.risk import objective
from narrows.planning.blocks.sites import floor, power
from narrows.planning.blocks.supply import supply
from narrows.planning.columns import KEY_SPAN, ColumnBook, family_number
from narrows.planning.parts import Item
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows
from narrows.planning.variables import Variables, declare

MONEY = 1e6
"""Problem money in one unit of the solver's, so that costs and chips are of like size."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """``min cost @ x + constant`` subject to ``matrix @ x <= limit`` and bounds.

    Attributes
    ----------
    rules
        The rows by rule, in the order of the matrix.
    block, cell
        ``(rows,)``: the entry of ``rules`` and the cell of its grid behind each row.
    row_key, column_key
        Names that are stable between problems of one shape, for warm starts.
    made, booked
        Expressions that read a plan back.
    """

    variables: Variables
    made: Deliveries
    booked: Mapping[Item, Affine]
    rules: tuple[Rows, ...]
    block: IntArray
    cell: IntArray
    matrix: csr_array[np.float64]
    limit: FloatArray
    cost: FloatArray
    constant: float
    lower: FloatArray
    upper: FloatArray
    whole: BoolArray
    row_key: IntArray
    column_key: IntArray


def build_matrix(problem: Problem) -> Model:
    """Return the linear programme of a problem; whole columns are marked, not enforced."""
    book = ColumnBook()
    variables = declare(problem, book)
    made = deliveries(problem, variables)
    booked = ledger(problem, variables, made)
    cost = total(list(booked.values())).times(problem.discount / MONEY)
    aim = objective(problem, book, cost)
    rules = (*_rules(problem, variables, made, booked), *aim.rows)
    block, cell, matrix, limit = stack_rows(rules, book.count)
    return Model(
        variables=variables,
        made=made,
        booked=booked,
        rules=rules,
        block=block,
        cell=cell,
        matrix=matrix,
        limit=limit,
        cost=aim.cost,
        constant=aim.constant,
        lower=np.concatenate(book.lower),
        upper=np.concatenate(book.upper),
        whole=np.concatenate(book.whole),
        row_key=_families(rules)[block] * KEY_SPAN + cell,
        column_key=np.concatenate(book.key),
    )


def _families(rules: tuple[Rows, ...]) -> IntArray:
    """Return a number for each entry of the rules: of its name, and which of that name it is."""
    seen: Counter[str] = Counter()
    numbers = []
    for rows in rules:
        numbers.append(family_number(f"{rows.rule} {seen[rows.rule]}"))
        seen[rows.rule] += 1
    return np.array(numbers, dtype=np.int64)


def with_row(model: Model, coefficients: FloatArray, limit: float) -> Model:
    """Return the programme with one more row ``coefficients @ x <= limit`` that no rule owns."""
    row = csr_array(coefficients[None])
    return replace(
        model,
        matrix=csr_array(vstack([model.matrix, row], format="csr")),
        limit=np.append(model.limit, limit),
        row_key=np.append(model.row_key, -1),
    )


def _rules(
    problem: Problem, variables: Variables, made: Deliveries, booked: Mapping[Item, Affine]
) -> list[Rows]:
    begun = ported(problem, variables)
    rows = [
        fleet(problem, made.fleet),
        assignment(problem, variables, made),
        assignment_at_sites(problem, variables, made),
        demand(problem, variables),
        power(problem, made),
        floor(problem, made),
        supply(problem, variables),
        ported_once(problem, begun),
        porting(problem, variables, begun_in_time(problem, begun)),
        rental(problem, variables),
        *gang(problem, variables),
        *capability(problem, variables),
    ]
    rows += [cap_bank(problem, variables, made, i) for i in range(len(problem.caps))]
    rows += [share_bank(problem, variables, made, i) for i in range(len(problem.shares))]
    if problem.budget is not None:
        paid = [booked[item] for item in Item if item in problem.budget.pays]
        rows.append(budget_bank(problem, variables, total(paid), problem.budget, MONEY))
    return rows + pipeline(problem, variables)


def stack_rows(
    rules: tuple[Rows, ...], columns: int
) -> tuple[IntArray, IntArray, csr_array[np.float64], FloatArray]:
    """Put the rows of all rules under one another, leaving out those that cannot bind."""
    blocks, cells, limits, entries = [], [], [], []
    offset = 0
    for number, rows in enumerate(rules):
        kept = _kept(rows)
        place = np.full(rows.limit.size, -1, dtype=np.int64)
        place[kept] = offset + np.arange(len(kept))
        at = place[rows.expression.cell]
        used = at >= 0
        entries.append((at[used], rows.expression.column[used], rows.expression.value[used]))
        blocks.append(np.full(len(kept), number, dtype=np.int64))
        cells.append(kept)
        limits.append(rows.limit.ravel()[kept])
        offset += len(kept)
    row, column, value = (np.concatenate(part) for part in zip(*entries, strict=True))
    matrix = csr_array((value, (row, column)), shape=(offset, columns))
    return np.concatenate(blocks), np.concatenate(cells), matrix, np.concatenate(limits)


def _kept(rows: Rows) -> IntArray:
    """Rows with a finite limit that have a column, or that even no column could satisfy."""
    touched = np.zeros(rows.limit.size, dtype=np.bool_)
    touched[rows.expression.cell] = True
    limits = rows.limit.ravel()
    return np.flatnonzero(np.isfinite(limits) & (touched | (limits < 0.0))).astype(np.int64)
