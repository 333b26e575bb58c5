"""Events, market figures and exchange rates: closed vocabularies, ordered bands, real dates."""

from __future__ import annotations

from narrows.catalog.files import Entry
from narrows.catalog.hindsight import has_date
from narrows.catalog.records import Event, MarketFigure, Rate
from narrows.core import Currency

STRENGTH_MAX = 3
"""Strength runs from -3 (shuts a gate) to +3 (opens it)."""

EVENT_SIDES = frozenset({"US", "CN", "both", "third", "vendor", "domestic_vendor", "buyer"})
EVENT_GATES = frozenset(
    {
        "us_export", "vendor_supply", "cn_import", "cn_demand", "cn_supply", "buyer_demand",
        "market", "finance", "rare_earths", "model_export",
    }
)  # fmt: skip
FORMALITIES = frozenset(
    {
        "published_rule", "published_notice", "published_guidance", "unpublished_rule",
        "unpublished_list", "local_guideline", "guidance", "letter", "licence", "enforcement",
        "filing", "statement", "company_statement", "press_report", "bill", "event",
    }
)  # fmt: skip
EFFECT_SIGN = {"tighten": -1, "neutral": 0, "loosen": 1}

MARKET_UNITS = frozenset(
    {
        "USD/chip", "CNY/chip", "CNY/module", "CNY/system", "USD bn", "CNY bn", "USD bn/yr",
        "CNY bn/5yr", "CNY/kWh", "USD/kWh", "ratio", "chips", "chips/yr", "chips each",
        "chips/buyer", "cards", "cards/yr", "dies/yr", "stacks", "wafers/month", "wafers/yr",
        "weeks", "months", "firms", "year", "B300-equivalents", "ZFLOP/s sparse FP16",
    }
)  # fmt: skip
MARKET_KINDS = frozenset(
    {
        "reported", "estimate", "derived", "forecast", "target", "plan", "draft_plan", "guidance",
        "rule", "press_report", "assumption", "synthesis", "missing",
    }
)  # fmt: skip


def check_event(entry: Entry[Event]) -> None:
    """Raise ``InputError`` where an event uses an unknown word or contradicts itself."""
    event = entry.record
    _check_word(entry, "side", event.side, EVENT_SIDES)
    _check_word(entry, "gate", event.gate, EVENT_GATES)
    _check_word(entry, "formality", event.formality, FORMALITIES)
    _check_word(entry, "effect", event.effect, frozenset(EFFECT_SIGN))
    _check_word(entry, "date_precision", event.date_precision, frozenset({"day", "month"}))
    if not has_date(event.date):
        raise entry.error("date", "not a date", "write YYYY-MM-DD", event.date)
    sign = (event.strength > 0) - (event.strength < 0)
    if abs(event.strength) > STRENGTH_MAX or sign != EFFECT_SIGN[event.effect]:
        problem = f"does not fit effect {event.effect} within {STRENGTH_MAX}"
        raise entry.error("strength", problem, "correct one of the two", event.strength)


def check_figure(entry: Entry[MarketFigure]) -> None:
    """Raise ``InputError`` where a market figure has no unit or an unordered band."""
    figure = entry.record
    _check_word(entry, "unit", figure.unit, MARKET_UNITS)
    _check_word(entry, "kind", figure.kind, MARKET_KINDS)
    band = [value for value in (figure.low, figure.central, figure.high) if value is not None]
    if not band and figure.kind != "missing":
        raise entry.error("central", "no value", "add one, or say kind: missing")
    if band != sorted(band):
        mend = "order low, central and high"
        raise entry.error("low", "band is out of order", mend, tuple(band))


def check_rate(entry: Entry[Rate]) -> None:
    """Raise ``InputError`` where an exchange rate names no two currencies."""
    rate = entry.record
    currencies = frozenset(Currency)
    _check_word(entry, "base", rate.base, currencies)
    _check_word(entry, "quote", rate.quote, currencies)
    if rate.base == rate.quote:
        raise entry.error("quote", "same as base", "name two currencies", rate.quote)
    if rate.known_on is not None and rate.known_on < rate.on:
        raise entry.error("known_on", f"before its day {rate.on}", "correct one", rate.known_on)


def _check_word(
    entry: Entry[Event] | Entry[MarketFigure] | Entry[Rate],
    name: str,
    word: str,
    allowed: frozenset[str],
) -> None:
    if word not in allowed:
        raise entry.error(name, "unknown word", f"one of {', '.join(sorted(allowed))}", word)
