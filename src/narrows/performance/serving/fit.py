"""The posterior of the constants: a robust least-squares fit in logarithms, with priors.

Observations are log(predicted / measured). Errors follow Student's t, so that a row that the
model cannot explain loses weight instead of bending the constants; each (chip, model) cell counts
alike, however many rows it has. The posterior is Gaussian around the maximum (Laplace).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.effects import Priors, prior_middle, prior_spread

FREEDOM = 4.0
"""Degrees of freedom of the errors: heavy tails, finite variance."""
STEPS_MAX = 30
STEP_NUDGE = 1e-3
STRIDE_MAX = 1.0
"""The largest change of a parameter in one step, in prior standard deviations."""

Model = Callable[[Array], Array]
"""Parameters of shape ``(draws, names)`` to log ratios of shape ``(draws, observations)``."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Posterior of named parameters on the unbounded scale."""

    names: tuple[str, ...]
    middle: Array
    covariance: Array
    log_ratios: Array

    def draws(self, count: int, seed: int) -> Array:
        """Return draws of the posterior, shape ``(count, names)``."""
        rng = np.random.default_rng(seed)
        root = np.linalg.cholesky(self.covariance)
        return self.middle + rng.standard_normal((count, len(self.names))) @ root.T


def fit(
    priors: Priors,
    names: tuple[str, ...],
    model: Model,
    weights: Array,
    scale: float,
    *,
    start: Array | None = None,
    settled: float = 0.01,
) -> Fit:
    """Return the posterior given observations of relative ``weights`` and error ``scale``.

    ``start`` is where the search begins; the prior middle if not given. It stops when no
    parameter moves by more than ``settled`` prior standard deviations.
    """
    centre = array([prior_middle(priors, name) for name in names])
    precision = array([prior_spread(priors, name) for name in names]) ** -2
    now = centre.copy() if start is None else start.copy()
    for _ in range(STEPS_MAX):
        ratios, slope = _linearise(model, now)
        importance = weights * _student(ratios, scale) / scale**2
        hessian = slope.T @ (importance[:, None] * slope) + np.diag(precision)
        gradient = slope.T @ (importance * ratios) + precision * (now - centre)
        stride = np.linalg.solve(hessian, gradient)
        longest = float(np.max(np.abs(stride) * np.sqrt(precision)))
        now = now - stride * min(1.0, STRIDE_MAX / max(longest, 1e-12))
        if longest < settled:
            break
    ratios, slope = _linearise(model, now)
    importance = weights * _student(ratios, scale) / scale**2
    hessian = slope.T @ (importance[:, None] * slope) + np.diag(precision)
    return Fit(names, now, array(np.linalg.inv(hessian)), ratios)


def _linearise(model: Model, now: Array) -> tuple[Array, Array]:
    """Return log ratios and their slope, shape ``(observations, names)``."""
    nudged = np.vstack([now, now + STEP_NUDGE * np.eye(len(now))])
    values = model(nudged)
    return values[0], (values[1:] - values[0]).T / STEP_NUDGE


def _student(ratios: Array, scale: float) -> Array:
    """Return the weight that Student's t gives to residuals."""
    return (FREEDOM + 1) / (FREEDOM + (ratios / scale) ** 2)
