"""Rates of work at a quantile of their estimates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from narrows.core import Estimate
from narrows.study.bridge.rates import Rates
from narrows.study.bridge.timing import Rate

FloatArray = npt.NDArray[np.float64]
TAIL = float(ndtri(0.95))
"""Standard deviations between the median and the 95th percentile of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Logarithms of p05 and p95 over the median, each of the shape of the rates; 0 where none."""

    down: FloatArray
    up: FloatArray

    @property
    def is_known(self) -> bool:
        """Whether any rate has an interval."""
        return bool(self.down.any() or self.up.any())

    def factor(self, share: float) -> FloatArray:
        """Return rate over median at a quantile: log-normal on either side of the median."""
        z = float(ndtri(share)) / TAIL
        factor: FloatArray = np.exp(z * self.up if z > 0.0 else -z * self.down)
        return factor


def spread_of(rates: Mapping[str, Mapping[str, Rate]], shape: tuple[int, int]) -> Spread:
    """Return the spread of rates by owner and workload, in the order of the mapping."""
    down, up = np.zeros(shape), np.zeros(shape)
    for row, by_workload in enumerate(rates.values()):
        for column, rate in enumerate(by_workload.values()):
            if rate.speed is not None:
                down[row, column], up[row, column] = _logs(rate.speed)
    return Spread(down, up)


def _logs(speed: Estimate) -> tuple[float, float]:
    return float(np.log(speed.p05 / speed.p50)), float(np.log(speed.p95 / speed.p50))


def faster(rates: Rates, *, bought: FloatArray, rentable: FloatArray) -> Rates:
    """Return rates whose medians are multiplied, each factor of the shape of its table."""
    return replace(rates, bought=rates.bought * bought, rentable=rates.rentable * rentable)
