"""The fixed point of a positive quantity that a model maps onto itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from narrows.performance.serving.arrays import Array, array

ROUNDS = 12
"""Twice what the slowest packaged measurement needs."""
SETTLED = 1e-7
"""Relative change at which the iteration stops."""
TINY = 1e-12
"""Stands for nothing, whose logarithm does not exist."""
SLOPE_MAX = 0.9
"""Bound on the estimated slope, so that a kink does not throw an element far away."""


def settle(image: Callable[[Array], Array], start: Array) -> Array:
    """Return x with ``image(x) = x``, element by element, by Steffensen's method on logarithms.

    Two plain steps estimate the slope of the map; their geometric series is summed in one go.
    """
    x = _log(start)
    for _ in range(ROUNDS):
        once = _log(image(np.exp(x)))
        twice = _log(image(np.exp(once)))
        first, second = once - x, twice - once
        slope = np.where(np.abs(first) > SETTLED, second / np.where(first == 0, 1.0, first), 0.0)
        after = once + second / (1 - np.clip(slope, -SLOPE_MAX, SLOPE_MAX))
        moved = float(np.max(np.abs(after - x)))
        x = after
        if moved <= SETTLED:
            break
    return image(np.exp(x))


def _log(value: Array) -> Array:
    return array(np.log(np.maximum(value, TINY)))
