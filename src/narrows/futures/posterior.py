"""Jump intensities of a continuous-time chain: posterior and draws.

With dwell times ``T_i`` and jump counts ``n_ij`` the likelihood of constant intensities is
``prod lambda_ij^n_ij exp(-lambda_ij T_i)``, so a Gamma(a, b) prior gives Gamma(a + n, b + T).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.futures.exponential import exponential
from narrows.futures.history import Counts
from narrows.futures.prior import ChainPrior
from narrows.futures.states import YEARS_PER_QUARTER, FloatArray


@dataclass(frozen=True, slots=True)
class GammaRates:
    """Independent Gamma intensities: ``shape`` ``(n, n)``, ``rate_years`` ``(n,)``."""

    shape: FloatArray
    rate_years: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Mean intensities per year, shape ``(n, n)``, zero on the diagonal."""
        mean: FloatArray = self.shape / self.rate_years[:, None]
        return mean


def posterior(prior: ChainPrior, counts: Counts) -> GammaRates:
    """Return ``Gamma(a_ij + n_ij, b + T_i)``."""
    return GammaRates(prior.shape + counts.jumps, prior.rate_years + counts.dwell_years)


def generator(intensities: FloatArray) -> FloatArray:
    """Return Q, shape ``(..., n, n)``: intensities off the diagonal, rows that sum to zero."""
    q = np.array(intensities, dtype=np.float64)
    diagonal = np.arange(q.shape[-1])
    q[..., diagonal, diagonal] = 0.0
    q[..., diagonal, diagonal] = -q.sum(axis=-1)
    return q


def draw_generators(rates: GammaRates, *, draws: int, seed: int | list[int]) -> FloatArray:
    """Return posterior draws of Q, shape ``(draws, n, n)``."""
    n = len(rates.rate_years)
    random = np.random.default_rng(seed)
    off = ~np.eye(n, dtype=bool)
    intensities = np.zeros((draws, n, n))
    scale = np.broadcast_to(1.0 / rates.rate_years[:, None], (n, n))[off]
    intensities[:, off] = random.gamma(rates.shape[off], scale, size=(draws, n * (n - 1)))
    return generator(intensities)


def quarter_matrix(q: FloatArray) -> FloatArray:
    """Return ``expm(Q / 4)`` for one Q or a stack of them, rows summing to one."""
    matrix: FloatArray = np.clip(exponential(q * YEARS_PER_QUARTER), 0.0, None)
    normalised: FloatArray = matrix / matrix.sum(axis=-1, keepdims=True)
    return normalised
