"""Events, market figures and exchange rates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from narrows.catalog.record import DateText, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """Something that happened to a gate, on a day, as the public could know it."""

    date: DateText
    date_precision: str
    date_basis: str
    side: str
    actor: str
    gate: str
    type: str
    summary: str
    formality: str
    products: str | None = None
    effect: str
    strength: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketFigure(Record):
    """A price, shipment, supply, demand or forecast, as a band on a stated basis.

    ``kind`` says what sort of statement it is (reported, estimate, derived, forecast, target ...);
    ``period`` is what the figure is about, ``known_on`` when it was first public.
    """

    category: str
    quantity: str
    unit: str
    period: DateText | None = None
    low: float | None = None
    central: float | None = None
    high: float | None = None
    kind: str
    basis_note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Record):
    """An exchange rate: units of ``quote`` for one ``base``."""

    base: str
    quote: str
    rate: float
    on: dt.date
