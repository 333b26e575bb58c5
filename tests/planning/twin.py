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
from linopy.variables import Variable

from narrows.planning.arrays import FloatArray
from narrows.planning.parts import Counted, Item
from narrows.planning.problem import Problem

linopy.options["semantics"] = "v1"

MONEY = 1e6


class Twin:
    """The linopy model of a problem. ``objective`` solves it and returns the problem's money."""

    def __init__(self, problem: Problem, *, whole: bool = False) -> None:
        self.problem = problem
        self.whole = whole
        self.model = linopy.Model()
        axes = problem.axes
        self.node = np.arange(problem.tree.n_nodes)
        self.labels = {
            "node": self.node,
            "system": list(axes.systems),
            "site": list(axes.sites),
            "workload": list(axes.workloads),
            "rental": list(axes.rentals),
            "stack": list(axes.stacks),
            "age": np.arange(problem.sizes["L"]),
            "lead": np.arange(problem.sizes["L"]),
        }
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

    # -- helpers -------------------------------------------------------------------------------

    def data(self, values: FloatArray, *dims: str) -> xr.DataArray:
        """Return an array with the problem's labels."""
        coords = {dim: self.labels[dim] for dim in dims}
        return xr.DataArray(np.asarray(values, dtype=np.float64), dims=dims, coords=coords)

    def by_quarter(self, values: FloatArray, *dims: str) -> xr.DataArray:
        """Return node values of an array whose last axis is the quarter."""
        stage = self.problem.tree.stage
        moved = np.moveaxis(np.asarray(values, dtype=np.float64)[..., stage], -1, 0)
        return self.data(moved, "node", *dims)

    def variable(
        self,
        name: str,
        *dims: str,
        lower: float = 0.0,
        upper: xr.DataArray | float = np.inf,
        integer: bool = False,
    ) -> Variable:
        """Add a variable with the problem's labels."""
        coords = [self.labels[dim] for dim in dims]
        shape = tuple(len(coord) for coord in coords)
        low = xr.DataArray(
            np.full(shape, lower), dims=dims, coords=dict(zip(dims, coords, strict=True))
        )
        return self.model.add_variables(lower=low, upper=upper, name=name, integer=integer)

    def before(self, variable: Variable | LinearExpression) -> LinearExpression:
        """Return the parent's value on every node, zero at the root."""
        parent = self.problem.tree.parent
        inner = self.node[1:]
        expression = 1.0 * variable
        moved = expression.isel(node=parent[1:]).assign_coords(node=inner)
        return moved.reindex(node=self.node, fill_value=0.0)

    def at_root(self, value: float) -> xr.DataArray:
        """Return a value at the root, zero elsewhere."""
        return self.data(np.where(self.problem.tree.stage == 0, value, 0.0), "node")

    # -- blocks --------------------------------------------------------------------------------

    def _purchase(self) -> None:
        offers = self.problem.offers
        place = ("node", "system", "site")
        self.order = self.variable("order", *place, integer=self.whole)
        permitted = self.data(offers.may_order * offers.supply, "node", "system")
        lot = self.data(offers.lot, "system")
        self.model.add_constraints((self.order * lot).sum("site") <= permitted, name="supply")
        self.transit = self.variable("transit", *place, "age", "lead")
        self.value = self.variable("value", *place, "age", "lead")
        self.cancel = self.variable("cancel", *place, "age", "lead", upper=self._cancellable())
        price = self.data(offers.price * offers.lot, "node", "system")
        lead = self.data(offers.lead, "system", "lead")
        agreed = self._agreed()
        fresh = self.order * lead
        self.model.add_constraints(
            self.transit.sel(age=0, drop=True) - fresh == 0, name="transit_start"
        )
        self.model.add_constraints(
            self.value.sel(age=0, drop=True) - fresh * price == 0, name="value_start"
        )
        for age in self.labels["age"][1:]:
            lots = self.before(self.transit.sel(age=age - 1, drop=True)) - self.cancel.sel(
                age=age, drop=True
            )
            money = self.before(self.value.sel(age=age - 1, drop=True))
            money = money - self.cancel.sel(age=age, drop=True) * agreed.sel(age=age, drop=True)
            under_way = self.data((np.arange(len(self.labels["lead"])) > age) * 1.0, "lead")
            self.model.add_constraints(
                self.transit.sel(age=age, drop=True) - lots * under_way == 0, name=f"transit_{age}"
            )
            self.model.add_constraints(
                self.value.sel(age=age, drop=True) - money * under_way == 0, name=f"value_{age}"
            )

    def _cancellable(self) -> xr.DataArray:
        """Infinite where a tranche may be cancelled, else zero."""
        offers, size = self.problem.offers, self.problem.sizes["L"]
        age, lead = np.arange(size)[:, None], np.arange(size)[None, :]
        window = (age >= 1) & (age < lead)
        allowed = ~np.isnan(offers.cancel_refund)[:, :, None] & window[None]
        top = np.where(allowed, np.inf, 0.0)[None, :, None]
        shape = (len(self.node), *top.shape[1:2], self.problem.sizes["S"], size, size)
        return self.data(np.broadcast_to(top, shape), "node", "system", "site", "age", "lead")

    def _agreed(self) -> xr.DataArray:
        """Money agreed for a lot that was ordered ``age`` quarters before each node."""
        problem = self.problem
        value = problem.offers.price * problem.offers.lot
        agreed = np.zeros((len(self.node), problem.sizes["K"], problem.sizes["L"]))
        for node in self.node:
            for age, at in enumerate(problem.tree.path(int(node))[::-1][: problem.sizes["L"]]):
                agreed[node, :, age] = value[at]
        return self.data(agreed, "node", "system", "age")

    def _due(self, state: Variable) -> LinearExpression:
        """What of a state reaches the gate at each node."""
        due = 1.0 * state.sel(age=0, lead=0, drop=True)
        for lead in self.labels["lead"][1:]:
            due = due + self.before(state.sel(age=lead - 1, lead=lead, drop=True))
        return due

    def _gate(self) -> None:
        problem, offers = self.problem, self.problem.offers
        place = ("node", "system", "site")
        passes = self.data(offers.may_deliver, "node", "system")
        hold = problem.tree.stage[:, None] < offers.hold_until[None]
        holds = self.data(hold * 1.0, "node", "system")
        booked = self.by_quarter(offers.booked, "system", "site")
        lot = self.data(offers.lot, "system")
        for kind, state in (("lots", self.transit), ("money", self.value)):
            waiting = self.variable(f"waiting_{kind}", *place)
            at_gate = self._due(state) + self.before(waiting)
            if kind == "lots":
                at_gate = at_gate + booked
            elif offers.booked_value is not None:
                at_gate = at_gate + self.by_quarter(offers.booked_value, "system", "site")
            self.model.add_constraints(
                waiting - at_gate * ((1.0 - passes) * holds) == 0, name=f"wait_{kind}"
            )
            if kind == "lots":
                self.arrived = at_gate * passes * lot
            else:
                self.money_in = at_gate * passes
                self.money_back = at_gate * ((1.0 - passes) * (1.0 - holds))
        self.booked_in = self._booked_in()

    def _booked_in(self) -> xr.DataArray:
        """Chips of booked lots that pass the gate at each node."""
        problem, offers = self.problem, self.problem.offers
        waiting = np.zeros((len(self.node), *problem.fleet.installed.shape))
        arrived = np.zeros_like(waiting)
        for node in self.node:
            stage, parent = problem.tree.stage[node], problem.tree.parent[node]
            at_gate = offers.booked[:, :, stage] + (waiting[parent] if parent >= 0 else 0.0)
            passes = offers.may_deliver[node][:, None]
            arrived[node] = passes * at_gate * offers.lot[:, None]
            holds = (stage < offers.hold_until)[:, None]
            waiting[node] = (1.0 - passes) * at_gate * holds
        return self.data(arrived, "node", "system", "site")

    def _stand_and_work(self) -> None:
        problem = self.problem
        self._fleet()
        work = problem.work
        can = (work.rate > 0.0)[:, None, :] & work.runs_at.T[None]
        can = np.broadcast_to(np.where(can, np.inf, 0.0)[None], (len(self.node), *can.shape))
        top = self.data(can, "node", "system", "site", "workload")
        self.assign = self.variable("assign", "node", "system", "site", "workload", upper=top)
        up = self.data(problem.fleet.availability, "system")
        self.model.add_constraints(
            self.assign.sum("workload") - self.fleet * up <= 0, name="assignment"
        )
        self._rent()
        demand = self.data(work.demand, "node", "workload")
        top = demand * self.data(work.unmet_max, "node", "workload")
        self.unmet = self.variable("unmet", "node", "workload", upper=top)
        rate = self.data(work.rate, "system", "workload")
        self.work = (self.assign * rate).sum("site")
        covered = self.work.sum("system") + self.unmet
        if problem.axes.rentals:
            rented = self.rent * self.data(problem.rental.rate, "rental", "workload")
            covered = covered + rented.sum("rental")
        self.model.add_constraints(covered >= demand, name="demand")
        self._porting(demand)
        self._gangs()
        self._capability(demand)

    def _gangs(self) -> None:
        """Within the first four quarters: none, or at least a gang at each system and site."""
        problem, gang = self.problem, self.problem.work.gang
        if gang is None:
            return
        early = self.node[problem.tree.stage < 4]
        for w in np.flatnonzero(gang > 0.0):
            for k, system in enumerate(problem.axes.systems):
                for s, site in enumerate(problem.axes.sites):
                    most = self._most_ganged(early, k, s, int(w))
                    coords = {"node": early}
                    top = xr.DataArray((most >= gang[w]) * 1.0, dims="node", coords=coords)
                    low = xr.zeros_like(top)
                    name = f"gang_{k}_{s}_{w}"
                    runs = self.model.add_variables(
                        lower=low, upper=top, name=name, integer=self.whole
                    )
                    labels = {"system": system, "site": site}
                    labels["workload"] = problem.axes.workloads[w]
                    chips = 1.0 * self.assign.sel(**labels, drop=True).sel(node=early)
                    limit = xr.DataArray(most, dims="node", coords=coords)
                    self.model.add_constraints(chips - runs * float(gang[w]) >= 0, name=f"{name}_a")
                    self.model.add_constraints(chips - runs * limit <= 0, name=f"{name}_b")

    def _most_ganged(self, nodes: FloatArray, k: int, s: int, w: int) -> FloatArray:
        problem = self.problem
        work, fleet, sites = problem.work, problem.fleet, problem.sites
        gang, rate = work.gang[w], work.rate[k, w]
        most = []
        for node in nodes:
            stage = problem.tree.stage[node]
            room = min(
                sites.power_kw[s, stage] / fleet.power_kw[k], sites.floor[s, stage] / fleet.floor[k]
            )
            useful = work.demand[node, w] / rate if rate > 0.0 else 0.0
            most.append(min(room * fleet.availability[k], max(useful, gang)))
        return np.array(most)

    def _capability(self, demand: xr.DataArray) -> None:
        """The sum of useful work is a state here, and each flag is bounded by it."""
        clock, tree = self.problem.work.capability, self.problem.tree
        self.waited = None
        if clock is None:
            return
        for w in np.flatnonzero(np.isfinite(clock.target)):
            name, target = self.problem.axes.workloads[w], float(clock.target[w])
            wanted = [self.problem.work.demand[tree.path(int(n)), w].sum() for n in self.node]
            top = self.data(np.array(wanted) >= target, "node")
            flag = self.variable(f"reached_{w}", "node", upper=top, integer=self.whole)
            limit = demand.sel(workload=name, drop=True)
            useful = self.variable(f"useful_{w}", "node", upper=limit)
            own = self.work.sel(workload=name, drop=True).sum("system")
            self.model.add_constraints(useful - own <= 0, name=f"useful_{w}_")
            done = self.variable(f"done_{w}", "node")
            self.model.add_constraints(done - self.before(done) - useful == 0, name=f"done_{w}_")
            self.model.add_constraints(done - flag * target >= 0, name=f"reached_{w}_")
            self.model.add_constraints(flag - self.before(flag) >= 0, name=f"stays_{w}_")
            cost = (1.0 - flag) * float(clock.delay_price[w])
            self.waited = cost if self.waited is None else self.waited + cost

    def _fleet(self) -> None:
        problem = self.problem
        self.fleet = self.variable("fleet", "node", "system", "site")
        installed = np.zeros((len(self.node), *problem.fleet.installed.shape))
        installed[0] = problem.fleet.installed
        start = self.data(installed, "node", "system", "site")
        retired = self.variable("retired", "node", "system", "site", upper=self._retirable())
        growth = self.fleet - self.before(self.fleet) - self.arrived + retired
        self.model.add_constraints(growth == start, name="fleet")
        for name, draw, room in (
            ("power", problem.fleet.power_kw, problem.sites.power_kw),
            ("floor", problem.fleet.floor, problem.sites.floor),
        ):
            used = (self.fleet * self.data(draw, "system")).sum("system")
            self.model.add_constraints(used <= self.by_quarter(room, "site"), name=name)

    def _retirable(self) -> xr.DataArray:
        """Infinite for chips that may leave early: old ones, and all where room shrinks."""
        problem = self.problem
        old = (problem.fleet.installed > 0.0) | (problem.offers.booked.max(axis=2) > 0.0)
        shrinks = [
            bool((np.diff(problem.sites.power_kw[s]) < 0.0).any())
            or bool((np.diff(problem.sites.floor[s]) < 0.0).any())
            for s in range(problem.sizes["S"])
        ]
        top = np.where(old | np.array(shrinks)[None], np.inf, 0.0)
        return self.data(
            np.broadcast_to(top, (len(self.node), *top.shape)), "node", "system", "site"
        )

    def _rent(self) -> None:
        problem, rental = self.problem, self.problem.rental
        if not problem.axes.rentals:
            return
        rate = np.where(rental.rate > 0.0, rental.rate, np.inf)
        most = rental.allowed * problem.work.demand[:, None, :] / rate
        top = self.data(most, "node", "rental", "workload")
        self.rent = self.variable("rent", "node", "rental", "workload", upper=top)
        ceiling = self.data(rental.ceiling, "node", "rental")
        self.model.add_constraints(self.rent.sum("workload") <= ceiling, name="rental")

    def _porting(self, demand: xr.DataArray) -> None:
        problem, porting = self.problem, self.problem.porting
        grid = ("node", "stack", "workload")
        ones = np.ones((len(self.node), *porting.done.shape))
        self.ported = self.variable(
            "ported", *grid, upper=self.data(ones, *grid), integer=self.whole
        )
        self.model.add_constraints(self.ported - self.before(self.ported) >= 0, name="ported")
        for q, stack in enumerate(problem.axes.stacks):
            members = [problem.axes.systems[k] for k in np.flatnonzero(porting.stack == q)]
            for w, workload in enumerate(problem.axes.workloads):
                if porting.done[q, w] or not members:
                    continue
                started = 1.0 * self.ported.sel(stack=stack, workload=workload, drop=True)
                for _ in range(int(porting.quarters[q, w])):
                    started = self.before(started)
                used = self.work.sel(workload=workload, system=members, drop=True).sum("system")
                most = self._most_work(demand.sel(workload=workload, drop=True), q, w)
                self.model.add_constraints(used - started * most <= 0, name=f"port_{q}_{w}")

    def _most_work(self, demand: xr.DataArray, stack: int, workload: int) -> xr.DataArray:
        problem = self.problem
        members = problem.porting.stack == stack
        per_kw = (problem.work.rate[members, workload] / problem.fleet.power_kw[members]).max()
        room = self.by_quarter(problem.sites.power_kw, "site").sum("site")
        return xr.DataArray(np.minimum(demand, room * per_kw))

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
