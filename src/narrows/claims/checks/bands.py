"""What a yardstick's record says in plain units: a band with its sources."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.catalog import MarketFigure
from narrows.claims.claim import Verdict
from narrows.claims.knowledge import Knowledge
from narrows.claims.yardstick import Reported, Yardstick

_SCALES = {"bn": 1e9, "tn": 1e12}


@dataclass(frozen=True, slots=True)
class Band:
    """The values that a record admits, in ``unit``; ``years`` where it is about certain years."""

    low: float
    high: float
    unit: str
    record: str
    sources: tuple[str, ...]
    against: Verdict
    year: int | None = None


def bands_of(yardstick: Yardstick, knowledge: Knowledge) -> list[Band]:
    """Return the bands of a yardstick that were known on the day; empty where none was."""
    if yardstick.parameter is not None or yardstick.parameters_any:
        names = yardstick.parameters_any or (yardstick.parameter or "",)
        return [band for name in names for band in _parameter(name, yardstick, knowledge)]
    if yardstick.market:
        figures = [knowledge.market[key] for key in yardstick.market if key in knowledge.market]
        return [band for figure in figures for band in _market(figure)]
    if yardstick.product is not None:
        return _product(yardstick, knowledge)
    keys = yardstick.reported_by_year or ((yardstick.reported,) if yardstick.reported else ())
    if keys:
        return [_reported(knowledge.reported[key]) for key in keys if key in knowledge.reported]
    return _event_value(yardstick, knowledge)


def _parameter(name: str, yardstick: Yardstick, knowledge: Knowledge) -> list[Band]:
    dated = knowledge.parameter(name)
    if dated is None or not isinstance(dated.value, (int, float)):
        return []
    value = float(dated.value) * (100.0 if yardstick.unit == "%" else 1.0)
    unit = yardstick.unit or "1"
    source = dated.cite.text
    return [Band(value, value, unit, name, (source,), Verdict.CONTRADICTS_RULEBOOK)]


def _market(figure: MarketFigure) -> list[Band]:
    ends = [end for end in (figure.low, figure.central, figure.high) if end is not None]
    if not ends:
        return []
    unit, _, rest = figure.unit.partition(" ")
    factor = _SCALES.get(rest.split("/")[0], 1.0)
    unit = {"chips": "chip", "cards": "chip", "ratio": "%"}.get(
        unit.split("/")[0], unit.split("/")[0]
    )
    factor *= 100.0 if figure.unit == "ratio" else 1.0
    low, high = min(ends) * factor, max(ends) * factor
    period = (figure.period or "")[:4]
    year = int(period) if period.isdecimal() else None
    return [Band(low, high, unit, figure.id, figure.sources, Verdict.CONTRADICTS_CATALOGUE, year)]


def _product(yardstick: Yardstick, knowledge: Knowledge) -> list[Band]:
    product = yardstick.product
    if product is None or any(key not in knowledge.market for key in product.market):
        return []
    low = high = product.times
    sources: set[str] = set()
    for key in product.market:
        bands = _market(knowledge.market[key])
        if not bands:
            return []
        band = bands[0]
        low, high = low * band.low, high * band.high
        sources.update(band.sources)
    record = " x ".join((f"{product.times:g}", *product.market))
    unit = yardstick.unit or "1"
    cited = tuple(sorted(sources))
    return [Band(low, high, unit, record, cited, Verdict.CONTRADICTS_CATALOGUE)]


def _reported(one: Reported) -> Band:
    against = Verdict.CONTRADICTS_CATALOGUE
    return Band(one.low, one.high, one.unit, one.id, one.sources, against, one.year)


def _event_value(yardstick: Yardstick, knowledge: Knowledge) -> list[Band]:
    value = yardstick.value
    event = None if value is None else knowledge.events.get(value.event)
    if value is None or event is None:
        return []
    against = Verdict.CONTRADICTS_EVENTS
    return [Band(value.low, value.high, yardstick.unit or "1", event.id, event.sources, against)]
