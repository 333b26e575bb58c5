"""Scores of predictions against measurements, with sources weighted equally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from narrows.performance.arrays import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One predicted run with what was measured."""

    source: str
    family: str
    precision: str
    predicted_s: float
    p05_s: float
    p95_s: float
    measured_s: float

    @property
    def error(self) -> float:
        """Prediction over measurement minus one."""
        return self.predicted_s / self.measured_s - 1.0

    @property
    def held(self) -> bool:
        """Whether the interval holds the measurement."""
        return self.p05_s <= self.measured_s <= self.p95_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How far a group of predictions was off."""

    name: str
    rows: int
    sources: int
    median: float
    """Median absolute error."""
    p90: float
    bias: float
    """Median signed error."""
    held: float
    """Share of measurements inside the 90 % interval."""
    width: float
    """Median of p95 over p05."""


def score(name: str, rows: Sequence[Scored]) -> Score | None:
    """Return the score of a group, or ``None`` where it is empty."""
    if not rows:
        return None
    counts = Counter(each.source for each in rows)
    weights = np.array([1.0 / counts[each.source] for each in rows])
    errors = np.array([each.error for each in rows])
    held = np.array([float(each.held) for each in rows])
    widths = np.array([each.p95_s / each.p05_s for each in rows])
    return Score(
        name=name,
        rows=len(rows),
        sources=len(counts),
        median=weighted_quantile(np.abs(errors), weights, 0.5),
        p90=weighted_quantile(np.abs(errors), weights, 0.9),
        bias=weighted_quantile(errors, weights, 0.5),
        held=float(np.average(held, weights=weights)),
        width=weighted_quantile(widths, weights, 0.5),
    )


def weighted_quantile(values: Array, weights: Array, level: float) -> float:
    """Return the smallest value at which the cumulated weight reaches ``level``."""
    order = np.argsort(values)
    cumulated = np.cumsum(weights[order]) / weights.sum()
    place = int(np.searchsorted(cumulated, level - 1e-12))
    return float(values[order][min(place, values.size - 1)])
