"""``narrows predict training``: one answer for every row of a table of runs."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from narrows.catalog import load_catalog
from narrows.core import InputError
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


def predict_training(
    runs: Path, *, output: Annotated[Path, Parameter(name=["--output", "-o"])]
) -> int:
    """Predict step time, throughput and peak memory of every run in a CSV file.

    Parameters
    ----------
    runs
        CSV with the columns of a training run; a blank cell is unknown, names are as their sources
        write them.
    output
        CSV to write: one row for each row read, ``predicted`` or ``refused`` with the reason.
    """
    answers = answer_rows(read_cells(runs), load_catalog(), packaged())
    _write(output, answers)
    refused = sum(answer.status == "refused" for answer in answers)
    sys.stdout.write(f"{len(answers) - refused} predicted, {refused} refused -> {output}\n")
    return 0


def _write(path: Path, answers: list[Answer]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(_cells(answer) for answer in answers)
    except OSError as error:
        raise InputError(
            f"file cannot be written ({error.strerror})", "check the folder", file=path
        ) from error


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
