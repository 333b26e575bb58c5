"""The twin's orders: pipelines, cancellation, the gate and what waits in bond, all as states."""

from __future__ import annotations

import numpy as np
import xarray as xr
from linopy.expressions import LinearExpression
from linopy.variables import Variable
from tests.planning.twin_labels import Labels


class Purchase(Labels):
    """Orders on their way to the gate, with their money."""

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
