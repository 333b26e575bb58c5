"""A growing table of candidates: columns crossed with options, rows that leave by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from narrows.core import RefusalError
from narrows.performance.arrays import Array, Mask
from narrows.performance.shape import Shape

CANDIDATES_MAX = 20_000_000
"""A larger space means that a bound was forgotten; it would not fit in memory as columns."""


@dataclass(slots=True)
class Table:
    """Columns of a growing table of candidates, and why rows left it."""

    columns: dict[str, npt.NDArray[np.float64]]
    excluded: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """Rows so far."""
        return int(next(iter(self.columns.values())).size)

    def grow(self, name: str, options: Sequence[float]) -> None:
        """Cross every row with every option of a new column.

        Raises
        ------
        RefusalError
            The table would exceed :data:`CANDIDATES_MAX` rows.
        """
        _check_size(name, self.rows * len(options))
        repeated = {key: np.repeat(column, len(options)) for key, column in self.columns.items()}
        new = np.tile(np.asarray(options, dtype=np.float64), self.rows)
        self.columns = {**repeated, name: new}

    def number(self, name: str, counts: npt.NDArray[np.intp]) -> None:
        """Repeat every row as often as it counts, and number the copies from 1 in a new column.

        Raises
        ------
        RefusalError
            The table would exceed :data:`CANDIDATES_MAX` rows.
        """
        _check_size(name, int(counts.sum()))
        repeated = {key: np.repeat(column, counts) for key, column in self.columns.items()}
        starts = np.repeat(np.cumsum(counts) - counts, counts)
        new = np.arange(1.0, starts.size + 1.0) - starts
        self.columns = {**repeated, name: new.astype(np.float64)}

    def keep(self, test: Mask, reason: str) -> None:
        """Drop the rows that fail a test and count them under its reason."""
        lost = int(test.size - np.count_nonzero(test))
        if not lost:
            return
        self.excluded[reason] += lost
        self.columns = {key: column[test] for key, column in self.columns.items()}


def layers_of(table: Table, shape: Shape) -> Array:
    """Return the layers of each row's fullest rank."""
    columns = table.columns
    chunk_layers = np.ceil(float(shape.layers) / (columns["pipeline"] * columns["chunks"]))
    return np.asarray(chunk_layers * columns["chunks"])


def _check_size(name: str, rows: int) -> None:
    if rows > CANDIDATES_MAX:
        raise RefusalError(
            f"the space has more than {CANDIDATES_MAX:,} candidates", (f"fewer {name} values",)
        )
