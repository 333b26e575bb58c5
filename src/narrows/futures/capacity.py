"""Subsidies, tools and bans that bear on domestic capacity, beside the figures that they touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from narrows.catalog import Catalog, MarketFigure
from narrows.core import Json, visible
from narrows.futures.supply_list import CapacityLink


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityEffect:
    """What bears on capacity, in which way, and the public figures that it touches.

    No size of effect is public, so none is given.

    Attributes
    ----------
    day
        The first day on which all its events were public.
    figures
        Those of its rows that were public; empty where none was.
    """

    link: CapacityLink
    day: date
    figures: tuple[MarketFigure, ...]


def capacity_effects(
    catalog: Catalog, links: Sequence[CapacityLink], *, known_on: date
) -> tuple[CapacityEffect, ...]:
    """Return the links whose events were all public on a day, in order of day."""
    events = {event.id: event for event in catalog.events if visible(event, known_on)}
    rows = {row.id: row for row in catalog.market if visible(row, known_on)}
    found = [
        CapacityEffect(
            link=link,
            day=max(day for event in link.events if (day := events[event].known_on) is not None),
            figures=tuple(rows[row] for row in link.rows if row in rows),
        )
        for link in links
        if all(event in events and events[event].known_on is not None for event in link.events)
    ]
    return tuple(sorted(found, key=lambda effect: (effect.day, effect.link.id)))


def written(figures: Sequence[MarketFigure]) -> str | None:
    """Return figures as one line, those of one quantity together; ``None`` where there are none.

    Names and units are those of the catalogue.
    """
    named: dict[tuple[str, str], list[str]] = {}
    for row in figures:
        named.setdefault((row.quantity, row.unit), []).append(f"{row.period or '-'}: {_band(row)}")
    parts = [f"{name}, {unit}: {'; '.join(of)}" for (name, unit), of in named.items()]
    return ". ".join(parts) or None


def _band(row: MarketFigure) -> str:
    middle = "?" if row.central is None else _number(row.central)
    if row.low is None or row.high is None or row.low == row.high:
        return middle
    return f"{middle} ({_number(row.low)}-{_number(row.high)})"


def _number(value: float) -> str:
    """Return a number without exponent or needless zeros."""
    return f"{value:,.12g}"


def effect_tree(effect: CapacityEffect) -> dict[str, Json]:
    """Return an effect as JSON values; the message's text is ``futures.capacity.<id>``."""
    return {
        "id": effect.link.id,
        "day": effect.day.isoformat(),
        "events": list(effect.link.events),
        "bears": effect.link.bears,
        "figures": [
            {
                "id": row.id,
                "quantity": row.quantity,
                "period": row.period,
                "unit": row.unit,
                "low": row.low,
                "central": row.central,
                "high": row.high,
            }
            for row in effect.figures
        ],
    }
