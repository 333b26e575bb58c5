"""Cells of a measurement table: what is unknown, what is a number, and in which unit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from narrows.catalog.files import data_root
from narrows.core import STRICT, read_record

_NUMBER = re.compile(
    r"(?:[~≈]|约|約|about |approx\.? |mean |avg\.? |average )?\s*"
    r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+|(?=\.\d))(?:\.\d+)?(?:e[+-]?\d+)?)"
    r"\s*(?P<unit>.*)",
    re.DOTALL,
)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTable:
    """The file ``cell_words.yaml``; see there."""

    __pydantic_config__ = STRICT

    unknown: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    units: Mapping[str, Mapping[str, float]]
    columns: Mapping[str, str]

    def of(self, column: str) -> Mapping[str, float]:
        """Return the units that may stand in a column; none where it counts plain numbers."""
        return self.units[self.columns[column]] if column in self.columns else {}


@cache
def cell_table() -> CellTable:
    """Return the packaged words of cells."""
    return read_record(data_root() / "performance" / "cell_words.yaml", CellTable)


def plain(written: str) -> str:
    """Return a cell in one width, without space around it; blank where it says nothing."""
    if not written:
        return written
    text = (written if written.isascii() else unicodedata.normalize("NFKC", written)).strip()
    return "" if text.lower() in _unknown() else text


@cache
def _unknown() -> frozenset[str]:
    return frozenset(cell_table().unknown)


def quantity(written: str, column: str) -> float | None:
    """Return the number of a cell in its column's unit; ``None`` where it is no such number.

    >>> quantity("1,024", "n_chips"), quantity("8k", "input_len"), quantity("1.2 s", "ttft_ms")
    (1024.0, 8192.0, 1200.0)
    >>> quantity("2 x 8", "n_chips") is None, quantity("128-1024", "input_len") is None
    (True, True)
    """
    found = _NUMBER.fullmatch(plain(written).lower())
    if found is None:
        return None
    value, unit = float(found["number"].replace(",", "")), _SPACES.sub(" ", found["unit"])
    unit = unit.strip("() ")
    return value if not unit else _in_unit(value, unit, cell_table().of(column))


def _in_unit(value: float, unit: str, units: Mapping[str, float]) -> float | None:
    """Return a value with a unit, or with a magnitude and a unit (``8 k tokens``)."""
    if unit in units:
        return value * units[unit]
    first, _, rest = unit.partition(" ")
    if first in {"k", "m"} and units.keys() >= {first, rest}:
        return value * units[first] * units[rest]
    return None


def switch(written: str) -> bool | None:
    """Return whether a cell says yes or no; ``None`` where it says neither."""
    text = plain(written).lower()
    if text in cell_table().yes:
        return True
    return False if text in cell_table().no else None
