"""Products in and classifications out, as CSV; a fault names the file, the line and the column."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from narrows.core import InputError
from narrows.rules.classify import Classification, Marketed, Product
from narrows.rules.quantity import Between

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
WRITTEN = (
    "chip_id",
    "tpp",
    "performance_density",
    "paragraph_2022",
    "paragraph",
    "cn_review",
    "tariff_band",
    "answer",
    "missing",
)
COLUMN_OF_FACT = {
    "dense_tops": "dense_tops",
    "bits": "bits",
    "tpp": "dense_tops",
    "dram_bandwidth_gb_s": "dram_bw_GBps",
    "io_bidirectional_gb_s": "io_bidirectional_GBps",
    "scaleup_bidirectional_gb_s": "io_bidirectional_GBps",
    "host_bidirectional_gb_s": "io_bidirectional_GBps",
    "pcie_generation": "io_bidirectional_GBps",
    "applicable_die_mm2": "applicable_die_mm2",
    "nonplanar_die": "nonplanar_die",
    "datacentre_marketed": "dc_marketed",
}
"""Where a missing fact is written in the table."""

ROWS_MAX = 1_000_000
"""The vector back end is made for more; a table by hand is far smaller."""
BYTES_MAX = 256_000_000
"""A million rows of this table take about 120 MB."""

_BETWEEN = r"\s*(?:\.\.|–|—|~|to)\s*|(?<=\d)\s*-\s*(?=\d)"
_INTERVAL = re.compile(rf"^(.+?)(?:{_BETWEEN})(.+)$|^\[(.+?)[,;](.+)\]$")
"""``low..high``, and the ways in which people write the same."""


def read_products(path: Path) -> Iterator[Product]:
    """Yield the products of a table, one a row.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, or a cell cannot be understood.
    """
    reader = csv.reader(io.StringIO(_text(path)), strict=True)
    header = _header(path, reader)
    try:
        for count, cells in enumerate(reader):
            if count >= ROWS_MAX:
                raise InputError(f"more than {ROWS_MAX:,} rows", "split the table", file=path)
            if cells:
                yield Row(path, reader.line_num, header, cells).product()
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
    doubled = [name for name in header if header.count(name) > 1 and name]
    if doubled:
        raise InputError(
            "two columns have one name", "rename one", file=path, line=1, value=doubled[0]
        )
    return header


class Row:
    """One row of the table and its place."""

    def __init__(self, path: Path, line: int, header: Sequence[str], cells: Sequence[str]) -> None:
        self.path = path
        self.line = line
        if len(cells) != len(header):
            problem = f"row has {len(cells)} cells and the header {len(header)}"
            raise InputError(problem, "quote cells that hold commas", file=path, line=line)
        self.cells = dict(zip(header, (cell.strip() for cell in cells), strict=True))

    def product(self) -> Product:
        """Return the product that the row describes."""
        product = Product(
            chip_id=self.cells["chip_id"],
            vendor=self.cells["vendor"] or None,
            marketed=self.choice("dc_marketed", Marketed),
            io_bidirectional_gb_s=self.number("io_bidirectional_GBps"),
            dram_bandwidth_gb_s=self.number("dram_bw_GBps"),
            applicable_die_mm2=self.positive("applicable_die_mm2"),
            dense_tops=self.number("dense_tops"),
            bits=self.positive("bits"),
            tpp_published=self.number("tpp_published"),
            origin=self.country("origin"),
            nonplanar_die=self.flag("nonplanar_die"),
        )
        if product.nonplanar_die is False and product.applicable_die_mm2 is not None:
            mend = "leave the area blank: only non-planar dies have an applicable area"
            raise self.error("applicable_die_mm2", "an area beside nonplanar_die N", mend)
        return product

    def error(self, column: str, problem: str, mend: str) -> InputError:
        """Return an error that points at a cell."""
        value = self.cells.get(column)
        return InputError(
            problem, mend, file=self.path, line=self.line, fieldname=column, value=value
        )

    def number(self, column: str) -> float | Between | None:
        """Return a cell as a number or an interval ``low..high``; blank is unknown."""
        text = self.cells.get(column, "")
        if not text:
            return None
        ends = _INTERVAL.match(text)
        if ends is None:
            return self._plain(column, text)
        low, high = (self._plain(column, end.strip()) for end in ends.groups() if end)
        if low > high:
            raise self.error(column, "the interval ends before it begins", "write low..high")
        return low if low == high else Between(low, high)

    def _plain(self, column: str, text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or number < 0 or "_" in text:
            mend = "write a plain number of at least 0, low..high, or leave it blank"
            raise self.error(column, "not a number that can be", mend)
        return number

    def positive(self, column: str) -> float | Between | None:
        """Return a cell as a number above 0."""
        number = self.number(column)
        low = number.low if isinstance(number, Between) else number
        if low == 0:
            raise self.error(column, "0 is no value here", "leave it blank if it is unknown")
        return number

    def choice(self, column: str, kind: type[Marketed]) -> Marketed | None:
        """Return a cell as one of a few letters; blank is unknown."""
        text = self.cells.get(column, "").upper()
        if not text:
            return None
        try:
            return kind(text)
        except ValueError:
            letters = ", ".join(kind)
            raise self.error(column, "not one of the letters", f"write {letters}") from None

    def flag(self, column: str) -> bool | None:
        """Return a cell as a flag: Y, N, or blank for unknown."""
        text = self.cells.get(column, "").upper()
        if text not in ("", "Y", "N"):
            raise self.error(column, "not one of the letters", "write Y, N, or leave it blank")
        return None if not text else text == "Y"

    def country(self, column: str) -> str | None:
        """Return a cell as an ISO 3166-1 code of two letters."""
        text = self.cells.get(column, "").upper()
        if text and not re.fullmatch(r"[A-Z]{2}", text):
            raise self.error(column, "not a country code", "write two letters, such as CN")
        return text or None


def write_classifications(path: Path, found: Iterable[Classification]) -> int:
    """Write one row for each classification and return their number.

    The file appears whole or not at all.
    """
    partial = path.with_name(f"{path.name}.partial")
    count = 0
    try:
        with partial.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(WRITTEN)
            for one in found:
                writer.writerow(_cells(one))
                count += 1
        partial.replace(path)
    except OSError as error:
        problem = f"file cannot be written ({error.strerror})"
        raise InputError(problem, "check the path", file=path) from error
    finally:
        partial.unlink(missing_ok=True)
    return count


def _cells(one: Classification) -> tuple[str, ...]:
    columns = dict.fromkeys(COLUMN_OF_FACT.get(fact, fact) for fact in one.missing)
    return (
        one.chip_id,
        _spelled(one.tpp),
        _spelled(one.performance_density),
        one.paragraph_2022,
        one.paragraph,
        one.cn_review,
        one.tariff_band,
        "determined" if one.determined else "indeterminate",
        ";".join(columns),
    )


def _spelled(number: float | Between | None) -> str:
    if number is None:
        return ""
    if isinstance(number, Between):
        return f"{number.low:.10g}..{number.high:.10g}"
    return f"{number:.10g}"


__all__ = ["COLUMN_OF_FACT", "REQUIRED", "WRITTEN", "read_products", "write_classifications"]
