"""One quarter in one regime as a small linear programme between two states.

``min cost @ u + cost_state @ s + cost_constant + theta`` subject to
``matrix @ u <= limit + from_state @ s``; the next state is
``out + out_state @ s + out_decision @ u``. Written with the blocks of the tree, so that each rule
has one formula; what differs is only that balances come from the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np

from narrows.planning.affine import Affine, stack, total
from narrows.planning.arrays import BoolArray, FloatArray, IntArray
from narrows.planning.blocks.assignment import assignment, assignment_at_sites
from narrows.planning.blocks.banks import cap_rows, cap_use, share_rows, share_use, weight_unit
from narrows.planning.blocks.deliveries import Deliveries
from narrows.planning.blocks.demand import demand
from narrows.planning.blocks.ledger import ledger
from narrows.planning.blocks.porting import porting
from narrows.planning.blocks.rental import rental
from narrows.planning.blocks.sites import floor, power
from narrows.planning.blocks.supply import supply
from narrows.planning.columns import ColumnBook
from narrows.planning.matrix import MONEY, stack_rows
from narrows.planning.parts import Counted, Item
from narrows.planning.policy.cancelling import (
    by_quarters_left,
    pipeline,
    refunded,
    value_cancelled,
)
from narrows.planning.policy.commitments import Carried, room_ahead
from narrows.planning.policy.decisions import (
    breach_cost,
    declare_breaches,
    declare_decisions,
    eased,
    ported_once,
)
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.state import State, declare_state, needs_agreed
from narrows.planning.policy.total_risk import (
    beyond_level,
    declare_tail,
    tail_rows,
    weighed_cost,
)
from narrows.planning.policy.travel import Travelled, travel
from narrows.planning.policy.view import view_of
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import Variables, first_lead, may_retire


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


def _built(graph: PolicyGraph, quarter: int, regime: int) -> StageModel:
    view = view_of(graph, quarter, regime)
    book = ColumnBook()
    before = declare_state(graph, book)
    states = book.count
    variables = declare_decisions(graph, view, quarter, book)
    breaches = declare_breaches(graph, book)
    tail = declare_tail(graph, quarter, book)
    made, lots, money = _move(graph, view, quarter, variables, before)
    booked = dict(ledger(view, replace(variables, cancel=variables.cancel.times(0.0)), made))
    refund = refunded(graph, variables.cancel, quarter)
    booked[Item.REFUND] = booked[Item.REFUND] - refund
    bill = np.array([graph.porting_bill(quarter)])
    booked[Item.PORTING] = booked[Item.PORTING].plus(bill)
    left = _budget_left(graph, before, booked, quarter)
    spent = total(list(booked.values())).times(graph.risk.discount**quarter / MONEY)
    spent = spent + breach_cost(graph, breaches)
    beyond = beyond_level(graph, before.beyond, spent, tail)
    ruled = _rules(graph, view, quarter, variables, made, before, left)
    carried = Carried(fleet=made.fleet, under_way=lots.under_way, bond=lots.bond)
    ruled += room_ahead(graph, quarter, regime, carried)
    rules = [eased(rows, breaches) for rows in ruled]
    rules.append(tail_rows(graph, quarter, beyond, tail))
    after = State(
        fleet=made.fleet,
        transit=lots.under_way,
        agreed=money.under_way,
        bond=lots.bond,
        bond_agreed=money.bond,
        ported=_ported_next(before.ported, variables.started),
        caps=_caps_left(view, variables, made, before),
        shares=_shares_left(graph, view, variables, made, before),
        budget=left,
        beyond=beyond,
    )
    cost = weighed_cost(graph, spent, tail)
    block, cell, rows, limit = stack_rows(tuple(rules), book.count)
    matrix = rows.toarray()
    prices = cost.coefficients(np.ones(1), book.count)
    out, out_matrix = _next_state(before, after, states, book.count)
    return StageModel(
        view=view,
        rules=tuple(rules),
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
        variables=variables,
        made=made,
        booked=booked,
        state=before,
        breach=np.concatenate([grid.column for grid in breaches.values()]) - states,
        spent=spent,
        level=tail.level,
        out=out,
        out_state=out_matrix[:, :states],
        out_decision=out_matrix[:, states:],
    )


def _move(
    graph: PolicyGraph, view: Problem, quarter: int, variables: Variables, before: State
) -> tuple[Deliveries, Travelled, Travelled]:
    """Let lots, and the money agreed for them, travel a quarter."""
    offers = view.offers
    kept_on = before.transit - by_quarters_left(variables.cancel)
    sent_back = value_cancelled(graph, variables.cancel, quarter).times(1.0 / MONEY)
    lots = travel(offers, kept_on, variables.order, before.bond)
    kept = needs_agreed(graph)[None].astype(np.float64)
    agreed = variables.order.times((offers.price * offers.lot / MONEY)[:, :, None]).sum(2)
    held = before.agreed - sent_back.times(kept[:, :, None])
    money = travel(offers, held, agreed.times(kept), before.bond_agreed)
    known = (1.0 - kept) * _price_when_ordered(graph, quarter)[None] * offers.lot / MONEY
    value_in = money.passed + lots.passed.sum(2).times(known)
    value_back = money.turned_away + lots.turned_away.sum(2).times(known)
    arrived = lots.passed.times(offers.lot[None, :, None])
    made = Deliveries(
        fleet=before.fleet + arrived - variables.retired,
        arrived=arrived,
        turned_away=lots.turned_away,
        value_arrived=value_in.times(MONEY).spread(2, 1),
        value_turned_away=value_back.times(MONEY).spread(2, 1),
    )
    return made, lots, money


def _price_when_ordered(graph: PolicyGraph, quarter: int) -> FloatArray:
    """``(K,)``: price of the lots that reach the gate now, where it is the same in all regimes."""
    ordered = np.maximum(quarter - first_lead(graph), 0)
    price: FloatArray = graph.offers.price[
        ordered * len(graph.regimes), np.arange(graph.sizes["K"])
    ]
    return price


def _rules(
    graph: PolicyGraph,
    view: Problem,
    quarter: int,
    variables: Variables,
    made: Deliveries,
    before: State,
    left: Affine,
) -> list[Rows]:
    stays = np.where(may_retire(graph), 0.0, np.inf)[None]
    rules = [
        at_most("fleet", -made.fleet, limit=stays, axes=("system", "site"), unit="chips"),
        assignment(view, variables, made),
        assignment_at_sites(view, variables, made),
        demand(view, variables),
        power(view, made),
        floor(view, made),
        supply(view, variables),
        ported_once(before.ported, variables.started),
        porting(view, variables, _begun(graph, before.ported)),
        rental(view, variables),
        pipeline(graph, before.transit, by_quarters_left(variables.cancel), quarter),
    ]
    for cap, balance in zip(view.caps, before.caps, strict=True):
        flow = cap_use(view, variables, made, cap) - balance.times(cap.carry)
        rules.append(cap_rows(view, cap, flow))
    for number, share in enumerate(view.shares):
        credit = before.shares[number].times(share.carry * weight_unit(graph.shares[number]))
        rules.append(share_rows(share, share_use(view, variables, made, share) - credit))
    if graph.budget is not None:
        rules.append(at_most("budget", -left, limit=0.0, axes=(), unit="money"))
    return rules


def _begun(graph: PolicyGraph, ported: Affine) -> Affine:
    """``(1, Q, W)``: portings that started long enough ago to be of use now."""
    quarters = graph.porting.quarters
    steps = [
        ported.pick(3, step).times((quarters == step + 1)[None].astype(np.float64))
        for step in range(ported.shape[3])
    ]
    return total(steps)


def _ported_next(ported: Affine, started: Affine) -> Affine:
    """Everything begun is a quarter older, and what starts now is the youngest."""
    steps = [ported.pick(3, 0) + started]
    steps += [ported.pick(3, step - 1) for step in range(1, ported.shape[3])]
    return stack(steps)


def _caps_left(
    view: Problem, variables: Variables, made: Deliveries, before: State
) -> tuple[Affine, ...]:
    return tuple(
        balance.times(cap.carry).plus(cap.quota) - cap_use(view, variables, made, cap)
        for cap, balance in zip(view.caps, before.caps, strict=True)
    )


def _shares_left(
    graph: PolicyGraph, view: Problem, variables: Variables, made: Deliveries, before: State
) -> tuple[Affine, ...]:
    left = []
    for number, share in enumerate(view.shares):
        balance = before.shares[number]
        unit = weight_unit(graph.shares[number])
        used = share_use(view, variables, made, share).times(1.0 / unit)
        kept = share.counted is not Counted.FLEET
        left.append(balance.times(share.carry) - used if kept else balance)
    return tuple(left)


def _budget_left(
    graph: PolicyGraph, before: State, booked: Mapping[Item, Affine], quarter: int
) -> Affine:
    """Return the balance after the quarter's spending, in the solver's money."""
    if graph.budget is None:
        return before.budget
    paid = total([booked[item] for item in Item if item in graph.budget.pays])
    carried = before.budget.times(graph.budget.carry)
    release = np.array([graph.budget.release[quarter] / MONEY])
    return carried.plus(release) - paid.times(1.0 / MONEY)


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
