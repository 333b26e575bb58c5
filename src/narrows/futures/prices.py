"""A user's price file: one security and its benchmark, by trading day."""

from __future__ import annotations

import csv
import itertools
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from narrows.core import InputError
from narrows.futures.states import FloatArray

COLUMNS = ("date", "close", "benchmark")
ROWS_MAX = 50_000
"""Two centuries of trading days; more is another kind of file."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Logarithmic returns by trading day, each ``(days,)``; the first day of the file has none."""

    days: tuple[date, ...]
    returns: FloatArray
    benchmark: FloatArray


def read_prices(path: Path) -> Prices:
    """Read a CSV file with the columns ``date``, ``close`` and ``benchmark``.

    Raises
    ------
    InputError
        The file cannot be read, a column is missing, a price is not above zero, or days are not
        in order.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise InputError(
                    f"column {missing[0]} is missing",
                    f"give {', '.join(COLUMNS)}",
                    file=path,
                    line=1,
                )
            rows = [_row(row, number, path) for number, row in enumerate(reader, start=2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("price file cannot be read", "give a CSV file", file=path) from error
    return _prices(rows, path)


def _row(row: dict[str, str | None], line: int, path: Path) -> tuple[date, float, float]:
    if line > ROWS_MAX:
        raise InputError(f"more than {ROWS_MAX:,} rows", "give daily prices", file=path)
    try:
        day = date.fromisoformat((row["date"] or "").strip())
    except ValueError as error:
        raise InputError(
            "not a day", "write YYYY-MM-DD", file=path, line=line, value=row["date"]
        ) from error
    return day, _price(row["close"], line, path), _price(row["benchmark"], line, path)


def _price(text: str | None, line: int, path: Path) -> float:
    try:
        price = float(text or "")
    except ValueError:
        price = math.nan
    if not (math.isfinite(price) and price > 0):
        raise InputError(
            "a price must be a number above zero", "leave the row out", path, line, value=text
        )
    return price


def _prices(rows: list[tuple[date, float, float]], path: Path) -> Prices:
    days = [day for day, _, _ in rows]
    for line, (before, after) in enumerate(itertools.pairwise(days), start=3):
        if before >= after:
            raise InputError("days must increase", "sort the file by date", path, line, value=after)
    if len(rows) < 2:
        raise InputError("fewer than two prices", "give a longer file", file=path)
    logs = np.log(np.array([[close, benchmark] for _, close, benchmark in rows]))
    changes = np.diff(logs, axis=0)
    return Prices(tuple(days[1:]), changes[:, 0], changes[:, 1])
