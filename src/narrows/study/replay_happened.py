"""What happened to the orders of a line, as public on a day: each stage, and deliveries in time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from narrows.catalog import Catalog, MarketFigure
from narrows.core import Figure, last_day, visible
from narrows.futures import StageSeen, funnel_seen

DELIVERED = "delivered"
ORDERED = "ordered"
_MONTHS = re.compile(r"(\d{4}-\d{2})\.\.(\d{4}-\d{2})")


@dataclass(frozen=True, slots=True)
class Delivered:
    """Chips delivered in one period of reporting, and all chips delivered up to its end.

    Low and high bound what the reports leave open.
    """

    start: date
    end: date
    known_on: date | None
    low: Figure
    high: Figure
    low_so_far: Figure
    high_so_far: Figure

    @property
    def quarter(self) -> str:
        """The calendar quarter that holds the middle month of the period.

        Filings end a month after the calendar quarter, so it holds two of the three months.
        """
        middle = date.fromordinal((self.start.toordinal() + self.end.toordinal()) // 2)
        return f"{middle.year}Q{(middle.month - 1) // 3 + 1}"


@dataclass(frozen=True, slots=True)
class Happened:
    """Everything public on a day of what became of the orders."""

    known_on: date
    stages: tuple[StageSeen, ...]
    delivered: tuple[Delivered, ...]
    rows: dict[str, MarketFigure]

    def stage(self, name: str) -> StageSeen | None:
        """Return one stage; ``None`` where nothing was public of it."""
        return next((stage for stage in self.stages if stage.stage == name), None)

    @property
    def delivered_until(self) -> date | None:
        """The day up to which deliveries are public."""
        return self.delivered[-1].end if self.delivered else None


def what_happened(catalog: Catalog, *, known_on: date) -> Happened:
    """Return what was public on a day of each stage that the orders pass."""
    stages = funnel_seen(catalog, known_on=known_on)
    rows = {row.id: row for row in catalog.market if visible(row, known_on)}
    seen = next((stage for stage in stages if stage.stage == DELIVERED), None)
    evidence = () if seen is None else seen.evidence
    return Happened(known_on, stages, _delivered([rows[row] for row in evidence]), rows)


def market_figure(row: MarketFigure, side: str, *, unit: str = "chip") -> Figure:
    """Return the low, central or high end of a market figure, unknown where it is blank."""
    value = getattr(row, side)
    return Figure(
        value,
        unit,
        f"{row.quantity}, {row.period or 'undated'}, {side} figure",
        sources=row.sources,
        grade=row.grade,
        name=f"market {row.id} {side}",
    )


def _delivered(rows: Sequence[MarketFigure]) -> tuple[Delivered, ...]:
    dated = [(period, row) for row in rows if (period := _period(row)) is not None]
    dated.sort(key=lambda each: each[0])
    found: list[Delivered] = []
    for (start, end), row in dated:
        low, high = market_figure(row, "low"), market_figure(row, "high")
        before = found[-1] if found else None
        found.append(
            Delivered(
                start, end, row.known_on, low, high,
                low_so_far=_sum(low, None if before is None else before.low_so_far),
                high_so_far=_sum(high, None if before is None else before.high_so_far),
            )
        )  # fmt: skip
    return tuple(found)


def _period(row: MarketFigure) -> tuple[date, date] | None:
    """Return the first and last day of a figure's period, where it is told in months."""
    found = _MONTHS.match(row.period or "")
    if found is None:
        return None
    return date.fromisoformat(f"{found[1]}-01"), last_day(found[2])


def _sum(own: Figure, before: Figure | None) -> Figure:
    if before is None:
        return Figure(own.value, own.unit, "the first period reported", (own,))
    if own.value is None or before.value is None:
        return Figure(None, own.unit, "this period + those before", (own, before))
    return Figure(own.value + before.value, own.unit, "this period + those before", (own, before))


def happened_section(happened: Happened) -> dict[str, object]:
    """Return the stages with their rows, and the deliveries in time."""
    return {
        "as_known_on": happened.known_on,
        "stages": [_stage(happened, stage) for stage in happened.stages],
        "delivered": [
            {
                "start": one.start,
                "end": one.end,
                "known_on": one.known_on,
                "low": one.low,
                "high": one.high,
                "low_so_far": one.low_so_far,
                "high_so_far": one.high_so_far,
            }
            for one in happened.delivered
        ],
        "delivered_until": happened.delivered_until,
    }


def _stage(happened: Happened, stage: StageSeen) -> dict[str, object]:
    rows = [happened.rows[row] for row in stage.evidence]
    days = [row.known_on for row in rows if row.known_on is not None]
    return {
        "stage": stage.stage,
        **{side: stage_figure(happened, stage, side) for side in ("low", "central", "high")},
        "known_on": max(days) if days else None,
        "rows": list(stage.evidence),
    }


def stage_figure(happened: Happened, stage: StageSeen, side: str) -> Figure:
    """Return one end of what was public of a stage; a sum where periods add up."""
    inputs = tuple(market_figure(happened.rows[row], side) for row in stage.evidence)
    if len(inputs) == 1:
        return inputs[0]
    return Figure(getattr(stage, side), "chip", "sum over the periods reported", inputs)
