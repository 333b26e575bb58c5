"""What a figure is, where no check has said so: by its unit and the words beside it."""

from __future__ import annotations

from narrows.claims.amount import Amount
from narrows.claims.cues import distance, has, places
from narrows.claims.reading import Sentence

CUE_MAX_CHARS = 24
SUBJECT_MAX_CHARS = 48
_BREAKS = "，,；;。:：、(（\n"


def role_of(amount: Amount, sentence: Sentence) -> str:
    """Return the role of a figure: growth, price move, market size, or what its unit says."""
    if amount.unit == "%":
        for idea, role in (
            ("compound", "compound_growth"),
            ("price_move", "price_move"),
            ("share", "share"),
            ("growth", "growth"),
            ("decline", "growth"),
        ):
            span = (amount.start - sentence.start, amount.end - sentence.start)
            gap = distance(span, places(idea, sentence.folded))
            if gap is not None and gap <= CUE_MAX_CHARS:
                return role
    if amount.role == "amount" and has("market_size", sentence.folded):
        return "market_size"
    return amount.role


def subject_of(start: int, sentence: Sentence) -> str:
    """Return the words before a figure, back to the last clause mark."""
    before = sentence.between(sentence.start, start)
    cut = max((before.rfind(mark) for mark in _BREAKS), default=-1)
    words = before[cut + 1 :].strip()
    if len(words) < 2:  # a lone bracket: the clause before it says what it is
        earlier = before[: max(cut, 0)]
        cut = max((earlier.rfind(mark) for mark in _BREAKS), default=-1)
        words = earlier[cut + 1 :].strip()
    return words[-SUBJECT_MAX_CHARS:]
