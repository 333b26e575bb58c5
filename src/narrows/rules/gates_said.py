"""What a card says, as a message: its title in three languages, and its rung beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from narrows.core import Message, message
from narrows.rules.card import Card
from narrows.rules.gates import CERTAINTIES
from narrows.rules.law import Citation, Formality, Title

SAID_AS = {
    Formality.LAW: "rules.route.law",
    Formality.NOTICE: "rules.route.notice",
    Formality.MANDATE: "rules.route.mandate",
    Formality.GUIDANCE: "rules.route.guidance",
    Formality.REPORT: "rules.route.report",
}
"""How each rung of formality is said, so that guidance is never shown as law."""


def titled(message_id: str, title: Title, **values: str | float | date | None) -> Message:
    """Return a message that carries a title in its three languages."""
    return message(message_id, en=title.en, zh_hant=title.zh_hant, zh_hans=title.zh_hans, **values)


def said_by(card: Card) -> Message:
    """Return what a card says, named by its rung so that guidance is never shown as law."""
    certainty = weakest(card.cite)
    return titled(SAID_AS[card.formality], card.title, card=card.id, certainty=certainty)


def weakest(cites: Iterable[Citation]) -> str | None:
    """Return the weakest certainty among citations."""
    marks = [cite.certainty.value for cite in cites]
    return max(marks, key=CERTAINTIES.index, default=None)
