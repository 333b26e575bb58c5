"""The error on unseen runs, split into what is common to a maker and what each doubt adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import minimize

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.fit import FREEDOM
from narrows.performance.serving.score import weighted_quantile

P95 = 1.6448536269514722
"""Normal quantile of 95 %."""
HELD = 0.9
"""The share of unseen runs that a 90 % interval is to hold."""
USUAL, SPREAD = 0.15, 0.7
"""Where a part's error is thought to lie, and the spread of its logarithm; a guess that keeps the
error of a doubt with few runs from running to nothing or away."""
RUNS = 50.0
"""What all runs together count as against that guess: cells of one source err alike."""


def split_errors(
    parts: Sequence[Mapping[str, float]], ratios: Array, spreads: Array, weights: Array
) -> dict[str, float]:
    """Return the standard deviation of each part, which add in quadrature within a run.

    ``parts`` gives how far each holds of a run; a part at size 2 adds twice its deviation.

    The shape is the most likely one under Student's t, ``weights`` weighing the runs; one factor
    on all of them then makes intervals of 1.645 deviations hold 90 % of the runs, each alike,
    since that is what an interval promises its reader. ``ratios`` and ``spreads`` are
    logarithms, shape ``(runs,)``.
    """
    names = tuple(sorted({name for own in parts for name in own}))
    shares = array([[own.get(name, 0.0) ** 2 for name in names] for own in parts])
    worth = weights / np.sum(weights) * RUNS

    def cost(free: Array) -> float:
        scale = np.sqrt(shares @ np.exp(2 * free) + spreads**2)
        tail = (FREEDOM + 1) / 2 * np.log1p((ratios / scale) ** 2 / FREEDOM)
        strayed = ((free - np.log(USUAL)) / SPREAD) ** 2 / 2
        return float(np.sum(worth * (np.log(scale) + tail)) + np.sum(strayed))

    found = minimize(cost, np.full(len(names), np.log(USUAL)), method="L-BFGS-B")
    squares = np.exp(2 * array(found.x))
    excess = np.maximum((ratios / P95) ** 2 - spreads**2, 0.0)
    factor = weighted_quantile(excess / (shares @ squares), np.ones_like(ratios), HELD)
    return {
        name: round(float(np.sqrt(factor * one)), 4)
        for name, one in zip(names, squares, strict=True)
    }
