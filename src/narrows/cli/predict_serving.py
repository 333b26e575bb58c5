"""``narrows predict serving``: one answer for every row of a table of serving runs."""

from __future__ import annotations

import sys
from pathlib import Path

from narrows.catalog import load_catalog
from narrows.cli.options import Output
from narrows.cli.output import write_table
from narrows.cli.progress import progress
from narrows.performance.serving import ROW_COLUMNS, predict_table


def predict_serving(runs: Path, *, output: Output) -> int:
    """Predict latency and throughput of every serving run in a CSV file.

    Parameters
    ----------
    runs
        CSV with the columns of a serving run; a blank cell is unknown, names are as their sources
        write them, and a layout that is not given is searched. Measured columns are not read.
    output
        CSV to write: one row for each row read, ``predicted`` or ``refused`` with the reason.
    """
    with progress() as report:
        answers = predict_table(runs, load_catalog(), report=report)
    write_table(output, ROW_COLUMNS, [answer.cells() for answer in answers])
    refused = sum(answer.status == "refused" for answer in answers)
    sys.stdout.write(f"{len(answers) - refused} predicted, {refused} refused -> {output}\n")
    return 0
