"""One row of a table of products: typed cells, blank is unknown, a fault names its place."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from narrows.catalog import STATE_MEND, is_state_code, plain
from narrows.core import InputError
from narrows.rules.classify import Marketed, Product
from narrows.rules.quantity import Between

_AS_WRITTEN = frozenset({"chip_id", "product"})
"""Columns whose cells come back as they are; elsewhere words for unknown are blanks. What a program
writes for a failed sum (``nan``) is none of them."""
_BETWEEN = r"\s*(?:\.\.|–|—|~|to)\s*|(?<=\d)\s*-\s*(?=\d)"
_INTERVAL = re.compile(rf"^(.+?)(?:{_BETWEEN})(.+)$|^\[(.+?)[,;](.+)\]$")
"""``low..high``, and the ways in which people write the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedProduct:
    """A row that cannot be read or contradicts itself; ``fault`` says where, why and the mend."""

    chip_id: str
    fault: InputError


class Row:
    """One row of the table and its place."""

    def __init__(self, path: Path, line: int, header: Sequence[str], cells: Sequence[str]) -> None:
        self.path = path
        self.line = line
        self.widths = len(cells), len(header)
        self.cells = {
            name: cell.strip()
            if name in _AS_WRITTEN or cell.strip().lower() == "nan"
            else plain(cell)
            for name, cell in zip(header, cells, strict=False)
        }

    def read(self) -> Product | RefusedProduct:
        """Return the product, or the row's first fault beside its id as it stands in its place."""
        try:
            self._check_width()
            return self.product()
        except InputError as fault:
            return RefusedProduct(chip_id=self.cells.get("chip_id", ""), fault=fault)

    def _check_width(self) -> None:
        cells, header = self.widths
        if cells != header:
            problem = f"row has {cells} cells and the header {header}"
            mend = "quote cells that hold commas"
            raise InputError(problem, mend, file=self.path, line=self.line)

    def product(self) -> Product:
        """Return the product that the row describes.

        Raises
        ------
        InputError
            A cell cannot be understood, or contradicts another.
        """
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
        # A long run of blanks would be cut at each of its places in turn.
        ends = _INTERVAL.match(" ".join(text.split()))
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
        if text and not is_state_code(text):
            raise self.error(column, "not a country code", STATE_MEND)
        return text or None
