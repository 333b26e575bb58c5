"""The mean cost of a policy from sampled futures, with what is known of them taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.errors import fault
from narrows.planning.matrix import MONEY
from narrows.planning.parts import Measure
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.policy import Policy, Solvers
from narrows.planning.policy.porting_plan import regime_chances
from narrows.planning.policy.simulate import ONE_SIDED_95, Futures, Replay
from narrows.planning.policy.total_risk import weighs_total

PATHS_A_CONTROL = 10
"""With fewer paths for each control the fit would follow the sample instead of the policy."""


@dataclass(frozen=True, kw_only=True)
class MeanCost:
    """Mean discounted cost of a policy and its upper 95 % limit, in money."""

    mean: float
    upper: float
    paths: int
    controls: int


def mean_cost(graph: PolicyGraph, replayed: Replay) -> MeanCost:
    """Return the mean cost, adjusted for how the sampled futures differ from all futures.

    How often each regime and shock occurs in each quarter is known exactly, so the part of the cost
    that follows these counts linearly needs no sampling (control variates by regression). Where
    there are too few paths for that, the plain mean is returned.
    """
    return _estimate(graph, replayed.futures, replayed.total)


def weighed_mean(policy: Policy, replayed: Replay) -> MeanCost:
    """Return the policy's cost as its graph weighs it, to be held against its bound.

    Where the CVaR of the total is weighed it is taken at the level that the policy chose before any
    future was drawn; the best level would be no higher.

    Raises
    ------
    ProblemError
        A nested CVaR has no estimate from single futures.
    """
    graph, risk = policy.graph, policy.graph.risk
    if risk.weight > 0.0 and risk.measure is Measure.NESTED:
        mend = "hold the bound against the extensive form, or weigh the total"
        raise fault("risk.measure", "a nested CVaR is not seen on single futures", mend)
    if not weighs_total(graph):
        return mean_cost(graph, replayed)
    level = chosen_level(policy)
    excess = np.maximum(replayed.total - level, 0.0) / (1.0 - risk.tail)
    weighed = (1.0 - risk.weight) * replayed.total + risk.weight * (level + excess)
    return _estimate(graph, replayed.futures, weighed)


def chosen_level(policy: Policy) -> float:
    """Return the level of the tail that a policy chooses in the first quarter, in money."""
    solver = Solvers(policy=policy).at(0, policy.graph.start)
    answer = solver.solve(policy.opening, 0)
    solution = np.concatenate([policy.opening, answer.decision])
    return float(solver.model.level.at(solution)[0]) * MONEY


def _estimate(graph: PolicyGraph, futures: Futures, total: FloatArray) -> MeanCost:
    controls = _controls(graph, futures)
    count = len(total)
    if controls.shape[1] * PATHS_A_CONTROL > count:
        controls = np.zeros((count, 0))
    design = np.column_stack([np.ones(count), controls])
    fit, *_ = np.linalg.lstsq(design, total, rcond=None)
    residual = total - design @ fit
    spread = float(np.sqrt(residual @ residual / (count - design.shape[1]) / count))
    mean = float(fit[0])
    return MeanCost(
        mean=mean,
        upper=mean + ONE_SIDED_95 * spread,
        paths=count,
        controls=controls.shape[1],
    )


def _controls(graph: PolicyGraph, futures: Futures) -> FloatArray:
    """``(P, controls)``: regime and shock indicators of each quarter less their probabilities."""
    chances = regime_chances(graph)
    columns = [
        (futures.regimes[:, t] == regime) - chances[t, regime]
        for t in range(1, graph.n_stages)
        for regime in range(1, len(graph.regimes))
        if 0.0 < chances[t, regime] < 1.0
    ]
    columns += [
        (futures.shocks[:, t] == shock) - graph.shocks.probability[shock]
        for t in range(1, graph.n_stages)
        for shock in range(1, len(graph.shocks.probability))
    ]
    if not columns:
        return np.zeros((len(futures.regimes), 0))
    return np.stack(columns, axis=1).astype(np.float64)
