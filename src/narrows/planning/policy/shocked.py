"""What each shock does to the programme of a quarter: right-hand sides and bounds, no more.

The matrix and the costs stay, so one warm model serves all shocks of a quarter and regime.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.blocks.porting import most_work
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.stage import StageModel


@dataclass(frozen=True, kw_only=True, eq=False)
class Shocked:
    """Right-hand sides under each shock.

    Attributes
    ----------
    probability
        ``(M,)``; the first quarter has the one shock that changes nothing.
    limit, factor
        ``(M, rows)``: ``limit + factor * (from_state @ s)``.
    upper
        ``(M, columns)``.
    out
        ``(M, states)``: constant of the next state.
    """

    probability: FloatArray
    limit: FloatArray
    factor: FloatArray
    upper: FloatArray
    out: FloatArray


def shocked(graph: PolicyGraph, model: StageModel, quarter: int) -> Shocked:
    """Return the right-hand sides of a quarter and regime under each shock."""
    if quarter == 0:
        return Shocked(
            probability=np.ones(1),
            limit=model.limit[None].copy(),
            factor=np.ones((1, len(model.limit))),
            upper=model.upper[None].copy(),
            out=model.out[None].copy(),
        )
    count = range(len(graph.shocks.probability))
    each = [_one(graph, model, shock) for shock in count]
    return Shocked(
        probability=graph.shocks.probability,
        limit=np.stack([one[0] for one in each]),
        factor=np.stack([one[1] for one in each]),
        upper=np.stack([one[2] for one in each]),
        out=np.stack([one[3] for one in each]),
    )


def _one(
    graph: PolicyGraph, model: StageModel, shock: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    shocks = graph.shocks
    demand, supply, quota = shocks.demand[shock], shocks.supply[shock], shocks.quota[shock]
    limit, factor = model.limit.copy(), np.ones(len(model.limit))
    caps = {cap.name for cap in graph.caps}
    for number, rows in enumerate(model.rules):
        at = np.flatnonzero(model.block == number)
        cell = model.cell[at]
        if rows.rule == "demand":
            limit[at] *= demand[cell]
        elif rows.rule == "supply":
            limit[at] *= supply[cell]
        elif rows.rule in caps:
            limit[at] *= quota
        elif rows.rule == "porting":
            factor[at] = _porting_factor(model, demand).ravel()[cell]
    return limit, factor, _upper(model, demand), _out(model, quota)


def _porting_factor(model: StageModel, demand: FloatArray) -> FloatArray:
    """How much more work a porting can carry when the demand is higher."""
    work = model.view.work
    higher = replace(model.view, work=replace(work, demand=work.demand * demand))
    base = most_work(model.view)
    return np.where(base > 0.0, most_work(higher) / np.where(base > 0.0, base, 1.0), 1.0)


def _upper(model: StageModel, demand: FloatArray) -> FloatArray:
    """Unmet and rented work are bounded by the demand."""
    upper = model.upper.copy()
    workloads = len(demand)
    for grid in (model.variables.unmet, model.variables.rent):
        upper[grid.column - model.n_states] *= demand[grid.cell % workloads]
    return upper


def _out(model: StageModel, quota: float) -> FloatArray:
    """Releases of the caps enter the next balance."""
    out = model.out.copy()
    for cap, balance in zip(model.view.caps, model.state.caps, strict=True):
        out[balance.column] += (quota - 1.0) * cap.quota
    return out
