"""Errors on runs that a fit never saw: one source, one model shape, or a few shapes at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from narrows.performance.arrays import Array
from narrows.performance.calibration.draws import DRAWS, SEED
from narrows.performance.calibration.fit import Fit, draws, fit
from narrows.performance.calibration.observations import Observation
from narrows.performance.training.choose import chosen, evaluate_stack
from narrows.performance.training.stack import stacked

LEFT_OUT_TOLERANCE = 1e-4
"""A search that starts from the whole fit's end is near its own."""

Fold = Callable[[Observation], str]
"""Names the part of the runs that a row is left out with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutErrors:
    """What fits without a row's fold say of it; arrays of shape ``(rows,)``."""

    log_error: Array
    """Logarithm of predicted over measured step time."""
    log_spread: Array
    """Standard deviation of that logarithm over the draws of the same fit."""


def by_source(row: Observation) -> str:
    """Leave out everything that one source measured."""
    return row.asked.source


def by_shape(row: Observation) -> str:
    """Leave out every run of one model shape, whoever measured it and under whichever name."""
    shape = row.asked.shape
    sizes = (shape.hidden, shape.layers, shape.experts)
    return "x".join(str(int(each)) for each in sizes)


def by_few_shapes(row: Observation) -> str:
    """Leave out one of ten groups of shapes: cheaper, and the same for every run of a shape."""
    shape = row.asked.shape
    return f"fold {int(shape.hidden) // 64 * 7 + int(shape.layers):d}"[-1]


def left_out_errors(
    rows: Sequence[Observation], *, left: Sequence[Observation], fold: Fold, whole: Fit
) -> LeftOutErrors:
    """Return the errors on ``left``, each row by a fit to the ``rows`` outside its fold.

    ``whole`` is the fit to all rows, where every search starts. Rows that leave their layout open
    get the best one under the fit that never saw them.
    """
    log_error, log_spread = np.zeros(len(left)), np.zeros(len(left))
    folds = [fold(each) for each in left]
    for name in sorted(set(folds)):
        inside = [i for i, own in enumerate(folds) if own == name]
        kept = [each for each in rows if fold(each) != name]
        found = fit(kept, start=whole.best, tolerance=LEFT_OUT_TOLERANCE)
        log_error[inside], log_spread[inside] = _errors([left[i] for i in inside], found)
    return LeftOutErrors(log_error=log_error, log_spread=log_spread)


def _errors(left: Sequence[Observation], found: Fit) -> tuple[Array, Array]:
    rows = stacked(chosen([each.asked for each in left], found.best))
    best_s = evaluate_stack(rows, found.best).step_s
    drawn_s = evaluate_stack(rows, draws(found, count=DRAWS, seed=SEED)).step_s
    measured_s = np.array([each.measured.step_s for each in left])
    return np.log(best_s / measured_s), np.log(drawn_s).std(axis=0)
