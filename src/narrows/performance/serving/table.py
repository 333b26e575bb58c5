"""A CSV table of serving runs, read strictly: the input of ``narrows predict serving``."""

from __future__ import annotations

import csv
from dataclasses import fields
from pathlib import Path

from narrows.catalog import ServingRun
from narrows.core import InputError

ROWS_MAX = 200_000
"""Three hundred times the packaged table; more is a wrong file."""
NEEDED = ("id", "chip", "model")
"""Columns without which no row means anything."""
PROSE = frozenset({"notes"})
"""Columns of the published table that are not packaged and never read."""


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table; a column that is missing is blank everywhere.

    Raises
    ------
    InputError
        The file is no CSV, lacks a needed column, names an unknown one, or is too long.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            _check_header(path, reader.fieldnames)
            rows = [_row(path, reader.line_num, row) for row in reader]
    except FileNotFoundError as error:
        raise InputError("no such file", "give an existing CSV", file=path) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("not readable as CSV in UTF-8", "check the file", file=path) from error
    if len(rows) > ROWS_MAX:
        raise InputError(f"more than {ROWS_MAX:,} rows", "split the file", file=path)
    return rows


def _check_header(path: Path, names: object) -> None:
    header = list(names) if isinstance(names, list) else []
    known = {field.name for field in fields(ServingRun)} | PROSE
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise InputError(
            "a column is missing", "add it", file=path, line=1, fieldname=", ".join(missing)
        )
    unknown = sorted(set(header) - known)
    if unknown:
        raise InputError(
            "unknown column",
            "use the columns of the serving table",
            file=path,
            line=1,
            fieldname=", ".join(unknown),
        )


def _row(path: Path, line: int, row: dict[str | None, str | None]) -> dict[str, str]:
    if None in row:
        raise InputError("more cells than columns", "quote commas", file=path, line=line)
    return {str(name): value or "" for name, value in row.items()}
