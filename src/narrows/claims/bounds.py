"""How the words before a figure bind it: about, at least, at most."""

from __future__ import annotations

import re

from narrows.claims.amount import Bound

_ABOUT = re.compile(
    r"(?:約|约|大約|大约|近|將近|将近|接近|左右|about|around|roughly|approximately|nearly|some|almost|circa|~|≈)\s*$",
    re.I,
)
_AT_LEAST = re.compile(
    r"(?<!不得)(?<!不)(?:超過|超过|逾|高於|高于|多於|多于|至少|不低於|不低于"
    r"|more than|over|above|at least|exceed(?:s|ed|ing)?|upwards of|no less than)\s*$",
    re.I,
)
_AT_MOST = re.compile(
    r"(?:不得超過|不得超过|不超過|不超过|最多|至多|高達|高达|不高於|不高于|低於|低于|少於|少于|不足|上限為|上限为"
    r"|up to|at most|no more than|below|under|less than|not exceed|cap of|ceiling of)\s*的?\s*$",
    re.I,
)
_LOOK_BACK_CHARS = 16
"""The longest of these words stands within so many characters before its figure."""


def bound_before(text: str, start: int) -> Bound:
    """Return how the words that end at ``start`` bind the figure there."""
    before = text[max(start - _LOOK_BACK_CHARS, 0) : start]
    for pattern, bound in (
        (_AT_MOST, Bound.AT_MOST),
        (_AT_LEAST, Bound.AT_LEAST),
        (_ABOUT, Bound.ABOUT),
    ):
        if pattern.search(before):
            return bound
    return Bound.STATED
