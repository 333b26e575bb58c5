"""``narrows predict serving``: one answer for every row of a table of serving runs."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from narrows.catalog import load_catalog
from narrows.core import InputError
from narrows.performance.serving import ROW_COLUMNS, RowPrediction, predict_table


def predict_serving(
    runs: Path, *, output: Annotated[Path, Parameter(name=["--output", "-o"])]
) -> int:
    """Predict latency and throughput of every serving run in a CSV file.

    Parameters
    ----------
    runs
        CSV with the columns of a serving run; a blank cell is unknown, names are as their sources
        write them, and a layout that is not given is searched. Measured columns are not read.
    output
        CSV to write: one row for each row read, ``predicted`` or ``refused`` with the reason.
    """
    answers = predict_table(runs, load_catalog())
    _write(output, answers)
    refused = sum(answer.status == "refused" for answer in answers)
    sys.stdout.write(f"{len(answers) - refused} predicted, {refused} refused -> {output}\n")
    return 0


def _write(path: Path, answers: tuple[RowPrediction, ...]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(ROW_COLUMNS)
            writer.writerows(answer.cells() for answer in answers)
    except OSError as error:
        raise InputError(
            f"file cannot be written ({error.strerror})", "check the folder", file=path
        ) from error
