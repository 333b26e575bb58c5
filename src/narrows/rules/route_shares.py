"""Home-made shares tied to a purchase: a ratio, often unknown, on a basis that is often unknown."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.core import Message, Truth
from narrows.rules.card import Card
from narrows.rules.gates_said import said_by
from narrows.rules.law import Formality
from narrows.rules.route_verdict_leg import LegReading
from narrows.rules.verdict import Verdict

QUESTION = "cn.quota"
BASIS = "cn.domestic_share.basis"
"""The parameter that lists what a share may be counted in, where no text says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeMadeShare:
    """A share of home-made chips that goes with a purchase.

    ``ratio`` is ``None`` where it was never published; ``basis`` lists what it may be counted in.
    """

    card: str
    truth: Truth
    ratio: float | None
    basis: tuple[str, ...]
    formality: Formality
    message: Message
    cites: tuple[str, ...]


def shares_of(legs: tuple[LegReading, ...]) -> tuple[HomeMadeShare, ...]:
    """Return the shares that hold, or may hold, for the purchase, by card."""
    found: dict[str, HomeMadeShare] = {}
    for leg in legs:
        for card, truth in _quota_cards(leg.verdict):
            if card.effect is not None and card.effect.rate is not None:
                found.setdefault(card.id, _share(card, truth, leg.verdict))
    return tuple(found[card] for card in sorted(found))


def _quota_cards(verdict: Verdict) -> list[tuple[Card, Truth]]:
    return [
        (one.card, proof.truth)
        for answer in verdict.answers
        if answer.question.id == QUESTION
        for one, proof in zip(answer.held, answer.proofs, strict=True)
        if proof.truth is not Truth.FALSE
    ]


def _share(card: Card, truth: Truth, verdict: Verdict) -> HomeMadeShare:
    pack, on = verdict.regime.pack, verdict.on
    rate = None if card.effect is None or card.effect.rate is None else card.effect.rate
    dated = None if rate is None else pack.value(rate, on)
    value = None if dated is None else dated.value
    basis = pack.value(BASIS, on)
    words = () if basis is None or not isinstance(basis.value, tuple) else basis.value
    return HomeMadeShare(
        card=card.id,
        truth=truth,
        ratio=value if isinstance(value, float) else None,
        basis=words,
        formality=card.formality,
        message=said_by(card),
        cites=tuple(cite.text for cite in card.cite),
    )
