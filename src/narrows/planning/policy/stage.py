"""One quarter in one regime as a small linear programme between two states.

``min cost @ u + cost_state @ s + cost_constant + theta`` subject to
``matrix @ u <= limit + from_state @ s``; the next state is
``out + out_state @ s + out_decision @ u``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from narrows.planning.affine import Affine, total
from narrows.planning.arrays import BoolArray, FloatArray, IntArray
from narrows.planning.blocks.deliveries import Deliveries
from narrows.planning.columns import ColumnBook
from narrows.planning.matrix import MONEY, stack_rows
from narrows.planning.parts import Item
from narrows.planning.policy.decisions import (
    breach_cost,
    declare_breaches,
    declare_decisions,
    eased,
)
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.quarter import Quarter, booked_in, budget_left, move, state_after
from narrows.planning.policy.quarter_rules import rules_of
from narrows.planning.policy.state import State, declare_state
from narrows.planning.policy.total_risk import (
    Tail,
    beyond_level,
    declare_tail,
    tail_rows,
    weighed_cost,
)
from narrows.planning.policy.view import view_of
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows
from narrows.planning.variables import Variables


@dataclass(frozen=True, kw_only=True, eq=False)
class StageModel:
    """The programme of one quarter and regime; see the module.

    Attributes
    ----------
    view
        The quarter and regime as a problem of one node.
    rules, block, cell
        The rows by rule; which rule and cell each row is.
    variables, made, booked
        Expressions over the columns ``[s, u]``.
    breach
        Columns of ``u`` that pay for a broken rule.
    spent
        ``(1,)`` discounted cost of the quarter in the solver's money, whatever the risk weighs.
    level
        ``(1,)`` the level of the tail, see :mod:`narrows.planning.policy.total_risk`.
    """

    view: Problem
    rules: tuple[Rows, ...]
    block: IntArray
    cell: IntArray
    matrix: FloatArray
    limit: FloatArray
    from_state: FloatArray
    cost: FloatArray
    cost_state: FloatArray
    cost_constant: float
    lower: FloatArray
    upper: FloatArray
    whole: BoolArray
    variables: Variables
    made: Deliveries
    booked: Mapping[Item, Affine]
    state: State
    breach: IntArray
    spent: Affine
    level: Affine
    out: FloatArray
    out_state: FloatArray
    out_decision: FloatArray

    @property
    def n_states(self) -> int:
        """The length of the state vector."""
        return len(self.out)


_BUILT: WeakKeyDictionary[PolicyGraph, dict[tuple[int, int], StageModel]] = WeakKeyDictionary()
"""Programmes are data and follow from the graph alone; they are kept as long as it is."""


def stage_model(graph: PolicyGraph, quarter: int, regime: int) -> StageModel:
    """Return the programme of one quarter and regime, without shocks."""
    built = _BUILT.setdefault(graph, {})
    if (quarter, regime) not in built:
        built[quarter, regime] = _built(graph, quarter, regime)
    return built[quarter, regime]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Declared:
    """A quarter, and the columns ``[s, u]`` over which everything in it is written.

    Attributes
    ----------
    states
        How many of the columns are the state.
    """

    now: Quarter
    book: ColumnBook
    states: int
    breaches: dict[str, Affine]
    tail: Tail


def _declared(graph: PolicyGraph, number: int, regime: int) -> _Declared:
    view, book = view_of(graph, number, regime), ColumnBook()
    before = declare_state(graph, book)
    states = book.count
    variables = declare_decisions(graph, view, number, book)
    now = Quarter(
        graph=graph, number=number, regime=regime, view=view, before=before, variables=variables
    )
    breaches = declare_breaches(graph, book)
    tail = declare_tail(graph, number, book)
    return _Declared(now=now, book=book, states=states, breaches=breaches, tail=tail)


def _built(graph: PolicyGraph, quarter: int, regime: int) -> StageModel:
    declared = _declared(graph, quarter, regime)
    now, breaches, tail = declared.now, declared.breaches, declared.tail
    flow = move(now)
    booked = booked_in(now, flow.made)
    budget = budget_left(now, booked)
    paid = total(list(booked.values())).times(graph.risk.discount**quarter / MONEY)
    spent = paid + breach_cost(graph, breaches)
    beyond = beyond_level(graph, now.before.beyond, spent, tail)
    rules = [eased(rows, breaches) for rows in rules_of(now, flow, budget)]
    rules.append(tail_rows(graph, quarter, beyond, tail))
    after = state_after(now, flow, budget=budget, beyond=beyond)
    return _assembled(declared, tuple(rules), after, made=flow.made, booked=booked, spent=spent)


def _assembled(
    declared: _Declared,
    rules: tuple[Rows, ...],
    after: State,
    *,
    made: Deliveries,
    booked: Mapping[Item, Affine],
    spent: Affine,
) -> StageModel:
    """Write the expressions of a quarter as matrices, parted into state and decision."""
    now, book, states = declared.now, declared.book, declared.states
    cost = weighed_cost(now.graph, spent, declared.tail)
    prices = cost.coefficients(np.ones(1), book.count)
    block, cell, rows, limit = stack_rows(rules, book.count)
    matrix = rows.toarray()
    out, out_matrix = _next_state(now.before, after, states, book.count)
    breach = np.concatenate([grid.column for grid in declared.breaches.values()]) - states
    return StageModel(
        view=now.view,
        rules=rules,
        block=block,
        cell=cell,
        matrix=matrix[:, states:],
        limit=limit,
        from_state=-matrix[:, :states],
        cost=prices[states:],
        cost_state=prices[:states],
        cost_constant=float(cost.constant[0]),
        lower=np.concatenate(book.lower)[states:],
        upper=np.concatenate(book.upper)[states:],
        whole=np.concatenate(book.whole)[states:],
        variables=now.variables,
        made=made,
        booked=booked,
        state=now.before,
        breach=breach,
        spent=spent,
        level=declared.tail.level,
        out=out,
        out_state=out_matrix[:, :states],
        out_decision=out_matrix[:, states:],
    )


def _next_state(
    before: State, after: State, states: int, columns: int
) -> tuple[FloatArray, FloatArray]:
    """Return the constant and the matrix ``(states, columns)`` of the next state."""
    out, matrix = np.zeros(states), np.zeros((states, columns))
    for layout, grid in zip(before.grids(), after.grids(), strict=True):
        place = np.full(layout.constant.shape, -1, dtype=np.int64)
        place[layout.cell] = layout.column
        kept = place[grid.cell] >= 0
        at = (place[grid.cell][kept], grid.column[kept])
        np.add.at(matrix, at, grid.value[kept])
        out[layout.column] = grid.constant[layout.cell]
    return out, matrix
