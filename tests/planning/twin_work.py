"""The twin's fleet and work: what stands, what it does, rent, porting, gangs and capabilities."""

from __future__ import annotations

import numpy as np
import xarray as xr
from tests.planning.twin_purchase import Purchase

from narrows.planning.arrays import FloatArray


class Standing(Purchase):
    """Chips that stand and what they compute."""

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
