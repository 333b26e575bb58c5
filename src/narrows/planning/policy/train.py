"""Stochastic dual dynamic programming over the graph (Pereira and Pinto, 1991).

Each iteration walks one sampled future forwards and adds, backwards, one cut for every quarter and
regime: the states of a walk are good for all regimes. Cuts average over regimes and shocks, so the
first quarter's optimum bounds every policy's cost from below.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.matrix import MONEY
from narrows.planning.policy.foresight import with_foresight
from narrows.planning.policy.graph import NestedRisk, PolicyGraph
from narrows.planning.policy.opening_cut import opening_cut
from narrows.planning.policy.shocked import shocked
from narrows.planning.policy.solver import StageSolver
from narrows.planning.policy.stage import stage_model
from narrows.planning.policy.state import opening_state


@dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """When training stops.

    ``stall`` and ``patience``: the bound has risen by less than that share over so many iterations.
    """

    iterations: int = 200
    guided: int = 10
    seed: int = 0
    stall: float = 1e-4
    patience: int = 20


@dataclass(frozen=True, kw_only=True, eq=False)
class Policy:
    """A trained policy: a solver for every quarter and regime, and a bound.

    Attributes
    ----------
    bound
        No policy costs less, in money, under the graph's nested risk.
    bounds
        The bound after each iteration.
    """

    graph: PolicyGraph
    solvers: tuple[tuple[StageSolver, ...], ...]
    opening: FloatArray
    bound: float
    bounds: FloatArray
    cpu_s: float

    def solver(self, quarter: int, regime: int) -> StageSolver:
        """Return the programme of a quarter and regime."""
        return self.solvers[quarter][regime if quarter else 0]


def train(graph: PolicyGraph, options: TrainOptions | None = None) -> Policy:
    """Return a policy for a graph; the same seed gives the same policy."""
    chosen = options or TrainOptions()
    began = time.process_time()
    solvers = _solvers(graph)
    first = solvers[0][0]
    opening = opening_state(graph, first.model.state, first.model.n_states)
    draw = np.random.default_rng(chosen.seed)
    bounds: list[float] = []
    for number in range(chosen.iterations):
        regimes, shocks = sample_path(graph, draw)
        if number < chosen.guided:
            line = [
                stage[int(r) if t else 0]
                for t, (stage, r) in enumerate(zip(solvers, regimes, strict=True))
            ]
            states = with_foresight(line, opening, shocks).states
        else:
            states = _forward(solvers, opening, regimes, shocks)
        _backward(graph, solvers, states)
        bounds.append(first.solve(opening, 0).objective * MONEY)
        if _stalled(bounds, chosen):
            break
    return Policy(
        graph=graph,
        solvers=solvers,
        opening=opening,
        bound=bounds[-1],
        bounds=np.array(bounds),
        cpu_s=time.process_time() - began,
    )


def _solvers(graph: PolicyGraph) -> tuple[tuple[StageSolver, ...], ...]:
    stages = []
    for quarter in range(graph.n_stages):
        regimes = range(len(graph.regimes)) if quarter else [graph.start]
        stages.append(tuple(_solver(graph, quarter, regime) for regime in regimes))
    return tuple(stages)


def _solver(graph: PolicyGraph, quarter: int, regime: int) -> StageSolver:
    model = stage_model(graph, quarter, regime)
    is_last = quarter == graph.n_stages - 1
    first = None if is_last else opening_cut(graph, model, quarter)
    return StageSolver(model, shocked(graph, model, quarter), first)


def sample_path(graph: PolicyGraph, draw: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Return one future: the regime and the shock of every quarter, each ``(T,)``."""
    uniform = draw.random((2, graph.n_stages))
    regimes, shocks = np.zeros((2, graph.n_stages), dtype=np.int64)
    regimes[0] = graph.start
    chance = np.cumsum(graph.shocks.probability)
    for t in range(1, graph.n_stages):
        row = np.cumsum(graph.transition[t - 1, regimes[t - 1]])
        regimes[t] = _pick(row, uniform[0, t])
        shocks[t] = _pick(chance, uniform[1, t])
    return regimes, shocks


def _pick(cumulated: FloatArray, uniform: float) -> int:
    return min(int(np.searchsorted(cumulated, uniform, side="right")), len(cumulated) - 1)


def _forward(
    solvers: tuple[tuple[StageSolver, ...], ...],
    opening: FloatArray,
    regimes: IntArray,
    shocks: IntArray,
) -> list[FloatArray]:
    """Return the states that leave each quarter but the last."""
    state, states = opening, []
    for t, stage in enumerate(solvers[:-1]):
        solver = stage[int(regimes[t]) if t else 0]
        answer = solver.solve(state, int(shocks[t]))
        state = solver.next_state(state, answer.decision, int(shocks[t]))
        states.append(state)
    return states


def _backward(
    graph: PolicyGraph, solvers: tuple[tuple[StageSolver, ...], ...], states: list[FloatArray]
) -> None:
    """Add a cut to every quarter and regime but the last, from the last quarter back."""
    for t in range(graph.n_stages - 1, 0, -1):
        state = states[t - 1]
        values, slopes = _outcomes(solvers[t], state)
        chance = solvers[t][0].shocked.probability
        before = range(len(graph.regimes)) if t > 1 else [graph.start]
        for place, regime in enumerate(before):
            weight = np.outer(graph.transition[t - 1, regime], chance).ravel()
            weight = risk_weights(weight, values, graph.risk)
            slope = weight @ slopes
            intercept = float(weight @ values) - float(slope @ state)
            solvers[t - 1][place].add_cut(intercept, slope)


def _outcomes(stage: tuple[StageSolver, ...], state: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return values ``(R * M,)`` and slopes ``(R * M, states)`` of a quarter from a state."""
    answers = [
        solver.solve(state, shock)
        for solver in stage
        for shock in range(len(solver.shocked.probability))
    ]
    values = np.array([answer.objective for answer in answers])
    return values, np.stack([answer.slope for answer in answers])


def risk_weights(chance: FloatArray, values: FloatArray, risk: NestedRisk) -> FloatArray:
    """Return the weights under which the mean is ``(1 - weight) E + weight CVaR_tail``."""
    if risk.weight == 0.0:
        return chance
    order = np.argsort(-values, kind="stable")
    worst = np.zeros_like(chance)
    left = 1.0 - risk.tail
    for i in order:
        worst[i] = min(left, float(chance[i]))
        left -= worst[i]
    return (1.0 - risk.weight) * chance + risk.weight * worst / (1.0 - risk.tail)


def _stalled(bounds: list[float], options: TrainOptions) -> bool:
    if len(bounds) <= options.patience:
        return False
    rise = bounds[-1] - bounds[-1 - options.patience]
    return rise <= options.stall * max(abs(bounds[-1]), 1.0)
