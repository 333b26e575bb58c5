"""An uncertain number: three quantiles and the way they were obtained."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Obtained(StrEnum):
    """How an interval came about, from best to weakest."""

    MEASURED = "measured"
    CALIBRATED = "calibrated"
    FITTED_EVENTS = "fitted_events"
    REPORTED_BAND = "reported_band"
    FIRST_GUESS = "first_guess"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 5th, 50th and 95th percentile, a unit and the way it was obtained.

    Raises
    ------
    ValueError
        A quantile is not finite, or they are out of order.
    """

    p05: float
    p50: float
    p95: float
    unit: str
    obtained: Obtained

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) for value in (self.p05, self.p50, self.p95)):
            msg = f"quantiles must be finite: {self.p05}, {self.p50}, {self.p95}"
            raise ValueError(msg)
        if not self.p05 <= self.p50 <= self.p95:
            msg = f"quantiles out of order: {self.p05}, {self.p50}, {self.p95}"
            raise ValueError(msg)

    def scaled(self, factor: float, unit: str | None = None) -> Estimate:
        """Return the estimate times a positive constant."""
        if factor <= 0:
            msg = f"scale by a positive factor, not {factor}"
            raise ValueError(msg)
        return Estimate(
            self.p05 * factor,
            self.p50 * factor,
            self.p95 * factor,
            unit=unit or self.unit,
            obtained=self.obtained,
        )


def exact(value: float, unit: str, obtained: Obtained) -> Estimate:
    """Return an estimate without spread."""
    return Estimate(value, value, value, unit=unit, obtained=obtained)


def from_draws(
    draws: npt.NDArray[np.float64] | Sequence[float], unit: str, obtained: Obtained
) -> Estimate:
    """Return the estimate whose quantiles are those of a sample, shape ``(n,)``, n >= 1."""
    # NumPy costs 60 ms to import; `narrows --help` has no draws and must not pay for it.
    import numpy as np

    sample = np.asarray(draws, dtype=np.float64)
    if sample.size == 0:
        msg = "no draws to summarise"
        raise ValueError(msg)
    p05, p50, p95 = (float(value) for value in np.quantile(sample, (0.05, 0.5, 0.95)))
    return Estimate(p05, p50, p95, unit=unit, obtained=obtained)
