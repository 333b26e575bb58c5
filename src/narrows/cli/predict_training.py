"""``narrows predict training``: one answer for every row of a table of runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from narrows.catalog import load_catalog
from narrows.cli.options import Output
from narrows.cli.output import write_table
from narrows.performance.calibration import packaged
from narrows.performance.training.answer import Answer, answer_rows
from narrows.performance.training.row import read_cells

COLUMNS = (
    "id",
    "step_s",
    "tokens_per_s_per_chip",
    "p05_step_s",
    "p95_step_s",
    "peak_mem_gib",
    "status",
    "reason",
)


PARTS_COLUMNS = ("id", "of", "part", "value", "unit")


def predict_training(
    runs: Path,
    *,
    output: Output,
    parts: Path | None = None,
) -> int:
    """Predict step time, throughput and peak memory of every run in a CSV file.

    Parameters
    ----------
    runs
        CSV with the columns of a training run; a blank cell is unknown, names are as their sources
        write them.
    output
        CSV to write: one row for each row read, ``predicted`` or ``refused`` with the reason.
    parts
        CSV to write beside it: where the time and the memory of each predicted run go, one row for
        each part (compute, exposed communication by kind, bubble, optimizer, recompute, memory).
    """
    answers = answer_rows(read_cells(runs), load_catalog(), packaged())
    write_table(output, COLUMNS, (_cells(answer) for answer in answers))
    if parts is not None:
        write_table(parts, PARTS_COLUMNS, (row for answer in answers for row in _parts(answer)))
    refused = sum(answer.status == "refused" for answer in answers)
    sys.stdout.write(f"{len(answers) - refused} predicted, {refused} refused -> {output}\n")
    return 0


def _cells(answer: Answer) -> list[str]:
    step = answer.step_s
    numbers = (
        None if step is None else step.p50,
        answer.tokens_per_s_per_chip,
        None if step is None else step.p05,
        None if step is None else step.p95,
        answer.peak_mem_gib,
    )
    shown = ["" if number is None else f"{number:.6g}" for number in numbers]
    return [answer.id, *shown, answer.status, answer.reason]


def _parts(answer: Answer) -> Iterator[list[str]]:
    for of, found, unit in (("step", answer.seconds, "s"), ("memory", answer.gib, "GiB")):
        for name, value in (found or {}).items():
            yield [answer.id, of, name, f"{value:.6g}", unit]
