"""How predictions compare with measurements: errors by cell, coverage, and intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from narrows.performance.serving.arrays import Array, array


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A measured and a predicted figure of one run, with its 90 % interval."""

    id: str
    group: str
    cell: tuple[str, str]
    measured: float
    predicted: float
    low: float
    high: float

    @property
    def error(self) -> float:
        """Absolute relative error."""
        return abs(self.predicted / self.measured - 1)

    @property
    def held(self) -> bool:
        """Whether the interval holds the measured figure."""
        return self.low <= self.measured <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Errors of a group of runs; shares and errors as fractions.

    ``median`` and ``p90`` weight every (chip, model) cell alike; ``rows_median`` weights rows.
    """

    group: str
    tried: int
    predicted: int
    cells: int
    median: float
    p90: float
    rows_median: float
    bias: float
    held: float
    width: float

    @property
    def coverage(self) -> float:
        """Share of the rows tried that were predicted."""
        return self.predicted / self.tried if self.tried else 0.0


def score(group: str, pairs: Sequence[Pair], tried: int) -> Score:
    """Return the score of the runs of one group.

    Raises
    ------
    ValueError
        There is no pair.
    """
    if not pairs:
        msg = f"no run of {group} was predicted"
        raise ValueError(msg)
    weights = _cell_weights(pairs)
    errors = array([pair.error for pair in pairs])
    logs = array([np.log(pair.predicted / pair.measured) for pair in pairs])
    return Score(
        group=group,
        tried=tried,
        predicted=len(pairs),
        cells=len({pair.cell for pair in pairs}),
        median=weighted_quantile(errors, weights, 0.5),
        p90=weighted_quantile(errors, weights, 0.9),
        rows_median=float(np.median(errors)),
        bias=float(np.sum(weights * logs)),
        held=float(np.mean([pair.held for pair in pairs])),
        width=float(np.median([pair.high / pair.low for pair in pairs])),
    )


def weighted_quantile(values: Array, weights: Array, share: float) -> float:
    """Return the smallest value below which at least ``share`` of the weight lies."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order]) / np.sum(weights)
    at = int(np.searchsorted(total, share - 1e-12))
    return float(values[order][min(at, len(values) - 1)])


def _cell_weights(pairs: Sequence[Pair]) -> Array:
    counts = Counter(pair.cell for pair in pairs)
    weights = array([1 / counts[pair.cell] for pair in pairs])
    return array(weights / np.sum(weights))
