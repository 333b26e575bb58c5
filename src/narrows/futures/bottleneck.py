"""Domestic packages as the lesser of what memory and what logic allow.

``packages = min(stacks / stacks_per_package, wafers * share * dies * yield / dies_per_package)``,
with ``stacks = stock - made_before * stacks_per_package + output + own``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict

from narrows.catalog import Catalog, MarketFigure
from narrows.core import STRICT, Estimate, Obtained, RefusalError, from_draws, read_record
from narrows.futures.elicited import Elicited, Law, parse_elicited
from narrows.futures.lines import DATA
from narrows.futures.states import FloatArray

WAFER_DIAMETER_MM = 300.0
"""Every fab in question runs 300 mm wafers."""
MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """An assumed number as text, with its reason."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    value: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Rows and the assumption behind the stacks of a year."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    stock: str
    made_before: tuple[str, ...]
    output: str
    own: Assumed


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic:
    """Row and assumptions behind the good dies of a year."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    wafers_per_month: str
    share: Assumed
    yield_: Assumed


@dataclass(frozen=True, slots=True, kw_only=True)
class BottleneckList:
    """What bounds one vendor's year."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    vendor: str
    year: int
    chip: str
    stacks_per_package: Assumed
    memory: Memory
    logic: Logic
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """Packages that memory and logic allow, and the lesser.

    ``p_memory_binds`` is the chance that memory is the lesser.
    """

    vendor: str
    year: int
    by_memory: Estimate
    by_logic: Estimate
    packages: Estimate
    p_memory_binds: float
    evidence: tuple[str, ...]


def load_bottleneck(path: Path = DATA / "bottleneck.yaml") -> BottleneckList:
    """Read what bounds the vendor."""
    return read_record(path, BottleneckList)


def dies_per_wafer(area_mm2: float) -> float:
    """Return gross dies of a wafer: ``pi r^2 / A - pi d / sqrt(2 A)`` (De Vries 2005)."""
    radius = WAFER_DIAMETER_MM / 2
    return math.pi * radius**2 / area_mm2 - math.pi * WAFER_DIAMETER_MM / math.sqrt(2 * area_mm2)


def bottleneck(
    catalog: Catalog, *, known_on: date, asked: BottleneckList | None = None, seed: int = 0
) -> Bottleneck:
    """Return what bounded domestic packages, from what was public on a day.

    Raises
    ------
    RefusalError
        A row or the chip's die was not public on the day.
    """
    asked = asked or load_bottleneck()
    seen = catalog.as_known_on(known_on)
    draw = _Draw({row.id: row for row in seen.market}, asked.draws, seed, known_on)
    per_package = draw.assumed(asked.stacks_per_package)
    before = sum((draw.row(row) for row in asked.memory.made_before), np.zeros(asked.draws))
    left = np.maximum(draw.row(asked.memory.stock) - before * per_package, 0.0)
    stacks = left + draw.row(asked.memory.output) + draw.assumed(asked.memory.own)
    by_memory = stacks / per_package
    chip = seen.chips.get(asked.chip)
    if chip is None or chip.logic_area_mm2 is None or chip.logic_dies is None:
        raise RefusalError(f"the dies of {asked.chip} were not public", (asked.chip,))
    wafers = draw.row(asked.logic.wafers_per_month) * MONTHS * draw.assumed(asked.logic.share)
    dies = dies_per_wafer(chip.logic_area_mm2 / chip.logic_dies)
    by_logic = wafers * dies * draw.assumed(asked.logic.yield_) / chip.logic_dies
    return Bottleneck(
        vendor=asked.vendor,
        year=asked.year,
        by_memory=from_draws(by_memory, "chip", Obtained.ASSUMED),
        by_logic=from_draws(by_logic, "chip", Obtained.ASSUMED),
        packages=from_draws(np.minimum(by_memory, by_logic), "chip", Obtained.ASSUMED),
        p_memory_binds=float((by_memory < by_logic).mean()),
        evidence=(*draw.cited, chip.id),
    )


class _Draw:
    """Draws from rows and assumptions, each from a stream of its own."""

    def __init__(
        self, rows: Mapping[str, MarketFigure], draws: int, seed: int, known_on: date
    ) -> None:
        self.rows, self.draws, self.seed, self.known_on = rows, draws, seed, known_on
        self.cited: list[str] = []
        self.taken = 0

    def row(self, name: str) -> FloatArray:
        """Draw a row as triangular from its low over its central value to its high."""
        row = self.rows.get(name)
        if row is None or row.low is None or row.central is None or row.high is None:
            raise RefusalError(f"{name} was not public on {self.known_on}", (name,))
        self.cited.append(name)
        if row.low == row.high:
            return np.full(self.draws, row.central)
        return self._of(Elicited(Law.TRIANGULAR, row.low, row.high, likeliest=row.central))

    def assumed(self, one: Assumed) -> FloatArray:
        """Draw an assumption."""
        return self._of(parse_elicited(one.value))

    def _of(self, one: Elicited) -> FloatArray:
        self.taken += 1
        return one.draw(self.draws, seed=self.seed * 1000 + self.taken)
