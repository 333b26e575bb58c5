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
DAMPINGS = (0.0, 0.1, 1.0, 10.0, 100.0)
"""Shares of the curvature that are added to it (Marquardt 1963), tried until a step helps."""
STRIDE_MAX = 1.0
"""The largest change of a parameter in one step, in prior standard deviations."""

Model = Callable[[Array], tuple[Array, Array]]
"""Parameters to log ratios, and to their slope of shape ``(observations, names)``."""


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
    settled: float = 0.05,
) -> Fit:
    """Return the posterior given observations of relative ``weights`` and error ``scale``.

    ``start`` is where the search begins; the prior middle if not given. It stops when a step
    gains less than ``settled`` in log posterior density, a small part of one standard deviation.
    """
    aim = _Aim(
        centre=array([prior_middle(priors, name) for name in names]),
        precision=array([prior_spread(priors, name) for name in names]) ** -2,
        weights=weights,
        scale=scale,
    )
    now = aim.centre.copy() if start is None else start.copy()
    at = model(now)
    for _ in range(STEPS_MAX):
        cost = aim.cost(now, at[0])
        now, at = _descend(aim, model, now, at)
        if cost - aim.cost(now, at[0]) < settled:
            break
    return Fit(names, now, array(np.linalg.inv(aim.hessian(*at))), at[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aim:
    """What a fit makes small: robust misfit and distance from the priors."""

    centre: Array
    precision: Array
    weights: Array
    scale: float

    def cost(self, now: Array, ratios: Array) -> float:
        misfit = np.log1p((ratios / self.scale) ** 2 / FREEDOM) * (FREEDOM + 1) / 2
        strayed = self.precision * (now - self.centre) ** 2 / 2
        return float(np.sum(self.weights * misfit) + np.sum(strayed))

    def importance(self, ratios: Array) -> Array:
        return self.weights * _student(ratios, self.scale) / self.scale**2

    def hessian(self, ratios: Array, slope: Array) -> Array:
        weighted = self.importance(ratios)[:, None] * slope
        return array(slope.T @ weighted + np.diag(self.precision))

    def stride(self, now: Array, ratios: Array, slope: Array, damping: float) -> Array:
        pull = slope.T @ (self.importance(ratios) * ratios) + self.precision * (now - self.centre)
        curved = self.hessian(ratios, slope)
        stride = -np.linalg.solve(curved + damping * np.diag(np.diag(curved)), pull)
        longest = float(np.max(np.abs(stride) * np.sqrt(self.precision)))
        return array(stride * min(1.0, STRIDE_MAX / max(longest, 1e-12)))


def _descend(
    aim: _Aim, model: Model, now: Array, at: tuple[Array, Array]
) -> tuple[Array, tuple[Array, Array]]:
    """Return the next point and the model there; the same point where no damped step helps.

    Limits of an engine make kinks in the model, over which a whole step can overshoot; a damped
    one turns towards the steepest descent as it shortens.
    """
    cost = aim.cost(now, at[0])
    for damping in DAMPINGS:
        there = array(now + aim.stride(now, *at, damping))
        found = model(there)
        if aim.cost(there, found[0]) < cost:
            return there, found
    return now, at


def _student(ratios: Array, scale: float) -> Array:
    """Return the weight that Student's t gives to residuals."""
    return (FREEDOM + 1) / (FREEDOM + (ratios / scale) ** 2)
