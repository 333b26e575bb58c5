"""A policy graph's orders as vintages: each system and quarter of order, with what binds the list.

Used by ``planning_pypsa.py``; knows nothing of PyPSA.
"""

from __future__ import annotations

import numpy as np

from narrows.planning import Futures, PolicyGraph, quarterly_mean
from narrows.planning.policy.fan import dearest


def scenario_values(graph: PolicyGraph, futures: Futures, values: np.ndarray) -> np.ndarray:
    """Return values by quarter and regime, ``(N, ...)``, as ``(scenario, quarter, ...)``."""
    quarter = np.arange(graph.n_stages)
    return values[quarter[None] * len(graph.regimes) + futures.regimes]


class Vintages:
    """Each system and quarter of order that arrives in time: what it delivers, costs and binds."""

    def __init__(self, graph: PolicyGraph, futures: Futures) -> None:
        self.graph, self.stages = graph, graph.n_stages
        lead = np.argmax(graph.offers.lead, axis=1)
        pairs = [
            (k, t)
            for k in range(len(lead))
            for t in range(self.stages - lead[k])
            if t > 0 or graph.offers.may_order[graph.at(0, graph.start), k] > 0.0
        ]
        self.system, self.ordered = np.array(pairs).T
        self.arrives = self.ordered + lead[self.system]
        self.names = [f"{graph.axes.systems[k]} ordered {t}" for k, t in pairs]
        of = self._of(graph, futures)
        self.placed = of(graph.offers.may_order, self.ordered)
        self.passed = of(graph.offers.may_deliver, self.arrives)
        self.price = of(graph.offers.price, self.ordered)
        self.duty = of(graph.offers.duty, self.arrives)
        self.discount = graph.risk.discount ** np.arange(self.stages)

    def _of(self, graph: PolicyGraph, futures: Futures):  # noqa: ANN202
        def of(values: np.ndarray, quarter: np.ndarray) -> np.ndarray:
            return scenario_values(graph, futures, values)[:, quarter, self.system]

        return of

    def share(self) -> np.ndarray:
        """``(scenario, quarter, vintage)``: share of the listed chips that stands."""
        stands = np.arange(self.stages)[:, None] >= self.arrives[None]
        return (self.placed * self.passed)[:, None] * stands[None]

    def unit_cost(self) -> np.ndarray:
        """``(vintage,)``: mean discounted money of a listed chip, its upkeep and end value too."""
        offers, k = self.graph.offers, self.system
        deposit = offers.deposit[k]
        at_order = deposit * self.price
        on_arrival = self.passed * (1.0 - deposit + self.duty) * self.price
        back = (1.0 - self.passed) * offers.blocked_refund[k] * deposit * self.price
        end = offers.end_value[k, self.arrives] * self.graph.risk.discount**self.stages
        now, then = self.discount[self.ordered], self.discount[self.arrives]
        each = at_order * now + (on_arrival - back) * then + self.passed * (self.upkeep() - end)
        return (self.placed * each).mean(axis=0)

    def upkeep(self) -> np.ndarray:
        """``(vintage,)``: operation and energy of a standing chip to the end of the horizon."""
        fleet, site = self.graph.fleet, self.graph.sites
        each = fleet.operating + fleet.power_kw[:, None] * site.energy_price[0][None]
        stands = np.arange(self.stages)[None] >= self.arrives[:, None]
        return (each[self.system] * stands * self.discount).sum(axis=1)

    def limits(self) -> tuple[np.ndarray, np.ndarray]:
        """``(rows, vintages)`` and ``(rows,)``: what binds the list, each row of order one."""
        blocks = [self._supply(), *self._banks(), self._budget(), *self._rooms()]
        rows = np.concatenate([rows for rows, _ in blocks])
        limit = np.concatenate([limit for _, limit in blocks])
        used = np.abs(rows).max(axis=1) > 0.0
        scale = np.abs(rows[used]).max(axis=1)
        return rows[used] / scale[:, None], limit[used] / scale

    def _since_order(self) -> np.ndarray:
        return (np.arange(self.stages)[:, None] >= self.ordered[None]).astype(float)

    def _since_arrival(self) -> np.ndarray:
        return (np.arange(self.stages)[:, None] >= self.arrives[None]).astype(float)

    def _supply(self) -> tuple[np.ndarray, np.ndarray]:
        mean = quarterly_mean(self.graph, self.graph.offers.supply)
        mean[1:] *= self.graph.shocks.probability @ self.graph.shocks.supply
        return np.eye(len(self.system)), mean[self.ordered, self.system]

    def _banks(self) -> list[tuple[np.ndarray, np.ndarray]]:
        found = []
        for cap in self.graph.caps:
            quota = quarterly_mean(self.graph, cap.quota)
            quota[1:] *= self.graph.shocks.probability @ self.graph.shocks.quota
            found.append((self._since_order() * cap.systems[self.system], np.cumsum(quota)))
        for share in self.graph.shares:
            phi = quarterly_mean(self.graph, share.share)[self.ordered]
            spent = share.others[self.system] * phi / (1.0 - phi)
            rows = self._since_order() * (spent - share.domestic[self.system])
            found.append((rows, np.zeros(self.stages)))
        return found

    def _budget(self) -> tuple[np.ndarray, np.ndarray]:
        graph, k = self.graph, self.system
        price = dearest(graph)[self.ordered, k]
        first = graph.offers.price[graph.at(0, graph.start)]
        price = np.where(self.ordered == 0, first[k], price)
        deposit = graph.offers.deposit[k]
        duty = graph.offers.duty[self.arrives * len(graph.regimes) + len(graph.regimes) - 1, k]
        rows = self._since_order() * deposit * price
        rows += self._since_arrival() * (1.0 - deposit + duty) * price
        bills = np.cumsum([graph.porting_bill(t) for t in range(self.stages)])
        return rows, np.cumsum(graph.budget.release) - bills

    def _rooms(self) -> list[tuple[np.ndarray, np.ndarray]]:
        fleet, sites = self.graph.fleet, self.graph.sites
        found = []
        for each, room in ((fleet.power_kw, sites.power_kw[0]), (fleet.floor, sites.floor[0])):
            held = float(each @ fleet.installed[:, 0])
            found.append((self._since_arrival() * each[self.system], room - held))
        return found
