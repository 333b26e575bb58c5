"""Two pools with as many sequences decoding as prefill can feed within the limits."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from narrows.performance.serving.candidate import Candidate, caps, state
from narrows.performance.serving.knowledge import Knowledge
from narrows.performance.serving.predict import MILLI
from narrows.performance.serving.question import Limits, Load, Setting
from narrows.performance.serving.steady import BUSY_MAX, Steady

HALVINGS = 20
"""Of the interval of sequences: a millionth of it is left."""
NEVER_BEATEN = -inf
"""A rate that everything exceeds: the halving is carried to its end."""


def supplied(
    asked: Setting,
    found: Candidate,
    load: Load,
    limits: Limits,
    known: Knowledge,
    max_seqs: int | None = None,
    beaten_by: float = NEVER_BEATEN,
) -> Candidate | None:
    """Return a candidate whose first tokens come in time; one pool comes back as it is.

    ``None`` as soon as it is seen to yield no more than ``beaten_by`` output tokens a second.

    Fewer sequences decode faster each, so that a share of the sequences asks for more than that
    share of prompts: how many prefill can feed is found by halving.
    """
    if found.prefill_layout is None or found.sequences is None:
        return found
    constants, bounds = known.central(asked.member), caps(asked, max_seqs)

    def at(sequences: float) -> Steady:
        return state(asked, replace(found, sequences=sequences), load, bounds, constants)

    if _is_fed(at(found.sequences), limits):
        return found
    low, high = 1.0, found.sequences
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        now = at(middle)
        if _is_fed(now, limits):
            low = middle
        elif float(now.output_rate.item()) <= beaten_by:
            return None
        else:
            high = middle
    return replace(found, sequences=low)


def _is_fed(now: Steady, limits: Limits) -> bool:
    if float(now.prefill_share.item()) > BUSY_MAX:
        return False
    return limits.ttft_ms is None or float(now.ttft_s.item()) * MILLI <= limits.ttft_ms
