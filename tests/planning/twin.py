"""A second builder, written from the equations in linopy's labelled arithmetic.

It exists to disagree: the direct matrices and this model share no code but the problem's arrays.
Pipelines and bonded stock are states here, ancestor references there. Needs the ``dev`` extra;
``semantics = "v1"`` makes linopy refuse arithmetic between misaligned labels.
"""

from __future__ import annotations

import linopy
import numpy as np
import xarray as xr
from linopy.expressions import LinearExpression
from tests.planning.twin_work import Standing

from narrows.planning.parts import Counted, Item
from narrows.planning.problem import Problem

MONEY = 1e6


class Twin(Standing):
    """The linopy model of a problem. ``objective`` solves it and returns the problem's money."""

    def __init__(self, problem: Problem, *, whole: bool = False) -> None:
        super().__init__(problem, whole=whole)
        self._purchase()
        self._gate()
        self._stand_and_work()
        self._banks()
        self._objective()

    def objective(self) -> float:
        """Solve and return the optimum, at gap zero where numbers are whole."""
        self.model.solve(
            solver_name="highs", progress=False, output_flag=False, threads=1, mip_rel_gap=0.0
        )
        value = self.model.objective.value
        if value is None:
            msg = f"the twin has no optimum: {self.model.termination_condition}"
            raise ValueError(msg)
        return float(value) * MONEY

    def _counted(self, counted: Counted) -> LinearExpression:
        if counted is Counted.ORDER:
            lots = self.order * self.data(self.problem.offers.lot, "system")
            return lots.sum("site")
        chips = self.arrived if counted is Counted.DELIVERY else 1.0 * self.fleet
        return chips.sum("site")

    def _banks(self) -> None:
        problem = self.problem
        for cap in problem.caps:
            bank = self.variable(cap.name, "node")
            mask = self.data(cap.systems, "system")
            used = (self._counted(cap.counted) * mask).sum("system")
            flow = bank - self.before(bank) * cap.carry + used
            flow = flow - self.at_root(cap.carry * cap.opening)
            self.model.add_constraints(flow <= self.data(cap.quota, "node"), name=f"{cap.name}_")
        for share in problem.shares:
            bank = self.variable(share.name, "node")
            odds = share.share / (1.0 - share.share)
            sign = share.others * odds[:, None] - share.domestic * 1.0
            weight = self.data(sign * share.weight, "node", "system")
            flow = (self._counted(share.counted) * weight).sum("system")
            if share.counted is not Counted.FLEET:
                flow = flow + bank - self.before(bank) * share.carry
                flow = flow - self.at_root(share.carry * share.opening)
            self.model.add_constraints(flow <= 0, name=f"{share.name}_")

    def _items(self) -> dict[Item, LinearExpression]:
        problem, offers = self.problem, self.problem.offers
        deposit = self.data(offers.deposit, "system")
        price = self.data(offers.price * offers.lot, "node", "system")
        duty = self.data(offers.duty, "node", "system")
        root_price = self.data(offers.price[0], "system")
        draw = self.data(problem.fleet.power_kw, "system")
        back = problem.risk.discount ** (problem.tree.n_stages - problem.tree.stage)
        end = self.by_quarter(offers.end_value, "system") * self.data(back, "node")
        unpriced = self.booked_in * root_price * float(offers.booked_value is None)
        items = {
            Item.PURCHASE: _sum(self.order * (deposit * price) + self.money_in * (1.0 - deposit)),
            Item.DUTY: _sum((self.money_in + unpriced) * duty),
            Item.REFUND: self._refund(deposit),
            Item.OPERATION: _sum(self.fleet * self.by_quarter(problem.fleet.operating, "system")),
            Item.ENERGY: _sum(
                self.fleet * (self.by_quarter(problem.sites.energy_price, "site") * draw)
            ),
            Item.PORTING: _sum(
                (self.ported - self.before(self.ported))
                * self.data(problem.porting.cost, "stack", "workload")
            ),
            Item.UNMET: _sum(self.unmet * self.by_quarter(problem.work.unmet_price, "workload")),
            Item.END_VALUE: -_sum(self.arrived * end),
        }
        if self.waited is not None:
            items[Item.DELAY] = self.waited
        if problem.axes.rentals:
            rent_price = self.data(problem.rental.price, "node", "rental")
            items[Item.RENTAL] = _sum(self.rent * rent_price)
        return items

    def _refund(self, deposit: xr.DataArray) -> LinearExpression:
        offers = self.problem.offers
        on_block = self.data(offers.blocked_refund, "system") * deposit
        on_cancel = self.data(np.nan_to_num(offers.cancel_refund), "system", "age") * deposit
        cancelled = self.cancel * (self._agreed() * on_cancel)
        return -(_sum(self.money_back * on_block) + _sum(cancelled))

    def _objective(self) -> None:
        problem, risk = self.problem, self.problem.risk
        items = self._items()
        if problem.budget is not None:
            bank = self.variable("budget", "node")
            paid = sum(items[item] for item in sorted(problem.budget.pays) if item in items)
            flow = bank - self.before(bank) * problem.budget.carry + paid * (1.0 / MONEY)
            release = self.by_quarter(problem.budget.release, *()) / MONEY
            opening = problem.budget.carry * problem.budget.opening / MONEY
            release = release + self.at_root(opening)
            self.model.add_constraints(flow <= release, name="budget_")
        discount = self.data(problem.discount / MONEY, "node")
        cost = sum(items.values()) * discount
        mean = (cost * self.data(problem.tree.probability, "node")).sum()
        if risk.weight == 0.0:
            self.model.add_objective(_without_constant(self.model, mean))
            return
        total = (1.0 - risk.weight) * mean + risk.weight * self._cvar(cost)
        self.model.add_objective(_without_constant(self.model, total))

    def _cvar(self, cost: LinearExpression) -> LinearExpression:
        """Rockafellar and Uryasev, with each leaf's total summed along its path."""
        tree, tail = self.problem.tree, self.problem.risk.tail
        quantile = self.model.add_variables(name="quantile")
        terms = 1.0 * quantile
        for leaf in tree.leaves:
            excess = self.model.add_variables(lower=0.0, name=f"excess_{leaf}")
            total = cost.sel(node=tree.path(int(leaf))).sum()
            self.model.add_constraints(excess + quantile - total >= 0, name=f"cvar_{leaf}")
            terms = terms + excess * (float(tree.probability[leaf]) / (1.0 - tail))
        return terms


def _sum(expression: LinearExpression) -> LinearExpression:
    """Sum over everything but the node."""
    return expression.sum([dim for dim in expression.coord_dims if dim != "node"])


def _without_constant(model: linopy.Model, expression: LinearExpression) -> LinearExpression:
    """Carry the constant by a column that is fixed at one; linopy's objectives hold none."""
    one = model.add_variables(lower=1.0, upper=1.0, name="one")
    constant = float(expression.const)
    return (expression - constant) + one * constant
