"""From ordered to delivered: what was public of each stage on a day, in chips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog import Catalog, MarketFigure
from narrows.core import STRICT, Grade, read_record, visible, worst_grade
from narrows.futures.lines import DATA


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage and its rows; ``adds`` where the rows are periods to be summed."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    rows: tuple[str, ...]
    adds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """The stages that orders of a line pass, first to last."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    line: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSeen:
    """What was public of a stage; each number is ``None`` where no source gives it.

    ``central`` stays ``None`` where one of the rows that add up has none.
    """

    stage: str
    low: float | None
    central: float | None
    high: float | None
    grade: Grade
    evidence: tuple[str, ...]


def load_funnel(path: Path = DATA / "funnel.yaml") -> Funnel:
    """Read the stages."""
    return read_record(path, Funnel)


def funnel_seen(
    catalog: Catalog, *, known_on: date, funnel: Funnel | None = None
) -> tuple[StageSeen, ...]:
    """Return the stages of which something was public on a day, first to last."""
    asked = funnel or load_funnel()
    rows = {row.id: row for row in catalog.market if visible(row, known_on)}
    found = [
        _stage(stage, [rows[row] for row in stage.rows if row in rows]) for stage in asked.stages
    ]
    return tuple(one for one in found if one is not None)


def _stage(stage: Stage, rows: Sequence[MarketFigure]) -> StageSeen | None:
    if not rows:
        return None
    seen = rows if stage.adds else rows[-1:]
    return StageSeen(
        stage=stage.id,
        low=_sum([row.low for row in seen]),
        central=_sum([row.central for row in seen]),
        high=_sum([row.high for row in seen]),
        grade=worst_grade(*(row.grade for row in seen)),
        evidence=tuple(row.id for row in seen),
    )


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
