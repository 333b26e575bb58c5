"""Replay a list of orders that was fixed in advance: nothing is decided but today's work.

An item that the day's rules do not allow in full is placed as far as they allow. Work is assigned,
rented or left undone at least cost, so the list is not blamed for poor operation.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.matrix import MONEY
from narrows.planning.policy.cuts import no_cuts
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.shocked import shocked
from narrows.planning.policy.simulate import Futures
from narrows.planning.policy.solver import StageSolver
from narrows.planning.policy.stage import StageModel, stage_model
from narrows.planning.policy.state import opening_state

PLACING = 1e-3
"""Reward of an order as a share of its value: enough that it is placed, too little to break a rule
for it."""
IN_PART = 1e-6
"""Lots short of the list beyond the solver's tolerance."""


class Refused(StrEnum):
    """What becomes of an item that cannot be placed on its day."""

    DROPPED = "dropped"
    RETRIED = "retried"


@dataclass(frozen=True, kw_only=True, eq=False)
class ListReplay:
    """What a fixed list did on P futures.

    Attributes
    ----------
    cost
        ``(P,)`` discounted money.
    placed
        Share of the listed money, at the prices of the day, for which orders were placed.
    breaches
        Quarters in which a rule had to be broken at its penalty.
    """

    cost: FloatArray
    placed: float
    breaches: int
    cpu_s: float

    @property
    def mean(self) -> float:
        """Mean cost."""
        return float(self.cost.mean())


def replay_list(
    graph: PolicyGraph, lots: FloatArray, futures: Futures, *, refused: Refused
) -> ListReplay:
    """Return what a list of lots, ``(T, K, S)``, costs on each future.

    With :attr:`Refused.RETRIED` what could not be placed is asked for again in every later quarter.
    """
    began = time.process_time()
    walk = _Walk(graph, lots, futures, refused)
    for quarter in range(graph.n_stages):
        walk.step(quarter)
    return ListReplay(
        cost=walk.cost * MONEY,
        placed=walk.placed / walk.listed if walk.listed else 1.0,
        breaches=walk.breaches,
        cpu_s=time.process_time() - began,
    )


class _Walk:
    """All futures, a quarter at a time."""

    def __init__(
        self, graph: PolicyGraph, lots: FloatArray, futures: Futures, refused: Refused
    ) -> None:
        first = stage_model(graph, 0, graph.start)
        count = len(futures.regimes)
        self.graph, self.lots, self.futures, self.refused = graph, lots, futures, refused
        opening = opening_state(graph, first.state, first.n_states)
        self.states = np.tile(opening, (count, 1))
        self.waiting = np.zeros((count, *lots.shape[1:]))
        self.cost = np.zeros(count)
        self.placed = self.listed = 0.0
        self.breaches = 0

    def step(self, quarter: int) -> None:
        """Place what is due, do the work, and hand the state on."""
        regimes, shocks = self.futures.regimes[:, quarter], self.futures.shocks[:, quarter]
        for regime in np.unique(regimes):
            placer = _Placer(self.graph, quarter, int(regime))
            here = np.flatnonzero(regimes == regime)
            for path in here[np.argsort(shocks[here], kind="stable")]:
                self._path(placer, quarter, int(path), int(shocks[path]))

    def _path(self, placer: _Placer, quarter: int, path: int, shock: int) -> None:
        due = self.lots[quarter] + self.waiting[path]
        done = placer.place(self.states[path], shock, due)
        value = placer.value
        self.listed += float((self.lots[quarter] * value).sum())
        self.placed += float((done.orders * value).sum())
        self.cost[path] += done.cost
        self.breaches += int(done.breached)
        if self.refused is Refused.RETRIED:
            self.waiting[path] = np.where(due - done.orders > IN_PART, due - done.orders, 0.0)
        self.states[path] = done.state


@dataclass(frozen=True, kw_only=True, eq=False)
class _Done:
    """A quarter of one future: orders ``(K, S)``, cost in the solver's money, the next state."""

    orders: FloatArray
    cost: float
    breached: bool
    state: FloatArray


class _Placer:
    """The programme of a quarter and regime in which only today's work is decided."""

    def __init__(self, graph: PolicyGraph, quarter: int, regime: int) -> None:
        model = stage_model(graph, quarter, regime)
        self.model = model
        self.solver = StageSolver(model, shocked(graph, model, quarter), no_cuts(model.n_states))
        self.value = (model.view.offers.price[0] * graph.offers.lot)[:, None]
        self._order = self._decisions(model.variables.order.column)
        self._cells = model.variables.order.cell
        self._hold(self._decisions(model.variables.retired.column))
        reward = -PLACING * np.broadcast_to(self.value, self._shape()).ravel()[self._cells] / MONEY
        self.solver.highs.changeColsCost(len(self._order), self._order, reward)

    def place(self, state: FloatArray, shock: int, due: FloatArray) -> _Done:
        """Order what is due as far as the rules allow, and operate at least cost."""
        upper = due.ravel()[self._cells]
        lower = np.zeros(len(upper))
        self.solver.highs.changeColsBounds(len(upper), self._order, lower, upper)
        decision = self.solver.solve(state, shock).decision
        model: StageModel = self.model
        orders = np.zeros(due.size)
        orders[self._cells] = decision[self._order]
        return _Done(
            orders=orders.reshape(due.shape),
            cost=float(model.cost @ decision + model.cost_state @ state) + model.cost_constant,
            breached=bool(np.any(decision[model.breach] > IN_PART)),
            state=self.solver.next_state(state, decision, shock),
        )

    def _shape(self) -> tuple[int, ...]:
        return self.model.variables.order.shape[1:]

    def _decisions(self, column: IntArray) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        return (column - self.model.n_states).astype(np.int32)

    def _hold(self, columns: np.ndarray[tuple[int], np.dtype[np.int32]]) -> None:
        """Let nothing leave: selling early would be a reaction."""
        none = np.zeros(len(columns))
        self.solver.highs.changeColsBounds(len(columns), columns, none, none)
