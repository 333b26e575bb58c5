"""The mean cost of a policy from sampled futures, with what is known of them taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.porting_plan import regime_chances
from narrows.planning.policy.simulate import ONE_SIDED_95, Futures, Replay

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
    total = replayed.total
    controls = _controls(graph, replayed.futures)
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
