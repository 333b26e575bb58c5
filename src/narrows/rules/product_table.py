"""Products in, as CSV; a fault of the whole table names the file and the line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from narrows.core import InputError
from narrows.rules.classify import Product
from narrows.rules.product_row import RefusedProduct, Row

REQUIRED = (
    "chip_id",
    "product",
    "vendor",
    "announced",
    "dc_marketed",
    "io_bidirectional_GBps",
    "dram_bw_GBps",
    "applicable_die_mm2",
    "best_dtype",
    "dense_tops",
    "bits",
)
OPTIONAL = ("tpp_published", "origin", "nonplanar_die")
ROWS_MAX = 1_000_000
"""The vector back end is made for more; a table by hand is far smaller."""
BYTES_MAX = 256_000_000
"""A million rows of this table take about 120 MB."""


def read_products(path: Path) -> Iterator[Product | RefusedProduct]:
    """Yield the products of a table, one a row; a row with a fault is yielded as refused.

    Raises
    ------
    InputError
        The file cannot be read, is no CSV, or lacks a column.
    """
    reader = csv.reader(io.StringIO(_text(path)), strict=True)
    header = _header(path, reader)
    try:
        for count, cells in enumerate(reader):
            if count >= ROWS_MAX:
                raise InputError(f"more than {ROWS_MAX:,} rows", "split the table", file=path)
            if cells:
                yield Row(path, reader.line_num, header, cells).read()
    except csv.Error as error:
        raise InputError(
            f"not valid CSV: {error}", "mend the line", file=path, line=reader.line_num
        ) from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > BYTES_MAX:
            raise InputError(f"file is larger than {BYTES_MAX:,} bytes", "split it", file=path)
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("file is not UTF-8 text", "save it as UTF-8 CSV", file=path) from error
    except OSError as error:
        raise InputError(
            f"file cannot be read ({error.strerror})", "check the path", file=path
        ) from error


def _header(path: Path, reader: Iterator[list[str]]) -> tuple[str, ...]:
    try:
        header = tuple(name.strip() for name in next(reader, []))
    except csv.Error as error:
        raise InputError(f"not valid CSV: {error}", "mend line 1", file=path, line=1) from error
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        mend = f"add it; the columns are {', '.join(REQUIRED)}"
        raise InputError("a column is missing", mend, file=path, line=1, fieldname=missing[0])
    doubled = [name for name, times in Counter(header).items() if times > 1 and name]
    if doubled:
        raise InputError(
            "two columns have one name", "rename one", file=path, line=1, value=doubled[0]
        )
    return header
