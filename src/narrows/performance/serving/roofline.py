"""One kernel group against its two roofs."""

from __future__ import annotations

import numpy as np

from narrows.performance.serving.arrays import Array


def roofline_s(compute_s: Array, memory_s: Array, unhidden: Array) -> Array:
    """Return the time of work that needs both arithmetic and memory traffic.

    The longer leg holds; the share ``unhidden`` of the shorter one does not overlap with it
    (prologues, tails, tiles waiting for their first operands).
    """
    return np.maximum(compute_s, memory_s) + unhidden * np.minimum(compute_s, memory_s)
