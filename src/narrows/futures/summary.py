"""The backtest in numbers: mean scores, differences with their scatter, reliability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from narrows.futures.backtest import Backtest, StateCase, TimeCase
from narrows.futures.forecasters import Forecaster
from narrows.futures.states import STATE_INDEX, FloatArray

BOOTSTRAPS = 2_000
"""Enough for two digits of a 90 % interval."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Mean scores of one forecaster; lower is better."""

    log_score: float
    crps: float
    brier: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Model minus baseline; below zero the model is better.

    ``low`` and ``high`` are the 5th and 95th percentile over lines drawn again with replacement:
    forecasts of one line share its events and are no independent trials.
    """

    mean: float
    low: float
    high: float

    @property
    def distinguishable(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Forecast chances of single states between two edges, and how often the state came."""

    low: float
    high: float
    forecasts: int
    mean_chance: float | None
    frequency: float | None


def scores(states: Sequence[StateCase], times: Sequence[TimeCase], who: Forecaster) -> Scores:
    """Return the mean scores of one forecaster."""
    return Scores(
        log_score=float(np.mean([case.log_score[who] for case in states])),
        crps=float(np.mean([case.crps[who] for case in times])),
        brier=float(np.mean([case.brier[who] for case in states])),
    )


def differences(backtest: Backtest, baseline: Forecaster) -> Mapping[str, Difference]:
    """Return model minus baseline for each score."""
    model = Forecaster.MODEL
    logs = [(c.line, c.log_score[model] - c.log_score[baseline]) for c in backtest.states]
    waits = [(c.line, c.crps[model] - c.crps[baseline]) for c in backtest.times]
    briers = [(c.line, c.brier[model] - c.brier[baseline]) for c in backtest.states]
    seed = backtest.plan.seed
    return {
        "log_score": difference(logs, seed=seed),
        "crps": difference(waits, seed=seed),
        "brier": difference(briers, seed=seed),
    }


def difference(gaps: Sequence[tuple[str, float]], *, seed: int) -> Difference:
    """Return the mean of gaps, each given with its line, and its scatter over lines."""
    lines = sorted({line for line, _ in gaps})
    sums = np.array([sum(gap for name, gap in gaps if name == line) for line in lines])
    sizes = np.array([sum(name == line for name, _ in gaps) for line in lines])
    random = np.random.default_rng(seed)
    chosen = random.integers(0, len(lines), size=(BOOTSTRAPS, len(lines)))
    means = sums[chosen].sum(axis=1) / sizes[chosen].sum(axis=1)
    low, high = (float(value) for value in np.quantile(means, (0.05, 0.95)))
    return Difference(float(sums.sum() / sizes.sum()), low, high)


def reliability(
    cases: Iterable[StateCase], who: Forecaster, edges: Sequence[float]
) -> tuple[ReliabilityBin, ...]:
    """Return how often states came that were given a chance within each bin."""
    chances, came = _pairs(cases, who)
    place = np.clip(np.digitize(chances, edges) - 1, 0, len(edges) - 2)
    return tuple(
        _bin(edges[index], edges[index + 1], chances[place == index], came[place == index])
        for index in range(len(edges) - 1)
    )


def _pairs(cases: Iterable[StateCase], who: Forecaster) -> tuple[FloatArray, FloatArray]:
    every = list(cases)
    chances = np.array([case.chances[who] for case in every])
    came = np.zeros_like(chances)
    came[np.arange(len(every)), [STATE_INDEX[case.happened] for case in every]] = 1.0
    return chances.ravel(), came.ravel()


def _bin(low: float, high: float, chances: FloatArray, came: FloatArray) -> ReliabilityBin:
    if not len(chances):
        return ReliabilityBin(low, high, 0, None, None)
    return ReliabilityBin(low, high, len(chances), float(chances.mean()), float(came.mean()))
