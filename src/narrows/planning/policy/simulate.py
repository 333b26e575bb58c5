"""Replay a policy over sampled futures, all paths of a quarter, regime and shock together.

The same seed gives the same futures whatever the policy, so two policies can be compared path by
path (common random numbers).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.matrix import MONEY
from narrows.planning.policy.books import Decided, nothing_decided
from narrows.planning.policy.cancelling import by_quarters_left
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.policy import Policy, Solvers
from narrows.planning.policy.solver import StageAnswer, StageSolver

ONE_SIDED_95 = 1.6449
"""Standard normal quantile of 95 %."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Futures:
    """Sampled futures: the regime and the shock of each quarter, ``(P, T)`` each."""

    regimes: IntArray
    shocks: IntArray

    def some(self, paths: slice) -> Futures:
        """Return some of them."""
        return Futures(regimes=self.regimes[paths], shocks=self.shocks[paths])


@dataclass(frozen=True, kw_only=True, eq=False)
class Replay:
    """What a policy did on P futures.

    Attributes
    ----------
    cost
        ``(P, T)`` discounted money by quarter.
    orders, fleet
        ``(P, T, K)`` lots and chips, summed over sites.
    unmet
        ``(P, T, W)`` work.
    breaches
        Quarters in which a rule had to be broken at its penalty.
    """

    futures: Futures
    cost: FloatArray
    orders: FloatArray
    fleet: FloatArray
    unmet: FloatArray
    breaches: int
    cpu_s: float

    @property
    def total(self) -> FloatArray:
        """``(P,)``: discounted money of each future."""
        return np.asarray(self.cost.sum(axis=1))

    @property
    def mean(self) -> float:
        """Mean cost."""
        return float(self.total.mean())

    @property
    def upper(self) -> float:
        """Upper 95 % limit of the mean cost."""
        spread = float(self.total.std(ddof=1)) / float(np.sqrt(len(self.total)))
        return self.mean + ONE_SIDED_95 * spread


def sample_futures(graph: PolicyGraph, count: int, *, seed: int) -> Futures:
    """Return sampled futures; the first quarter has the known regime and no shock."""
    uniform = np.random.default_rng(seed).random((2, graph.n_stages, count))
    regimes = np.full((count, graph.n_stages), graph.start, dtype=np.int64)
    shocks = np.zeros((count, graph.n_stages), dtype=np.int64)
    chance = np.cumsum(graph.shocks.probability)[:-1]
    for t in range(1, graph.n_stages):
        rows = np.cumsum(graph.transition[t - 1], axis=1)[regimes[:, t - 1], :-1]
        regimes[:, t] = (uniform[0, t][:, None] >= rows).sum(axis=1)
        shocks[:, t] = (uniform[1, t][:, None] >= chance[None]).sum(axis=1)
    return Futures(regimes=regimes, shocks=shocks)


def replay(policy: Policy, futures: Futures) -> Replay:
    """Return what the policy does on each future, lots relaxed: a solve per quarter and path.

    The solvers start fresh, so equal policies and futures give equal bits. Rules of decision that
    need no solver are simulated by :func:`simulate_rule`, a hundred times as fast.
    """
    return _replay(policy, futures, _relaxed, _forget)


def replay_whole(policy: Policy, futures: Futures, *, gap: float = 0.005) -> Replay:
    """Return what the policy does on each future if every quarter orders whole lots.

    Each quarter is solved within ``gap``. The difference to :func:`replay` on the same futures is
    what whole lots cost.
    """
    return _replay(
        policy, futures, lambda solver, state, shock: solver.solve_whole(state, shock, gap), _forget
    )


def replay_decided(policy: Policy, futures: Futures) -> tuple[Replay, tuple[Decided, ...]]:
    """Return :func:`replay` and every decision behind it, by quarter."""
    graph, paths = policy.graph, len(futures.regimes)
    decided = tuple(nothing_decided(graph, paths) for _ in range(graph.n_stages))

    def keep(quarter: int, path: int, solver: StageSolver, solution: FloatArray) -> None:
        page, made = decided[quarter], solver.model.variables
        page.order[path] = made.order.at(solution)[0]
        page.retired[path] = made.retired.at(solution)[0]
        page.assigned[path] = made.assign.at(solution)[0]
        page.assigned_at[path] = made.assign_at.at(solution)[0]
        page.rented[path] = made.rent.at(solution)[0]
        page.started[path] = made.started.at(solution)[0]
        left = by_quarters_left(made.cancel).at(solution)[0]
        page.cancelled[path] = np.moveaxis(left, 2, 0)
        page.unmet[path] = made.unmet.at(solution)[0] * solver.model.view.work.demand[0]

    return _replay(policy, futures, _relaxed, keep), decided


Decide: TypeAlias = Callable[[StageSolver, FloatArray, int], StageAnswer]
Keep: TypeAlias = Callable[[int, int, StageSolver, FloatArray], None]


def _relaxed(solver: StageSolver, state: FloatArray, shock: int) -> StageAnswer:
    return solver.solve(state, shock)


def _forget(quarter: int, path: int, solver: StageSolver, solution: FloatArray) -> None:
    """Keep nothing beyond the sums."""


def _replay(policy: Policy, futures: Futures, decide: Decide, keep: Keep) -> Replay:
    began = time.process_time()
    graph, count = policy.graph, len(futures.regimes)
    solvers = Solvers(policy=policy)
    sizes = graph.sizes
    states = np.tile(policy.opening, (count, 1))
    cost = np.zeros((count, graph.n_stages))
    orders, fleet = np.zeros((2, count, graph.n_stages, sizes["K"]))
    unmet = np.zeros((count, graph.n_stages, sizes["W"]))
    breaches = 0
    for t in range(graph.n_stages):
        for path in np.lexsort((futures.shocks[:, t], futures.regimes[:, t])):
            solver = solvers.at(t, int(futures.regimes[path, t]))
            shock = int(futures.shocks[path, t])
            answer = decide(solver, states[path], shock)
            solution = np.concatenate([states[path], answer.decision])
            cost[path, t] = float(solver.model.spent.at(solution)[0]) * MONEY
            orders[path, t], fleet[path, t], unmet[path, t] = _read(solver, solution)
            keep(t, int(path), solver, solution)
            breaches += int(np.any(answer.decision[solver.model.breach] > 1e-6))
            states[path] = solver.next_state(states[path], answer.decision, shock)
    return Replay(
        futures=futures,
        cost=cost,
        orders=orders,
        fleet=fleet,
        unmet=unmet,
        breaches=breaches,
        cpu_s=time.process_time() - began,
    )


def _read(solver: StageSolver, solution: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return orders ``(K,)``, fleet ``(K,)`` and unmet work ``(W,)`` of a quarter."""
    model = solver.model
    orders = model.variables.order.at(solution)[0].sum(axis=1)
    fleet = model.made.fleet.at(solution)[0].sum(axis=1)
    unmet = model.variables.unmet.at(solution)[0] * model.view.work.demand[0]
    return orders, fleet, unmet
