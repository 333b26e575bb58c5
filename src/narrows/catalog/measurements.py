"""Published measurements of training, serving and kernels, read as typed rows."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from narrows.catalog.files import data_root
from narrows.catalog.measurement_rows import KernelEfficiency, ServingRun, TrainingRun
from narrows.core import InputError

ROWS_MAX = 100_000
"""Ten times what has ever been published of one kind; more is a wrong file."""

Row = TypeVar("Row", TrainingRun, ServingRun, KernelEfficiency)


def load_training_runs(path: Path | None = None) -> tuple[TrainingRun, ...]:
    """Return the published training runs, or those of a file with the same columns.

    Raises
    ------
    InputError
        The file is no such table; names file, line, field and value.
    """
    return _read(path or _folder() / "training_runs.csv", TrainingRun)


def load_serving_runs(path: Path | None = None) -> tuple[ServingRun, ...]:
    """Return the published serving runs; as :func:`load_training_runs`."""
    return _read(path or _folder() / "serving_runs.csv", ServingRun)


def load_kernel_efficiency(path: Path | None = None) -> tuple[KernelEfficiency, ...]:
    """Return the published kernel figures; as :func:`load_training_runs`."""
    return _read(path or _folder() / "kernel_efficiency.csv", KernelEfficiency)


def _folder() -> Path:
    return data_root() / "measurements"


def _read(path: Path, kind: type[Row]) -> tuple[Row, ...]:
    adapter: TypeAdapter[Row] = TypeAdapter(kind)
    rows: list[Row] = []
    for line, cells in _cells(path, kind):
        try:
            rows.append(adapter.validate_python(cells))
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            name = str(fault["loc"][0]) if fault["loc"] else None
            raise InputError(
                fault["msg"], "correct the cell", path, line, name, cells.get(str(name))
            ) from error
    return tuple(rows)


def _cells(path: Path, kind: type[Row]) -> list[tuple[int, dict[str, str]]]:
    """Return the line number and the cells that are not blank of every row."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_header(path, tuple(reader.fieldnames or ()), kind)
            rows = [(reader.line_num, {k: v for k, v in row.items() if v}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("not readable as CSV in UTF-8", "check the file", file=path) from error
    if len(rows) > ROWS_MAX:
        raise InputError(f"more than {ROWS_MAX:,} rows", "split the file", file=path)
    return rows


def _check_header(path: Path, header: tuple[str, ...], kind: type[Row]) -> None:
    expected = tuple(field.name for field in dataclasses.fields(kind))
    if header == expected:
        return
    wrong = sorted(set(header) ^ set(expected)) or ["order of columns"]
    raise InputError(
        "columns are not those of the table", "compare the header", path, 1, None, ", ".join(wrong)
    )
