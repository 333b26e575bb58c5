"""Rule 1, pipeline and delivery: an order travels, meets its gate, passes, waits or turns back.

Nothing between order and arrival is a decision except cancelling, so what arrives at a node is a
linear function of earlier orders. Expressions count lots, or the money agreed for them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.affine import Affine, total
from narrows.planning.arrays import FloatArray
from narrows.planning.blocks.fleet import standing
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import Variables


@dataclass(frozen=True, kw_only=True, eq=False)
class Deliveries:
    """What becomes of orders, each on the grid ``(N, K, S)``.

    Attributes
    ----------
    arrived
        Chips that pass the gate, booked lots included.
    turned_away
        Lots that are sent back.
    value_arrived, value_turned_away
        Money agreed for those lots when they were ordered; see ``Offers.booked_value``.
    fleet
        Chips that stand.
    """

    fleet: Affine
    arrived: Affine
    turned_away: Affine
    value_arrived: Affine
    value_turned_away: Affine


def deliveries(problem: Problem, variables: Variables) -> Deliveries:
    """Return what arrives and what turns back at each node."""
    lot_value = (problem.offers.price * problem.offers.lot)[:, :, None]
    order_value = variables.order.times(lot_value)
    cancel_value = variables.cancel.times(cancelled_lot_value(problem))
    lots = _due(problem, variables.order, variables.cancel).plus(
        _at_nodes(problem, problem.offers.booked)
    )
    arrived, turned_away = _meet_gate(problem, lots)
    value = _due(problem, order_value, cancel_value)
    if problem.offers.booked_value is not None:
        value = value.plus(_at_nodes(problem, problem.offers.booked_value))
    value_in, value_back = _meet_gate(problem, value)
    chips = arrived.times(problem.offers.lot[None, :, None])
    return Deliveries(
        fleet=standing(problem, variables, chips),
        arrived=chips,
        turned_away=turned_away,
        value_arrived=value_in,
        value_turned_away=value_back,
    )


def cancelled_lot_value(problem: Problem) -> FloatArray:
    """``(N, K, 1, L, 1)``: money agreed for a lot that was ordered ``age`` quarters earlier."""
    value = problem.offers.price * problem.offers.lot
    size = problem.sizes["L"]
    ancestors = problem.tree.ancestors
    ages = [ancestors[min(age, len(ancestors) - 1)] for age in range(size)]
    return np.stack([value[nodes] for nodes in ages], axis=2)[:, :, None, :, None]


def _due(problem: Problem, order: Affine, cancel: Affine) -> Affine:
    """Return what reaches the gate: ``sum over l of lead[l] * order[l back] - cancelled``."""
    leads = range(min(problem.sizes["L"], problem.tree.n_stages))
    return total([_tranche(problem, order, cancel, lead) for lead in leads])


def _tranche(problem: Problem, order: Affine, cancel: Affine, lead: int) -> Affine:
    ancestors = problem.tree.ancestors
    share = problem.offers.lead[:, lead][None, :, None]
    tranche = cancel.pick(4, lead)
    cancelled = [-tranche.pick(3, age).take(ancestors[lead - age]) for age in range(1, lead)]
    return total([order.take(ancestors[lead]).times(share), *cancelled])


def _at_nodes(problem: Problem, by_quarter: FloatArray) -> FloatArray:
    """``(N, K, S)`` from ``(K, S, T)``."""
    return by_quarter[:, :, problem.tree.stage].transpose(2, 0, 1)


def _meet_gate(problem: Problem, due: Affine) -> tuple[Affine, Affine]:
    """Split what is due into what passes and what turns back; the rest waits a quarter more."""
    offers, tree = problem.offers, problem.tree
    passes = offers.may_deliver[:, :, None]
    holds = (tree.stage[:, None] < offers.hold_until[None])[:, :, None]
    arrived, turned_away = due.times(passes), due.times((1.0 - passes) * ~holds)
    waiting = due
    for _ in range(1, tree.n_stages):
        waiting = waiting.times((1.0 - passes) * holds).take(tree.ancestors[1])
        if len(waiting.cell) == 0 and not waiting.constant.any():
            break
        arrived = arrived + waiting.times(passes)
        turned_away = turned_away + waiting.times((1.0 - passes) * ~holds)
    return arrived, turned_away


def pipeline(problem: Problem, variables: Variables) -> list[Rows]:
    """No more is cancelled than is under way: ``sum of cancels of a tranche <= its lots``.

    One row for each node, system, site and tranche, where something may be cancelled there.
    """
    ancestors = problem.tree.ancestors
    rows = []
    for lead in range(2, problem.sizes["L"]):
        for age in range(1, min(lead, problem.tree.n_stages)):
            share = problem.offers.lead[:, lead][None, :, None]
            ordered = variables.order.take(ancestors[age]).times(share)
            cancels = [
                variables.cancel.pick(4, lead).pick(3, earlier).take(ancestors[age - earlier])
                for earlier in range(1, age + 1)
            ]
            if len(cancels[-1].cell):
                rows.append(
                    at_most(
                        "pipeline",
                        total(cancels) - ordered,
                        limit=0.0,
                        axes=("system", "site"),
                        unit="lots",
                    )
                )
    return rows
