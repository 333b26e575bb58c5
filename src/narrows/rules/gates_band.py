"""The cited chance that a discretion is used favourably, as the cards of an answer give it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from narrows.rules.card import Card
from narrows.rules.regime import Regime


class Band(NamedTuple):
    """The cited chance that a discretion is used favourably."""

    low: float
    high: float


def band_over(words: Iterable[str], cards: Sequence[Card], *, regime: Regime) -> Band | None:
    """Return the hull over the answers that are possible of the strictest band of each."""
    bands = [band for word in words if (band := _strictest_band(cards, word, regime)) is not None]
    if not bands:
        return None
    return Band(min(band.low for band in bands), max(band.high for band in bands))


def _strictest_band(cards: Sequence[Card], word: str, regime: Regime) -> Band | None:
    found = [
        band
        for card in cards
        if card.effect is not None
        and card.effect.answer == word
        and (band := band_of(card, regime)) is not None
    ]
    if not found:
        return None
    return Band(min(band.low for band in found), min(band.high for band in found))


def band_of(card: Card, regime: Regime) -> Band | None:
    """Return the band that a card's discretion has on the regime's day, as known then."""
    if card.effect is None or card.effect.band is None:
        return None
    dated = regime.pack.value(card.effect.band, regime.on)
    if dated is None or not isinstance(dated.value, dict):
        return None
    return Band(float(dated.value["low"]), float(dated.value["high"]))
