"""Which tokens a rate for each chip counts: those written, those read, or both."""

from __future__ import annotations

import re
from enum import StrEnum

from narrows.catalog import plain

_BOTH = re.compile(
    r"(?:in|input|prompt|prefill)s?\s*(?:tokens?)?\s*(?:\+|&|and|plus)\s*(?:out|output|decode)"
    r"|\btotal\b|输入(?:\+|和|加)输出|总"
)
_OPEN = re.compile(r"\bor\b|或")
_OUTPUT = re.compile(r"output|decode|generat|completion|输出|生成|解码")
_INPUT = re.compile(r"input|prefill|prompt|输入|预填充")


class RateKind(StrEnum):
    """Tokens that a rate counts; ``UNTOLD`` where its source leaves it open."""

    OUTPUT = "output"
    INPUT = "input"
    BOTH = "input plus output"
    UNTOLD = "untold"


def rate_kind(written: str) -> RateKind:
    """Return the tokens that a source's words name.

    >>> rate_kind("Output tokens"), rate_kind("input+output"), rate_kind("input+output or output")
    (<RateKind.OUTPUT: 'output'>, <RateKind.BOTH: 'input plus output'>, <RateKind.UNTOLD: 'untold'>)
    """
    text = plain(written).lower()
    if _OPEN.search(text):
        return RateKind.UNTOLD
    if _BOTH.search(text):
        return RateKind.BOTH
    told = {RateKind.OUTPUT: _OUTPUT.search(text), RateKind.INPUT: _INPUT.search(text)}
    found = [kind for kind, match in told.items() if match is not None]
    return found[0] if len(found) == 1 else RateKind.UNTOLD
