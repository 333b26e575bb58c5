"""Ratios between two systems, each with its base: what is counted, in what number format.

A ratio between systems means nothing without its base: 8,192 packages over 144 dies is 56.9, over
72 packages 113.8. So a :class:`Comparison` names both systems, the counting unit of each side, the
number format, the memory scope and the rounding, and a :class:`Ratio` keeps it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog.book import Catalog
from narrows.catalog.facts import fact
from narrows.catalog.files import data_root
from narrows.catalog.records import System
from narrows.core import STRICT, Figure, RefusalError, read_records


class Quantity(StrEnum):
    """What two systems are compared in."""

    COUNT = "count"
    COMPUTE = "compute"
    MEMORY = "memory"
    MEMORY_BANDWIDTH = "memory_bandwidth"
    SCALEUP_BANDWIDTH = "scaleup_bandwidth"


class CountingUnit(StrEnum):
    """What is counted as one accelerator."""

    DIE = "die"
    PACKAGE = "package"
    MARKETED = "marketed"


class MemoryScope(StrEnum):
    """Which memory counts: on the accelerators, or the host's as well."""

    HBM = "hbm"
    FAST_MEMORY = "fast_memory"


class Dtype(StrEnum):
    """Number formats in which a system states a dense rate."""

    BF16 = "bf16"
    FP8 = "fp8"
    INT8 = "int8"
    FP4 = "fp4"


class Rounding(StrEnum):
    """How the printed figure follows from the exact one."""

    NONE = "none"
    ROUND_1 = "round_1"
    FLOOR_1 = "floor_1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two systems and the base on which they are compared."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    quantity: Quantity
    over: str
    under: str
    over_unit: CountingUnit = CountingUnit.PACKAGE
    under_unit: CountingUnit = CountingUnit.PACKAGE
    dtype: Dtype | None = None
    memory_scope: MemoryScope | None = None
    dense: bool = True
    rounding: Rounding = Rounding.NONE


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio as a figure (exact), as printed (rounded), and the base it stands on."""

    base: Comparison
    figure: Figure
    printed: float


_COUNT_FIELDS: Mapping[CountingUnit, str] = MappingProxyType(
    {
        CountingUnit.DIE: "logic_dies",
        CountingUnit.PACKAGE: "packages",
        CountingUnit.MARKETED: "marketed_count",
    }
)
_COMPUTE_FIELDS: Mapping[Dtype, str] = MappingProxyType(
    {
        Dtype.BF16: "bf16_pflops",
        Dtype.FP8: "fp8_pflops",
        Dtype.INT8: "int8_pops",
        Dtype.FP4: "fp4_pflops",
    }
)
_MEMORY_FIELDS: Mapping[MemoryScope, str] = MappingProxyType(
    {MemoryScope.HBM: "hbm_tb", MemoryScope.FAST_MEMORY: "fast_memory_tb"}
)


def compare(catalog: Catalog, base: Comparison) -> Ratio:
    """Return the ratio that a comparison asks for.

    Raises
    ------
    RefusalError
        A figure is unknown, the base is incomplete, or it asks for sparse rates.
    UnknownNameError, AmbiguousNameError
        A system is not in the catalogue as known on its day.
    """
    if not base.dense:
        raise RefusalError("the catalogue holds dense rates only", ("dense",))
    over = _side(catalog.system(base.over), base, base.over_unit)
    under = _side(catalog.system(base.under), base, base.under_unit)
    value = _number(over) / _number(under)
    figure = Figure(value, "1", f"{over.name} / {under.name}", (over, under), name=base.id)
    return Ratio(base, figure, rounded(value, base.rounding))


def rounded(value: float, rounding: Rounding) -> float:
    """Return a value rounded as a comparison says.

    >>> rounded(56.8889, Rounding.FLOOR_1), rounded(56.8889, Rounding.ROUND_1)
    (56.8, 56.9)
    """
    if rounding is Rounding.FLOOR_1:
        return math.floor(value * 10) / 10
    if rounding is Rounding.ROUND_1:
        return round(value, 1)
    return value


def load_comparisons(root: Path | None = None) -> Mapping[str, Comparison]:
    """Return the packaged comparisons by id.

    Raises
    ------
    InputError
        The file is malformed.
    """
    path = (root or data_root()) / "catalog" / "ratios.yaml"
    return MappingProxyType({base.id: base for base in read_records(path, Comparison)})


def _side(system: System, base: Comparison, unit: CountingUnit) -> Figure:
    return fact(system, _fieldname(base, unit))


def _fieldname(base: Comparison, unit: CountingUnit) -> str:
    if base.quantity is Quantity.COUNT:
        return _COUNT_FIELDS[unit]
    if base.quantity is Quantity.SCALEUP_BANDWIDTH:
        return "scaleup_tb_s_bidirectional"
    if base.quantity is Quantity.COMPUTE:
        if base.dtype is None:
            raise RefusalError("a ratio of rates needs a number format", ("dtype",))
        return _COMPUTE_FIELDS[base.dtype]
    if base.memory_scope is None:
        raise RefusalError("a ratio of memory needs its scope", ("memory_scope",))
    if base.quantity is Quantity.MEMORY:
        return _MEMORY_FIELDS[base.memory_scope]
    if base.memory_scope is not MemoryScope.HBM:
        raise RefusalError("bandwidth is known for HBM alone", ("memory_scope",))
    return "hbm_bandwidth_tb_s"


def _number(figure: Figure) -> float:
    if figure.value is None:
        raise RefusalError(f"{figure.name} is unknown", (str(figure.name),))
    return float(figure.value)
