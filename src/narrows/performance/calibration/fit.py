"""The hierarchical fit: log step times against priors on bases and effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from narrows.performance.arrays import Array
from narrows.performance.calibration.observations import Observation, row_weights
from narrows.performance.calibration.table import prior_means, prior_spreads
from narrows.performance.training.choose import chosen, evaluate_stack
from narrows.performance.training.stack import Stack, stacked

LOG_NOISE = 0.06
"""Expected spread of a row about the model: run-to-run noise and unmodelled detail."""
ROUNDS = 2
"""Layouts that rows leave open are chosen again after each round."""
DIFFERENCE = 1e-4
"""Step of the forward difference on the unbounded scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The best parameters and their covariance about them."""

    best: Array
    covariance: Array


@dataclass(frozen=True, slots=True)
class _Problem:
    stack: Stack
    log_measured: Array
    weights: Array
    free: npt.NDArray[np.intp]
    """Places of parameters with a spread."""

    def full(self, free_values: Array) -> Array:
        values = prior_means()
        values[self.free] = free_values
        return values

    def residuals(self, free_values: Array) -> Array:
        log_step = np.log(evaluate_stack(self.stack, self.full(free_values)).step_s)
        data = self.weights * (log_step - self.log_measured) / LOG_NOISE
        return np.concatenate([np.asarray(_huber(data)), self._prior(free_values)])

    def _prior(self, free_values: Array) -> Array:
        return np.asarray((free_values - prior_means()[self.free]) / prior_spreads()[self.free])

    def jacobian(self, free_values: Array) -> Array:
        count = self.free.size
        moved = np.tile(self.full(free_values), (count + 1, 1))
        moved[np.arange(1, count + 1), self.free] += DIFFERENCE
        log_step = np.log(evaluate_stack(self.stack, moved).step_s)
        slope = (log_step[1:] - log_step[0]).T / DIFFERENCE
        data = self.weights * (log_step[0] - self.log_measured) / LOG_NOISE
        scale = self.weights * _huber_slope(data) / LOG_NOISE
        return np.concatenate([slope * scale[:, None], np.diag(1.0 / prior_spreads()[self.free])])


HUBER = 1.5
"""Residuals beyond this many noise units pull with constant force: published rows have errors."""


def _huber(z: Array) -> Array:
    """Return a residual whose square is Huber's loss."""
    size = np.abs(z)
    beyond = np.sqrt(np.maximum(2.0 * HUBER * size - HUBER**2, 0.0))
    return np.sign(z) * np.where(size <= HUBER, size, beyond)


def _huber_slope(z: Array) -> Array:
    size = np.maximum(np.abs(z), 1e-12)
    beyond = HUBER / np.sqrt(np.maximum(2.0 * HUBER * size - HUBER**2, 1e-12))
    return np.where(size <= HUBER, 1.0, beyond)


TOLERANCE = 1e-6
"""Relative change of the sum of squares at which a search stops."""


def fit(
    rows: Sequence[Observation], *, start: Array | None = None, tolerance: float = TOLERANCE
) -> Fit:
    """Fit all parameters to measured runs; parameters that no row touches keep their prior.

    ``start`` is where the search begins, shape ``(parameters,)``; the prior where it is not given.
    """
    spreads = prior_spreads()
    free = np.flatnonzero(spreads > 0.0)
    values = prior_means() if start is None else start
    weights = row_weights(rows)
    log_measured = np.log([each.measured.step_s for each in rows])
    curvature = np.eye(free.size)
    for _ in range(ROUNDS):
        pairs = chosen([each.asked for each in rows], values)
        problem = _Problem(stacked(pairs), log_measured, weights, free)
        found = least_squares(
            problem.residuals,
            values[free],
            jac=problem.jacobian,
            method="trf",
            max_nfev=50,
            ftol=tolerance,
            xtol=tolerance,
        )
        values = problem.full(found.x)
        slope = np.asarray(found.jac)
        curvature = slope.T @ slope
    covariance = np.zeros((spreads.size, spreads.size))
    covariance[np.ix_(free, free)] = np.linalg.inv(curvature)
    return Fit(best=values, covariance=covariance)


def draws(found: Fit, *, count: int, seed: int) -> Array:
    """Return draws from the normal approximation about the best parameters."""
    noise = np.random.default_rng(seed).standard_normal((count, found.best.size))
    values, vectors = np.linalg.eigh(found.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(found.best + noise @ root.T)
