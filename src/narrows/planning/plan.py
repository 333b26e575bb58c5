"""A plan: what is ordered, arrives, stands, works and costs at every node, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.basis import Basis
from narrows.planning.blocks.banks import weight_unit
from narrows.planning.blocks.demand import own_work
from narrows.planning.blocks.porting import ported
from narrows.planning.lp import Status
from narrows.planning.matrix import MONEY, Model
from narrows.planning.parts import Item
from narrows.planning.problem import Problem


@dataclass(frozen=True, kw_only=True, eq=False)
class Reason:
    """Why a lot is or is not ordered: what one more would cost and earn, rule by rule.

    Attributes
    ----------
    cost
        Money for one more lot, with what it costs to run.
    by_rule
        Money that one more lot earns (positive) or loses (negative) through each rule, at the
        prices of the linear programme with whole numbers held. ``work`` is the worth of its work.
    binding
        The rule that takes most of the lot's worth, ``None`` where no rule takes any.
    """

    node: int
    quarter: str
    system: str
    site: str
    lots: float
    cost: float
    by_rule: Mapping[str, float]
    binding: str | None

    @property
    def worth(self) -> float:
        """What one more lot would save in all; negative where it would cost."""
        return sum(self.by_rule.values()) - self.cost


@dataclass(frozen=True, kw_only=True, eq=False)
class RulePrice:
    """What one more unit of a rule's limit would save, over all nodes of a quarter.

    Local, and with whole numbers held: far changes need a re-solved curve.
    """

    rule: str
    subject: tuple[str, ...]
    quarter: str
    price: float
    unit: str


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What the solution took and how exact it is. CPU seconds are not part of the answer."""

    build_cpu_s: float
    relaxation_cpu_s: float
    search_cpu_s: float
    simplex_iterations: int
    row_residual: float
    bound_residual: float

    @property
    def cpu_s(self) -> float:
        """All CPU seconds together."""
        return self.build_cpu_s + self.relaxation_cpu_s + self.search_cpu_s


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """A plan over the tree. Axes as in :mod:`narrows.planning.parts`; money undiscounted.

    Attributes
    ----------
    objective, bound, gap
        Discounted and risk-weighted money; no plan is cheaper than ``bound``;
        ``gap = (objective - bound) / |objective|``.
    whole_quarters
        Quarters whose orders and portings are whole numbers; later ones are relaxed.
    orders, cancelled, turned_away
        ``(N, K, S)`` lots.
    arrived, fleet
        ``(N, K, S)`` chips.
    assigned, assigned_at
        ``(N, K, W)`` chips at work on workloads that may run anywhere, ``(N, K, S, W)`` on others.
    own_work, unmet
        ``(N, W)`` work.
    rented
        ``(N, C, W)`` chips.
    ported
        ``(N, Q, W)``: whether porting has started.
    progress, reached
        ``(N, W)`` work of the node that counts towards a capability, and whether that is reached;
        yes or no at every node of a plan with whole quarters, between them in a relaxed one.
    caps, shares, budget
        ``(N,)`` balance of each bank by rule name, after the node's decisions.
    ledger
        ``(N,)`` money by item.
    total
        ``(N,)`` discounted money of the node.
    """

    status: Status
    objective: float
    bound: float
    whole_quarters: int
    orders: FloatArray
    cancelled: FloatArray
    cancelled_tranches: FloatArray
    turned_away: FloatArray
    arrived: FloatArray
    fleet: FloatArray
    assigned: FloatArray
    assigned_at: FloatArray
    own_work: FloatArray
    unmet: FloatArray
    rented: FloatArray
    ported: FloatArray
    progress: FloatArray
    reached: FloatArray
    caps: Mapping[str, FloatArray]
    shares: Mapping[str, FloatArray]
    budget: FloatArray
    ledger: Mapping[Item, FloatArray]
    total: FloatArray
    reasons: tuple[Reason, ...]
    prices: tuple[RulePrice, ...]
    effort: Effort
    basis: Basis

    @property
    def gap(self) -> float:
        """Relative distance of the objective from the bound."""
        return (self.objective - self.bound) / max(abs(self.objective), 1e-9)


def expected(problem: Problem, values: FloatArray) -> FloatArray:
    """Return the expectation of node values by quarter, shape ``(T, ...)``."""
    tree = problem.tree
    weighted = values * tree.probability.reshape(-1, *([1] * (values.ndim - 1)))
    sums = np.zeros((tree.n_stages, *values.shape[1:]))
    np.add.at(sums, tree.stage, weighted)
    return sums


@dataclass(frozen=True, kw_only=True, eq=False)
class Quantities:
    """The arrays of a plan, read from the columns of a solution."""

    values: Mapping[str, FloatArray]
    caps: Mapping[str, FloatArray]
    shares: Mapping[str, FloatArray]
    ledger: Mapping[Item, FloatArray]


def read_quantities(problem: Problem, model: Model, solution: FloatArray) -> Quantities:
    """Return what a solution means."""
    variables, made = model.variables, model.made
    tranches = variables.cancel.at(solution)
    ledger = {item: booked.at(solution) for item, booked in model.booked.items()}
    values = {
        "orders": variables.order.at(solution),
        "cancelled": tranches.sum(axis=(3, 4)),
        "cancelled_tranches": tranches,
        "turned_away": made.turned_away.at(solution),
        "arrived": made.arrived.at(solution),
        "fleet": made.fleet.at(solution),
        "assigned": variables.assign.at(solution),
        "assigned_at": variables.assign_at.at(solution),
        "own_work": own_work(problem, variables).at(solution),
        "unmet": variables.unmet.at(solution) * problem.work.demand,
        "rented": variables.rent.at(solution),
        "ported": ported(problem, variables).at(solution),
        "progress": variables.progress.at(solution) * problem.work.demand,
        "reached": variables.reached.at(solution),
        "budget": variables.budget.at(solution) * MONEY,
        "total": problem.discount * sum(ledger.values()),
    }
    return Quantities(
        values=values,
        caps={
            cap.name: balance.at(solution)
            for cap, balance in zip(problem.caps, variables.caps, strict=True)
        },
        shares={
            share.name: balance.at(solution) * weight_unit(share)
            for share, balance in zip(problem.shares, variables.shares, strict=True)
        },
        ledger=ledger,
    )
