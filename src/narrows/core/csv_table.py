"""Tables of comma-separated values, read whole or not at all: a fault has a place and a mend."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from narrows.core.errors import InputError

BYTES_MAX = 512_000_000
"""Ten times a table of two hundred thousand runs; more is another file."""
_MARKS_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OTHER_SEPARATORS: Mapping[str, str] = {
    "\t": "tabs",
    ";": "semicolons",
    "|": "bars",
    "，": "full-width commas",
}


@dataclass(frozen=True, slots=True)
class CsvRow:
    """The cells of one row by column, without space around them, and the line that it ends on."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The columns of a table in their order, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]


def read_csv(path: Path, *, rows_max: int) -> CsvTable:
    """Return the table of a file in UTF-8; blank lines and unnamed blank columns are left out.

    A row with fewer cells than columns has blanks for the rest.

    Raises
    ------
    InputError
        The file cannot be read, is no such text, names a column twice, has a row with more cells
        than columns, or more than ``rows_max`` rows.
    """
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = next((row for row in reader if any(row)), [])
        columns = _columns(path, reader.line_num, header)
        rows = tuple(_rows(path, reader, columns, rows_max))
    except csv.Error as error:
        raise InputError(
            f"not valid CSV: {error}", "mend the line", file=path, line=reader.line_num
        ) from error
    return CsvTable(tuple(name for name in columns if name), rows)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > BYTES_MAX:
            raise InputError(f"file is larger than {BYTES_MAX:,} bytes", "split it", file=path)
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"file cannot be read ({error.strerror})", "check the path", file=path
        ) from error
    if raw.startswith(_MARKS_UTF16):
        raise InputError("file is UTF-16 text", "save it as CSV in UTF-8", file=path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        mend = "save it as CSV in UTF-8"
        raise InputError("file is not CSV text in UTF-8", mend, file=path, line=line) from error
    if "\0" in text:
        raise InputError(
            "file is not CSV text: it holds a NUL",
            "save it as CSV in UTF-8",
            file=path,
            line=text[: text.index("\0")].count("\n") + 1,
        )
    return text


def _columns(path: Path, line: int, header: list[str]) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in header)
    if not any(columns):
        raise InputError("file is empty", "give a header and rows", file=path)
    if len(columns) == 1:
        for mark, words in _OTHER_SEPARATORS.items():
            if mark in columns[0]:
                raise InputError(
                    f"columns are separated by {words}", "save it with commas", file=path, line=line
                )
    named = [name for name in columns if name]
    twice = [name for name, times in Counter(named).items() if times > 1]
    if twice:
        raise InputError(
            "a column stands twice", "keep one of them", file=path, line=line, fieldname=twice[0]
        )
    return columns


def _rows(
    path: Path, reader: Iterator[list[str]], columns: tuple[str, ...], rows_max: int
) -> Iterator[CsvRow]:
    count = 0
    for cells in reader:
        if not any(cells):
            continue
        count += 1
        if count > rows_max:
            raise InputError(f"more than {rows_max:,} rows", "split the file", file=path)
        line: int = reader.line_num  # type: ignore[attr-defined]
        named = _named(path, line, columns, [cell.strip() for cell in cells])
        yield CsvRow(line, named)


def _named(path: Path, line: int, columns: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    """Return cells by column; those without a column have to be blank."""
    if any(cells[len(columns) :]):
        raise InputError("more cells than columns", "quote commas", file=path, line=line)
    padded = [*cells, *[""] * (len(columns) - len(cells))]
    for name, cell in zip(columns, padded, strict=False):
        if cell and not name:
            raise InputError(
                "a cell stands in a column without a name",
                "name the column in the header, or remove it",
                file=path,
                line=line,
                value=cell,
            )
    return {name: cell for name, cell in zip(columns, padded, strict=False) if name}
