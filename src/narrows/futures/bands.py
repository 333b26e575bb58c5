"""Supply, price, lead-time and demand bands: what was public on a day, disagreement kept."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from narrows.catalog import Catalog, MarketFigure
from narrows.core import Estimate, Grade, Obtained, RefusalError, visible, worst_grade

_SOURCE_NOTE = re.compile(r"\s*\([^()]*\)\s*$")
_BOUND = re.compile(r"(?:, |: )(?:upper bound|start|end)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One source's figure for a quantity; a blank side is ``None``."""

    id: str
    whose: str
    kind: str
    low: float | None
    central: float | None
    high: float | None
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """All opinions on one quantity in one unit for one period.

    Attributes
    ----------
    estimate
        From the lowest low over the median central to the highest high; an envelope of what
        sources say, not a fitted distribution.
    disagreement
        Highest over lowest central value; ``None`` where fewer than two sources gave one above 0.
    evidence
        Ids of the market rows.
    """

    quantity: str
    category: str
    unit: str
    period: str | None
    opinions: tuple[Opinion, ...]
    estimate: Estimate
    disagreement: float | None
    grade: Grade
    evidence: tuple[str, ...]


def bands(
    catalog: Catalog,
    *,
    known_on: date,
    category: str | None = None,
    quantity: str | None = None,
    period: str | None = None,
) -> tuple[Band, ...]:
    """Return the bands public on a day, ordered by quantity, period and unit.

    Figures of several sources for one quantity, unit and period become one band. Rows without any
    number are left out.

    Parameters
    ----------
    category
        Exact category, such as ``price`` or ``lead_time``.
    quantity
        The quantity as its band names it, or else words that must all occur in it, in any case.
    period
        Exact period.

    Raises
    ------
    RefusalError
        Nothing that answers was public on the day.
    """
    groups: dict[tuple[str, str, str, str | None], list[MarketFigure]] = defaultdict(list)
    for figure in _asked(catalog.market, known_on, category, quantity, period):
        key = (figure.category, stem(figure.quantity), figure.unit, figure.period)
        groups[key].append(figure)
    if not groups:
        asked = " ".join(part for part in (category, quantity, period) if part is not None)
        raise RefusalError(
            f"no market figure for {asked or 'anything'} was public on {known_on}",
            ("a dated market row",),
        )
    ordered = sorted(groups, key=lambda key: (key[1], key[3] or "", key[2], key[0]))
    return tuple(_band(groups[key]) for key in ordered)


def band(
    catalog: Catalog, *, known_on: date, category: str, quantity: str, period: str | None = None
) -> Band:
    """Return the one band that answers; see :func:`bands`.

    Raises
    ------
    RefusalError
        Nothing answers, or several quantities, units or periods do.
    """
    found = bands(catalog, known_on=known_on, category=category, quantity=quantity, period=period)
    if len(found) == 1:
        return found[0]
    names = tuple(f"{one.quantity} {one.period or ''} [{one.unit}]" for one in found)
    raise RefusalError(f"{len(found)} bands answer to {category} {quantity}; name one", names)


def stem(quantity: str) -> str:
    """Return a quantity without the note that says whose figure it is.

    >>> stem("Huawei Ascend (US Commerce view)")
    'Huawei Ascend'
    """
    return _SOURCE_NOTE.sub("", _BOUND.sub("", quantity))


def _asked(
    rows: Iterable[MarketFigure],
    known_on: date,
    category: str | None,
    quantity: str | None,
    period: str | None,
) -> list[MarketFigure]:
    found = [
        row
        for row in sorted(rows, key=lambda row: row.id)
        if visible(row, known_on)
        and (category is None or row.category == category)
        and (period is None or row.period == period)
        and _values(row)
    ]
    return found if quantity is None else _named(found, quantity.lower())


def _named(rows: list[MarketFigure], quantity: str) -> list[MarketFigure]:
    exact = [row for row in rows if stem(row.quantity).lower() == quantity]
    words = quantity.split()
    return exact or [row for row in rows if all(word in row.quantity.lower() for word in words)]


def _values(row: MarketFigure) -> list[float]:
    return [value for value in (row.low, row.central, row.high) if value is not None]


def _band(rows: list[MarketFigure]) -> Band:
    values = [value for row in rows for value in _values(row)]
    centrals = [row.central for row in rows if row.central is not None]
    positive = [value for value in centrals if value > 0]
    middle = median(centrals) if centrals else (min(values) + max(values)) / 2
    first = rows[0]
    return Band(
        quantity=stem(first.quantity),
        category=first.category,
        unit=first.unit,
        period=first.period,
        opinions=tuple(_opinion(row) for row in rows),
        estimate=Estimate(min(values), middle, max(values), first.unit, Obtained.REPORTED_BAND),
        disagreement=max(positive) / min(positive) if len(positive) > 1 else None,
        grade=worst_grade(*(row.grade for row in rows)),
        evidence=tuple(row.id for row in rows),
    )


def _opinion(row: MarketFigure) -> Opinion:
    return Opinion(
        id=row.id,
        whose=row.quantity,
        kind=row.kind,
        low=row.low,
        central=row.central,
        high=row.high,
        grade=row.grade,
    )
