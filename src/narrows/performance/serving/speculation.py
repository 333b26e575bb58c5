"""Speculative decoding: drafts that a step verifies together with its own token."""

from __future__ import annotations

import numpy as np

from narrows.performance.serving.arrays import Array


def tokens_per_step(drafts: float, accept: Array) -> Array:
    """Return tokens that one verified step yields on average: 1 + a + a^2 + ... + a^drafts.

    Each draft counts only if all before it were accepted (Leviathan et al. 2023, eq. 1). An
    acceptance of 0.68 with three drafts gives the 2.44 that Huawei's recipes assume.
    """
    if drafts <= 0:
        return np.ones_like(accept)
    return (1 - accept ** (drafts + 1)) / (1 - accept)
