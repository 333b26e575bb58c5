"""Draws from stated bands, and the quantiles of what follows from them, as figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from narrows.core import Figure
from narrows.study.facts import Band

FloatArray = npt.NDArray[np.float64]

PATHS = 10_000
"""Quantiles at 5 and 95 % then rest on 500 paths beyond them; as many as arrivals are drawn on."""
QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


def draw(band: Band, *, seed: Sequence[int]) -> FloatArray:
    """Return draws of a quantity, shape ``(PATHS,)``: from the law that the study states.

    Without one they are triangular from low over central to high, and a band without width is its
    central value.

    Raises
    ------
    RefusalError
        The central value is unknown.
    """
    central = band.value
    if band.interval is not None:
        return band.interval.quantile(np.random.default_rng(list(seed)).random(PATHS))
    low, high = (_end(one, central) for one in (band.low, band.high))
    if low == high:
        return np.full(PATHS, central)
    random = np.random.default_rng(list(seed))
    drawn: FloatArray = random.triangular(low, min(max(central, low), high), high, size=PATHS)
    return drawn


def _end(figure: Figure, central: float) -> float:
    return central if figure.value is None else float(figure.value)


def quantiles(
    drawn: FloatArray,
    unit: str,
    formula: str,
    inputs: Sequence[Figure],
    sources: Sequence[str] = (),
) -> dict[str, Figure]:
    """Return the five quantiles of draws as figures that share one derivation."""
    return {
        key: Figure(
            float(np.quantile(drawn, share)), unit, f"{key} of {formula}", tuple(inputs),
            tuple(sources),
        )
        for key, share in QUANTILES.items()
    }  # fmt: skip


def mean_of(
    drawn: FloatArray,
    unit: str,
    formula: str,
    inputs: Sequence[Figure],
    sources: Sequence[str] = (),
) -> Figure:
    """Return the mean of draws as a figure."""
    return Figure(float(drawn.mean()), unit, f"mean of {formula}", tuple(inputs), tuple(sources))
