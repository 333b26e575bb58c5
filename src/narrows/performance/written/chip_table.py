"""How tables write chips beside the catalogue's names: the file ``chip_words.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from narrows.catalog import data_root
from narrows.core import STRICT, Grade, read_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Names of tables that the catalogue lacks, and the chips that they mean."""

    __pydantic_config__ = STRICT

    names: tuple[str, ...]
    chips: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """The board that a name means which leaves several open."""

    __pydantic_config__ = STRICT

    chip: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """Words that leave a product open, and why."""

    __pydantic_config__ = STRICT

    words: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipTable:
    """The file ``chip_words.yaml``; see there."""

    __pydantic_config__ = STRICT

    products: tuple[Product, ...]
    usual: tuple[Usual, ...]
    unclear: tuple[Unclear, ...]
    versions: tuple[str, ...]
    plain: tuple[str, ...]
    doubled_bins: tuple[str, ...]
    slices_of_cores: tuple[str, ...]
    slices_of_chips: tuple[str, ...]
    sources: tuple[str, ...]
    grade: Grade


@cache
def chip_table() -> ChipTable:
    """Return the packaged words of chips."""
    return read_record(data_root() / "performance" / "chip_words.yaml", ChipTable)
