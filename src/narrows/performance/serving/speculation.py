"""Speculative decoding: drafts that a step verifies together with its own token."""

from __future__ import annotations

import numpy as np

from narrows.performance.serving.arrays import Array

ACCEPT_USUAL = 0.68
"""Acceptance at which doubts of different numbers of drafts are compared: 1.44 of 3 accepted."""
DRAFTS_USUAL = 3
"""Drafts of most published runs; the doubt of untold acceptance is stated for so many."""


def tokens_per_step(drafts: float, accept: Array) -> Array:
    """Return tokens that one verified step yields on average: 1 + a + a^2 + ... + a^drafts.

    Each draft counts only if all before it were accepted (Leviathan et al. 2023, eq. 1). An
    acceptance of 0.68 with three drafts gives the 2.44 that Huawei's recipes assume.
    """
    if drafts <= 0:
        return np.ones_like(accept)
    return (1 - accept ** (drafts + 1)) / (1 - accept)


def acceptance_doubt(drafts: float) -> float:
    """Return how much untold acceptance sways a run's speed, against a run with three drafts.

    It is the change of the logarithm of tokens a step with the log-odds of acceptance: 0.4 for
    one draft, 1.7 for seven.
    """
    return _sway(drafts) / _sway(DRAFTS_USUAL)


def _sway(drafts: float) -> float:
    counts = np.arange(1, int(drafts) + 1)
    slope = np.sum(counts * ACCEPT_USUAL ** (counts - 1)) * ACCEPT_USUAL * (1 - ACCEPT_USUAL)
    return float(slope / (1 + np.sum(ACCEPT_USUAL**counts)))
