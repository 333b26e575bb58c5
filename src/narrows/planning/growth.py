"""How the cost of training grows with quarters, regimes and shocks, each alone.

One walk is timed: a way forwards through one future and a cut for every quarter and regime on the
way back. Larger graphs also need more walks to the same gap, which this does not measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from narrows.core import Json
from narrows.planning.merge import merge_alike_sites
from narrows.planning.policy.instance import packaged_graph
from narrows.planning.policy.porting_plan import with_porting_plan
from narrows.planning.policy.train import TrainOptions, train

WALKS = 40
"""Walks that are timed; the first ones are dearer, the last have more cuts to carry."""

SWEEP: Mapping[str, tuple[int, ...]] = {
    "quarters": (6, 12, 24, 48),
    "regimes": (4, 8, 16, 32),
    "shocks": (4, 8, 16, 32),
}
"""Sizes of each dimension, doubled from step to step."""
BASE: Mapping[str, int] = {"quarters": 12, "regimes": 4, "shocks": 4}
"""The other two dimensions meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerLaw:
    """``cost ~ size ** exponent`` by least squares on logarithms, with its standard error."""

    exponent: float
    standard_error: float


def measure_growth(sweep: Mapping[str, tuple[int, ...]] = SWEEP) -> list[dict[str, Json]]:
    """Return a row for each size, then one for each dimension with its fitted exponent."""
    seconds: dict[str, float] = {}
    fits: list[dict[str, Json]] = []
    for dimension, sizes in sweep.items():
        graphs = [dict(BASE) | {dimension: size} for size in sizes]
        for graph in graphs:
            if walk_name(graph) not in seconds:
                seconds[walk_name(graph)] = _walk_cpu_s(graph)
        taken = [seconds[walk_name(graph)] for graph in graphs]
        fits.append(_fit_row(dimension, sizes, taken))
    walks: list[dict[str, Json]] = [
        {"name": name, "cpu_s": round(taken, 4)} for name, taken in seconds.items()
    ]
    return [*walks, *fits]


def walk_name(graph: Mapping[str, int]) -> str:
    """Return the name of the row of one size."""
    return "policy_graph_walk_{quarters}x{regimes}x{shocks}".format_map(graph)


def power_law(sizes: tuple[int, ...], taken: list[float]) -> PowerLaw:
    """Fit a power law to at least three sizes.

    >>> law = power_law((1, 2, 4, 8), [3.0, 6.0, 12.0, 24.0])
    >>> round(law.exponent, 6), round(law.standard_error, 6)
    (1.0, 0.0)
    """
    x, y = np.log(np.array(sizes, dtype=np.float64)), np.log(np.array(taken))
    x = x - x.mean()
    exponent = float(x @ y / (x @ x))
    rest = y - y.mean() - exponent * x
    variance = float(rest @ rest) / (len(x) - 2)
    return PowerLaw(exponent=exponent, standard_error=float(np.sqrt(variance / (x @ x))))


def _walk_cpu_s(size: Mapping[str, int]) -> float:
    graph = with_porting_plan(merge_alike_sites(packaged_graph(**size)))
    return train(graph, TrainOptions(iterations=WALKS, stall=0.0)).cpu_s / WALKS


def _fit_row(dimension: str, sizes: tuple[int, ...], taken: list[float]) -> dict[str, Json]:
    law = power_law(sizes, taken)
    return {
        "name": f"policy_graph_growth_{dimension}",
        "cpu_s": round(sum(taken) * WALKS, 2),
        "dimension": dimension,
        "sizes": list(sizes),
        "walk_cpu_s": [round(one, 4) for one in taken],
        "exponent": round(law.exponent, 3),
        "standard_error": round(law.standard_error, 3),
    }
