"""The measured runs of a fit: questions, one layout each, and seconds to compare with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from narrows.catalog import Catalog
from narrows.core import RefusalError
from narrows.performance.arrays import Array
from narrows.performance.calibration.table import constants_from
from narrows.performance.training.evaluate import Evaluation, evaluate
from narrows.performance.training.measured import Measured, measured_step
from narrows.performance.training.question import Question, question
from narrows.performance.training.row import Cells, Measure, RunRow, measure, read_cells, run_row
from narrows.performance.training.stack import Stack, stacked
from narrows.performance.training.strategy import Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One measured run."""

    asked: Question
    measured: Measured
    peak_mem_gib: float | None
    completeness: str
    split: str


def observations(path: Path, catalog: Catalog) -> tuple[Observation, ...]:
    """Return the runs of a table that can be asked and have a comparable figure."""
    found = (_observation(cells, catalog) for cells in read_cells(path))
    return tuple(each for each in found if each is not None)


def _observation(cells: Cells, catalog: Catalog) -> Observation | None:
    try:
        row, measured = run_row(cells), measure(cells)
        asked = question(_completed(row, measured), catalog)
    except RefusalError:
        return None
    step = measured_step(measured, asked)
    if step is None:
        return None
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


def _completed(row: RunRow, measured: Measure) -> RunRow:
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


def chosen(
    rows: Sequence[Question], pick: Callable[[Sequence[tuple[Question, Strategy]]], Evaluation]
) -> list[tuple[Question, Strategy]]:
    """Return one layout for each question: the fastest of those it allows that fits in memory."""
    pairs = [(each, strategy) for each in rows for strategy in each.strategies]
    found = pick(pairs)
    step_s = np.broadcast_to(found.step_s, (len(pairs),))
    limit = np.array([each.cluster.hardware.reachable_bytes for each, _ in pairs])
    within = found.memory.total <= MEMORY_TOLERANCE * limit
    rank = np.where(within, step_s, OVER_MEMORY_S * found.memory.total)
    best: dict[int, int] = {}
    for place, (each, _) in enumerate(pairs):
        key = id(each)
        if key not in best or rank[place] < rank[best[key]]:
            best[key] = place
    return [pairs[best[id(each)]] for each in rows]


MEMORY_TOLERANCE = 1.1
"""A measured run did fit; the estimate of its memory may be a tenth too high."""

OVER_MEMORY_S = 1e9
"""Puts layouts that do not fit behind every one that does, the leanest of them first."""


def evaluate_stack(stack: Stack, values: Array) -> Evaluation:
    """Evaluate stacked questions under parameter values, ``(parameters,)`` or ``(draws, ...)``."""
    constants = constants_from(values, stack.settings)
    return evaluate(stack.shape, stack.device, constants, stack.strategies, stack.workload)


def choose_under(values: Array) -> Callable[[Sequence[tuple[Question, Strategy]]], Evaluation]:
    """Return an evaluation of pairs under fixed parameter values."""
    return lambda pairs: evaluate_stack(stacked(pairs), values)


def source_weights(rows: Sequence[Observation]) -> Array:
    """Return weights that let a source of ``n`` rows count as ``sqrt(n)`` independent ones."""
    counts = Counter(each.asked.source for each in rows)
    weights = np.array([counts[each.asked.source] ** -0.25 for each in rows])
    return np.asarray(weights / weights.mean())
