"""The measured runs of a fit: questions, one layout each, and seconds to compare with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from narrows.catalog import Catalog
from narrows.core import RefusalError
from narrows.performance.arrays import Array
from narrows.performance.training.measured import Measured, measured_step
from narrows.performance.training.question import Question, question
from narrows.performance.training.row import Cells, Measure, RunRow, measure, read_cells, run_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One measured run."""

    asked: Question
    measured: Measured
    peak_mem_gib: float | None
    completeness: str
    split: str


@dataclass(frozen=True, slots=True)
class Unused:
    """A run of a table that tells nothing comparable, and why."""

    id: str
    reason: str


def observations(path: Path, catalog: Catalog) -> tuple[Observation, ...]:
    """Return the runs of a table that can be asked and have a comparable figure."""
    return read_observations(path, catalog)[0]


def read_observations(
    path: Path, catalog: Catalog
) -> tuple[tuple[Observation, ...], tuple[Unused, ...]]:
    """Return the runs of a table with a comparable figure, and those without, with the reason."""
    found = [_observation(cells, catalog) for cells in read_cells(path)]
    return (
        tuple(each for each in found if isinstance(each, Observation)),
        tuple(each for each in found if isinstance(each, Unused)),
    )


def _observation(cells: Cells, catalog: Catalog) -> Observation | Unused:
    try:
        row, measured = run_row(cells), measure(cells)
        asked = question(completed(row, measured), catalog)
    except RefusalError as error:
        return Unused(cells.id, error.reason)
    step = measured_step(measured, asked)
    if step is None:
        return Unused(cells.id, "no measured time or rate that a prediction can be held against")
    return Observation(
        asked=asked,
        measured=step,
        peak_mem_gib=measured.peak_mem_gib,
        completeness=row.completeness,
        split=measured.split,
    )


_CASE = re.compile(r"case .*?(?:_seq(?P<sequence>\d+))?_mbc(?P<count>\d+)")
_CASE_SEQUENCE = 4096.0
"""The sequence of a case whose name states none; its configuration files say so."""


def completed(row: RunRow, measured: Measure) -> RunRow:
    """Return a row whose batch stands in the name of its test case (``..._mbc8``)."""
    case = _CASE.match(measured.source_loc)
    if case is None or row.global_batch_seqs is not None:
        return row
    replicas = 1.0 if row.dp is None else row.dp
    sequence = case["sequence"]
    return replace(
        row,
        micro_batch=1.0,
        global_batch_seqs=replicas * float(case["count"]),
        seq_len=_CASE_SEQUENCE if sequence is None else float(sequence),
    )


def row_weights(rows: Sequence[Observation]) -> Array:
    """Return weights by which near-copies and large sources do not count in full.

    Rows of one source, software generation, chip, precision and shape repeat each other from
    release to release and count as the square root of their number; so, again, do the rows of a
    source.
    """
    copies = Counter(_copy(each) for each in rows)
    sources = Counter(each.asked.source for each in rows)
    weights = np.array(
        [(copies[_copy(each)] * sources[each.asked.source]) ** -0.25 for each in rows]
    )
    return np.asarray(weights / weights.mean())


def _copy(each: Observation) -> tuple[str, str, str, str, float, float]:
    shape = each.asked.shape
    return (
        each.asked.source,
        each.asked.software.id,
        each.asked.cluster.hardware.chip_id,
        str(each.asked.job.precision),
        float(shape.hidden),
        float(shape.layers),
    )
