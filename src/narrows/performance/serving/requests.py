"""Requests as they come: Poisson streams, or the arrivals of a user's own log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np

from narrows.core import CsvRow, InputError, read_csv
from narrows.performance.serving.arrays import Array, array

EDGE_SHARE = 0.1
"""The first requests of a Poisson stream meet an engine that fills, the last one that drains."""
LOG_ROWS_MAX = 1_000_000
"""Two or three seconds of simulation; a longer log has quieter hours that may be cut."""
ARRIVED, OUTPUT = "arrived_s", "output_tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Requests of independent streams, in order of arrival; shape ``(streams, requests)``.

    ``arrived_s`` counts seconds; ``edge_share`` of each stream is left out of
    percentiles at either end.
    """

    arrived_s: Array
    output_tokens: Array
    edge_share: float

    @property
    def requests_per_s(self) -> float:
        """The mean rate of a stream; infinite where all of them come at once."""
        span_s = float(np.mean(self.arrived_s[:, -1] - self.arrived_s[:, 0]))
        return (self.arrived_s.shape[1] - 1) / span_s if span_s > 0.0 else float("inf")


def poisson_requests(
    requests_per_s: float, output_tokens: float, *, streams: int, each: int, seed: int
) -> Requests:
    """Return ``streams`` independent Poisson streams of ``each`` requests of equal length."""
    gaps = np.random.default_rng(seed).exponential(1.0 / requests_per_s, (streams, each))
    return Requests(
        arrived_s=np.cumsum(gaps, axis=1),
        output_tokens=np.full((streams, each), output_tokens),
        edge_share=EDGE_SHARE,
    )


def logged_requests(path: Path, *, output_tokens: float) -> Requests:
    """Return the one stream of a CSV with ``arrived_s`` and, where known, ``output_tokens``.

    Where the column or a cell is blank the answer has ``output_tokens``, the mean of the question.

    Raises
    ------
    InputError
        The file is no such CSV; names file, line, field and value.
    """
    table = read_csv(path, rows_max=LOG_ROWS_MAX)
    _check_columns(path, table.columns)
    rows = [
        (_number(path, row, ARRIVED, None, least=0.0),
         _number(path, row, OUTPUT, output_tokens, least=1.0))
        for row in table.rows
    ]  # fmt: skip
    if not rows:
        raise InputError("holds no request", "give a row for each request", file=path)
    ordered = array(sorted(rows)).T
    return Requests(
        arrived_s=ordered[:1] - ordered[0, 0], output_tokens=ordered[1:], edge_share=0.0
    )


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    strange = [name for name in columns if name not in {ARRIVED, OUTPUT}]
    if ARRIVED not in columns or strange:
        raise InputError(
            "other columns than expected",
            f"give {ARRIVED} and, where known, {OUTPUT}",
            file=path,
            line=1,
            value=", ".join(columns),
        )


def _number(path: Path, row: CsvRow, name: str, blank: float | None, *, least: float) -> float:
    written = row.cells.get(name, "")
    if not written and blank is not None:
        return blank
    try:
        value = float(written)
    except ValueError:
        value = float("nan")
    if not (isfinite(value) and value >= least):
        raise InputError(
            "not a number that can be",
            f"give a number of {least:g} or more",
            file=path,
            line=row.line,
            fieldname=name,
            value=written,
        )
    return value


def dealt(values: Array, hands: int) -> Array:
    """Return values dealt in turn to ``hands`` instances, shape ``(streams * hands, most)``.

    Instances that get one request fewer are filled with infinity, which never arrives.
    """
    streams, count = values.shape
    most = -(-count // hands)
    filled = np.full((streams, most * hands), np.inf)
    filled[:, :count] = values
    return np.moveaxis(filled.reshape(streams, most, hands), 2, 1).reshape(-1, most)
