"""A number that a study states: a bare quantity, an interval, or a pointer into the catalogue.

A bare quantity is an assumption of the study and is counted as one in every result; written as an
interval (``2 to 3 bn CNY``) it is an uncertain one, see :mod:`narrows.study.interval`. A quantity
with ``source`` cites a document. ``{market: M001}`` takes low, central and high from the
catalogue's market figure of that id, ``{catalog: price_usd}`` a field of the option's own system,
each with its source and its first public day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from narrows.core import FieldValueError
from narrows.study.interval import Interval, is_interval, parse_interval
from narrows.study.quantity import parse_quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A value in ``unit`` with an optional interval and where it comes from.

    Exactly one of ``value``, ``market`` and ``catalog`` is set. A value without ``source`` is an
    assumption. Where it was written as an interval, ``value`` is the median of that, ``low`` and
    ``high`` its 5th and 95th percentile.
    """

    unit: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    market: str | None = None
    catalog: str | None = None
    source: str | None = None
    note: str | None = None
    interval: Interval | None = None

    @property
    def assumed(self) -> bool:
        """Whether nothing but the study stands behind the value."""
        return self.value is not None and self.source is None


_ORIGINS = frozenset({"value", "market", "catalog"})
_OF_A_VALUE = frozenset({"low", "high", "source"})
"""A figure of the catalogue brings its own."""
_KEYS = _ORIGINS | _OF_A_VALUE | {"note"}


def _reader(unit: str, *, minimum: float, maximum: float | None) -> Callable[[object], Given]:
    def read(raw: object) -> Given:
        if isinstance(raw, Given):
            return raw
        fields = raw if isinstance(raw, Mapping) else {"value": raw}
        _check_keys(fields)
        if is_interval(fields.get("value")):
            return _from_interval(fields, unit, minimum, maximum)
        given = _from_fields(fields, unit)
        _check_range(given, minimum, maximum)
        return given

    return read


def _check_keys(fields: Mapping[str, object]) -> None:
    unknown = sorted(set(fields) - _KEYS)
    if unknown:
        raise FieldValueError(f"unknown key {unknown[0]!r}", f"use {', '.join(sorted(_KEYS))}")
    origin = _ORIGINS & set(fields)
    if len(origin) != 1:
        raise FieldValueError("needs one of value, market, catalog", "write exactly one of them")
    unread = sorted(_OF_A_VALUE & set(fields)) if origin != {"value"} else []
    if unread:
        mend = f"leave {unread[0]} out, or write a value of your own"
        raise FieldValueError(f"{unread[0]} beside a figure of the catalogue", mend)


def _from_fields(fields: Mapping[str, object], unit: str) -> Given:
    return Given(
        unit=unit,
        value=_amount(fields, "value", unit),
        low=_amount(fields, "low", unit),
        high=_amount(fields, "high", unit),
        market=_text(fields, "market"),
        catalog=_text(fields, "catalog"),
        source=_text(fields, "source"),
        note=_text(fields, "note"),
    )


def _from_interval(
    fields: Mapping[str, object], unit: str, minimum: float, maximum: float | None
) -> Given:
    twice = sorted({"low", "high"} & set(fields))
    if twice:
        raise FieldValueError(f"{twice[0]} beside an interval", "give one or the other")
    interval = parse_interval(str(fields["value"]), unit=unit, minimum=minimum, maximum=maximum)
    low, middle, high = interval.ends()
    return Given(
        unit=unit,
        value=middle,
        low=low,
        high=high,
        interval=interval,
        source=_text(fields, "source"),
        note=_text(fields, "note"),
    )


def _amount(fields: Mapping[str, object], key: str, unit: str) -> float | None:
    raw = fields.get(key)
    if raw is None:
        return None
    if not isinstance(raw, (str, int, float)):
        raise FieldValueError(f"{key} is no quantity", f"write a quantity in {unit}")
    return parse_quantity(raw, unit=unit)


def _text(fields: Mapping[str, object], key: str) -> str | None:
    raw = fields.get(key)
    if raw is None or isinstance(raw, str):
        return raw
    raise FieldValueError(f"{key} is no text", "write text")


def _check_range(given: Given, minimum: float, maximum: float | None) -> None:
    values = [v for v in (given.low, given.value, given.high) if v is not None]
    if values != sorted(values):
        raise FieldValueError("low, value and high are out of order", "order them")
    if any(value < minimum for value in values):
        raise FieldValueError(
            f"a value below {minimum:g} {given.unit} is not possible here", "correct the sign"
        )
    if maximum is not None and any(value > maximum for value in values):
        raise FieldValueError(
            f"a value above {maximum:g} {given.unit} is not possible here", "correct the value"
        )


def _given(unit: str, *, minimum: float = 0.0, maximum: float | None = None) -> BeforeValidator:
    return BeforeValidator(_reader(unit, minimum=minimum, maximum=maximum))


Power = Annotated[Given, _given("MW")]
ChipPower = Annotated[Given, _given("kW/chip")]
Cny = Annotated[Given, _given("CNY")]
UsdPerChip = Annotated[Given, _given("USD/chip")]
UsdPerChipHour = Annotated[Given, _given("USD/chip-h")]
CnyPerKwh = Annotated[Given, _given("CNY/kWh")]
Chips = Annotated[Given, _given("chip")]
RackPower = Annotated[Given, _given("kW")]
Racks = Annotated[Given, _given("rack")]
ChipsPerRack = Annotated[Given, _given("chip/rack")]
Tokens = Annotated[Given, _given("token")]
TokensPerS = Annotated[Given, _given("token/s")]
Share = Annotated[Given, _given("1", maximum=1.0)]
GROWTH_MAX = 10.0
"""Elevenfold from one period to the next is a slip of the pen."""
PUE_MAX = 10.0
"""The worst hall on record draws three times what its servers do."""
MULTIPLE_MAX = 1e6
"""A price so many times another decides as an infinite one would, and keeps sums exact."""
Growth = Annotated[Given, _given("1", maximum=GROWTH_MAX)]
Pue = Annotated[Given, _given("1", minimum=1.0, maximum=PUE_MAX)]
Multiple = Annotated[Given, _given("1", maximum=MULTIPLE_MAX)]
Seconds = Annotated[Given, _given("s")]
