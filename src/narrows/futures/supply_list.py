"""What is known of supply: rows by vendor and year, the import order, links to capacity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import ConfigDict

from narrows.core import STRICT, read_record
from narrows.futures.lines import DATA


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorYear:
    """Rows that speak of a vendor's year, and the chips that stand for its mix."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    year: int
    rows: tuple[str, ...]
    chips: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A domestic vendor and its years."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    vendor: str
    years: tuple[VendorYear, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The import line whose order book is public."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    line: str
    chip: str
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryLimit:
    """A row that bounds domestic packages by memory, and its year."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    row: str
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityLink:
    """Events that bear on capacity rows, without a public size of effect.

    ``id`` is the end of the message that says what happened; ``bears`` is ``raises``, ``slows`` or
    ``lowers``.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    events: tuple[str, ...]
    rows: tuple[str, ...]
    bears: Literal["raises", "slows", "lowers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyList:
    """What is known of supply, by vendor and year."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    domestic: tuple[Vendor, ...]
    years: tuple[int, ...]
    prices: Mapping[str, str]
    imported: Imported
    memory_limit: MemoryLimit
    capacity: tuple[CapacityLink, ...]


def load_supply(path: Path = DATA / "supply.yaml") -> SupplyList:
    """Read the list of supply."""
    return read_record(path, SupplyList)
