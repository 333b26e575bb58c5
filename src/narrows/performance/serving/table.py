"""A CSV table of serving runs, read strictly: the input of ``narrows predict serving``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from narrows.catalog import ServingRun
from narrows.core import InputError, read_csv

ROWS_MAX = 200_000
"""Three hundred times the packaged table; more is a wrong file."""
NEEDED = ("id", "chip", "model")
"""Columns without which no row means anything."""
PROSE = frozenset({"notes"})
"""Columns of the published table that are not packaged and never read."""


UNKNOWN_SHOWN = 3
"""More unknown columns on one line help nobody."""


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table; a column that is missing is blank everywhere.

    Raises
    ------
    InputError
        The file is no CSV table in UTF-8, lacks a needed column, or names an unknown one.
    """
    table = read_csv(path, rows_max=ROWS_MAX)
    _check_columns(path, table.columns)
    return [dict(row.cells) for row in table.rows]


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise InputError(
            "a column is missing", "add it", file=path, line=1, fieldname=", ".join(missing)
        )
    known = {field.name for field in fields(ServingRun)} | PROSE
    unknown = [name for name in columns if name not in known]
    if unknown:
        raise InputError(
            "unknown column",
            "use the columns of the serving table",
            file=path,
            line=1,
            fieldname=", ".join(unknown[:UNKNOWN_SHOWN]),
        )
