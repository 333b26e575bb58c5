"""Stochastic dual dynamic programming over the graph (Pereira and Pinto, 1991).

Each iteration walks one sampled future forwards and adds, backwards, one cut for every quarter and
regime: the states of a walk are good for all regimes. Cuts average over regimes and shocks, so the
first quarter's optimum bounds every policy's cost from below.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.matrix import MONEY
from narrows.planning.parts import Measure, Risk
from narrows.planning.policy.ahead import Ahead
from narrows.planning.policy.cuts import Cuts, no_cuts
from narrows.planning.policy.foresight import with_foresight
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.level import Level
from narrows.planning.policy.opening_cut import opening_cut
from narrows.planning.policy.policy import Policy
from narrows.planning.policy.shocked import shocked
from narrows.planning.policy.solver import StageSolver
from narrows.planning.policy.stage import stage_model
from narrows.planning.policy.state import opening_state
from narrows.planning.policy.total_risk import twin, weighs_total

_Solvers: TypeAlias = tuple[tuple[StageSolver, ...], ...]


@dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """How a policy is trained and when training stops.

    Attributes
    ----------
    guided, guided_every
        The first walks, and later every so many, follow an optimum with foresight.
    exact_shocks
        Shocks solved exactly for each quarter and regime on the way back, in turn; the others take
        the best dual found so far. ``None`` solves all.
    core, settle
        Cuts are taken between the walk's state and the mean of the guided ones, up to this share
        of the way: at the very edge of what was visited a cut says little of what lies beside it.
        The share falls to zero over ``settle`` walks, so that the last cuts fit the policy itself.
    explore
        Share of each step of a walk that is drawn evenly among the regimes that may follow. Rare
        regimes are otherwise left without cuts, and a policy does in them what it should not.
    neutral
        First walks that hold the level of the tail out of reach, where the CVaR of the total is
        weighed: see :mod:`narrows.planning.policy.level`.
    stall, patience
        Training stops when the bound has risen by less than that share over so many walks.
    """

    iterations: int = 200
    seed: int = 0
    guided: int = 10
    guided_every: int = 10
    exact_shocks: int | None = 1
    core: float = 0.8
    settle: int = 60
    explore: float = 0.0
    neutral: int = 25
    stall: float = 1e-4
    patience: int = 30


def train(
    graph: PolicyGraph, options: TrainOptions | None = None, *, ahead: Ahead | None = None
) -> Policy:
    """Return a policy for a graph; the same seed gives the same policy.

    Parameters
    ----------
    ahead
        Look ahead only so far, and take what comes after from cuts that are known. The bound is
        then the least cost under that end value, and as good as it.

    Raises
    ------
    ProblemError
        The end value is not that of this graph's quarters and regimes.
    """
    chosen = options or TrainOptions()
    began = time.process_time()
    solvers = _solvers(graph, ahead)
    first = solvers[0][0]
    opening = opening_state(graph, first.model.state, first.model.n_states)
    trainer = _Trainer(graph, solvers, opening, chosen)
    bounds: list[float] = []
    for number in range(chosen.iterations):
        trainer.walk(number)
        bounds.append(first.solve(opening, 0).objective * MONEY)
        if _stalled(bounds, chosen):
            break
    return Policy(
        graph=graph,
        cuts=(
            *(tuple(solver.cuts for solver in stage) for stage in solvers),
            *(() if ahead is None else ahead.cuts[len(solvers) :]),
        ),
        opening=opening,
        bound=bounds[-1],
        bounds=np.array(bounds),
        cpu_s=time.process_time() - began,
    )


def _solvers(graph: PolicyGraph, ahead: Ahead | None) -> _Solvers:
    stages, quarters = [], graph.n_stages
    if ahead is not None:
        ahead.check(graph)
        quarters = ahead.quarters
    for quarter in range(quarters):
        regimes = range(len(graph.regimes)) if quarter else [graph.start]
        end = None if ahead is None or quarter < quarters - 1 else ahead.cuts[quarter]
        stages.append(
            tuple(
                _solver(graph, quarter, regime, None if end is None else end[place])
                for place, regime in enumerate(regimes)
            )
        )
    return tuple(stages)


def _solver(graph: PolicyGraph, quarter: int, regime: int, end: Cuts | None) -> StageSolver:
    model = stage_model(graph, quarter, regime)
    given = shocked(graph, model, quarter)
    if end is not None:
        return StageSolver(model, given, end)
    if quarter == graph.n_stages - 1:
        return StageSolver(model, given, no_cuts(model.n_states))
    return StageSolver(model, given, opening_cut(graph, model, quarter))


def sample_path(
    graph: PolicyGraph, draw: np.random.Generator, transition: FloatArray
) -> tuple[IntArray, IntArray]:
    """Return one future: the regime and the shock of every quarter, each ``(T,)``.

    Parameters
    ----------
    transition
        The graph's own, or another with the same regimes.
    """
    uniform = draw.random((2, graph.n_stages))
    regimes, shocks = np.zeros((2, graph.n_stages), dtype=np.int64)
    regimes[0] = graph.start
    chance = np.cumsum(graph.shocks.probability)
    for t in range(1, graph.n_stages):
        row = np.cumsum(transition[t - 1, regimes[t - 1]])
        regimes[t] = _pick(row, uniform[0, t])
        shocks[t] = _pick(chance, uniform[1, t])
    return regimes, shocks


def _pick(cumulated: FloatArray, uniform: float) -> int:
    return min(int(np.searchsorted(cumulated, uniform, side="right")), len(cumulated) - 1)


def _explored(graph: PolicyGraph, share: float) -> FloatArray:
    """Return the steps of the walks, ``(T - 1, R, R)``."""
    if share == 0.0:
        return graph.transition
    follows = graph.transition > 0.0
    evenly = follows / follows.sum(axis=2, keepdims=True)
    mixed: FloatArray = (1.0 - share) * graph.transition + share * evenly
    return mixed


class _Trainer:
    """Walks forwards, cuts backwards."""

    def __init__(
        self, graph: PolicyGraph, solvers: _Solvers, opening: FloatArray, options: TrainOptions
    ) -> None:
        self.graph, self.solvers, self.opening = graph, solvers, opening
        self.options = options
        self.draw = np.random.default_rng(options.seed)
        self._sum = np.zeros((len(solvers) - 1, len(opening)))
        self._guided = 0
        self._walked = _explored(graph, options.explore)
        self._level = Level(solvers[0][0]) if weighs_total(graph) else None

    def walk(self, number: int) -> None:
        """Make one walk and add a cut to every quarter and regime but the last."""
        options = self.options
        if self._level is not None and number < options.neutral:
            self._level.hold()
        regimes, shocks = sample_path(self.graph, self.draw, self._walked)
        later = options.guided_every and number % options.guided_every == 0
        # An end value guides by itself, and foresight would not know it.
        guides = 1 < len(self.solvers) == self.graph.n_stages
        if guides and (number < options.guided or later):
            states = self._guide(regimes, shocks)
        else:
            states = self._forward(regimes, shocks)
        way = options.core * float(self.draw.random()) * max(0.0, 1.0 - number / options.settle)
        self._backward(self._towards_core(states, way), number)
        if self._level is not None:
            self._level.free()

    def _towards_core(self, states: FloatArray, way: float) -> FloatArray:
        """Return states a part of the way to the mean of the guided ones, the tail as it is."""
        if not self._guided:
            return states
        mixed: FloatArray = (1.0 - way) * states + way * self._sum / self._guided
        if self._level is not None:
            mixed[:, self._level.column] = states[:, self._level.column]
        return mixed

    def _line(self, regimes: IntArray) -> list[StageSolver]:
        return [
            stage[int(r) if t else 0]
            for t, (stage, r) in enumerate(zip(self.solvers, regimes, strict=False))
        ]

    def _guide(self, regimes: IntArray, shocks: IntArray) -> FloatArray:
        known = with_foresight(self._line(regimes), self.opening, shocks)
        states = np.stack(known.states)
        if self._level is not None:
            states = self._level.seen_from(states, known.cost, self.opening)
        self._sum += states
        self._guided += 1
        return states

    def _forward(self, regimes: IntArray, shocks: IntArray) -> FloatArray:
        """Return the states that leave each quarter but the last, ``(T - 1, states)``."""
        state, states = self.opening, []
        for solver, shock in zip(self._line(regimes)[:-1], shocks, strict=False):
            answer = solver.solve(state, int(shock))
            state = solver.next_state(state, answer.decision, int(shock))
            states.append(state)
        return np.stack(states) if states else np.zeros((0, len(self.opening)))

    def _backward(self, states: FloatArray, number: int) -> None:
        """Add a cut to every quarter and regime but the last, from the last quarter back."""
        graph = self.graph
        for t in range(len(self.solvers) - 1, 0, -1):
            state = states[t - 1]
            outcomes = [
                solver.outcomes(state, self._exact(number, t)) for solver in self.solvers[t]
            ]
            values = np.concatenate([value for value, _ in outcomes])
            slopes = np.concatenate([slope for _, slope in outcomes])
            chance = graph.shocks.probability
            before = range(len(graph.regimes)) if t > 1 else [graph.start]
            for place, regime in enumerate(before):
                weight = np.outer(graph.transition[t - 1, regime], chance).ravel()
                weight = risk_weights(weight, values, graph.risk)
                slope = weight @ slopes
                intercept = float(weight @ values) - float(slope @ state)
                self._add(self.solvers[t - 1][place], intercept, slope)

    def _add(self, solver: StageSolver, intercept: float, slope: FloatArray) -> None:
        """Add a cut, and what it says of the tail."""
        solver.add_cut(intercept, slope)
        if self._level is None:
            return
        paid = twin(self.graph, self._level.column, intercept, slope)
        if paid is not None:
            solver.add_cut(*paid)

    def _exact(self, number: int, quarter: int) -> list[int]:
        """Return the shocks to solve now, taking turns."""
        count = len(self.graph.shocks.probability)
        if self.options.exact_shocks is None or self.options.exact_shocks >= count:
            return list(range(count))
        first = number * self.options.exact_shocks + quarter
        return [(first + i) % count for i in range(self.options.exact_shocks)]


def risk_weights(chance: FloatArray, values: FloatArray, risk: Risk) -> FloatArray:
    """Return the weights under which the mean is ``(1 - weight) E + weight CVaR_tail``.

    The CVaR of the total is weighed in the last quarter alone, so here chances stay.
    """
    if risk.weight == 0.0 or risk.measure is not Measure.NESTED:
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
