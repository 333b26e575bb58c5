"""The fixed point of a positive quantity that a model maps onto itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from narrows.performance.serving.arrays import Array, array

Mask = npt.NDArray[np.bool_]

ROUNDS = 12
"""Twice what the slowest packaged measurement needs."""
SETTLED = 1e-7
"""Relative change at which the iteration stops."""
TINY = 1e-12
"""Stands for nothing, whose logarithm does not exist."""
SLOPE_MAX = 0.9
"""Bound on the estimated slope, so that a kink does not throw an element far away."""
LOST = 1e-5
"""An element that the map still moves by more than this is bisected: its slope is too steep."""
WIDTH = 30.0
"""Logarithms below the start within which a lost element lies: from everything to nothing."""
STEPS = 24
"""Of regula falsi; a dozen are enough but for a kink."""
BISECTIONS = 50
"""Leave 3e-14 of the width."""


def settle(image: Callable[[Array], Array], start: Array) -> Array:
    """Return x with ``image(x) = x``, element by element, by Steffensen's method on logarithms.

    Two plain steps estimate the slope of the map; their geometric series is summed in one go.
    Where the map is too steep for that, an element is bisected below ``start``, which then must be
    an upper bound; at a jump the side is taken on which the map asks for more.

    Raises
    ------
    ValueError
        An element that has to be bisected lies above ``start``, or further below it than WIDTH.
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
    found = image(np.exp(x))
    lost = np.abs(_log(found) - x) > LOST
    return np.where(lost, _bisected(image, start, lost), found) if np.any(lost) else found


def _bisected(image: Callable[[Array], Array], start: Array, lost: Mask) -> Array:
    """Return where the map falls below its argument, below ``start``; only ``lost`` ones count."""
    high = np.broadcast_to(_log(start), lost.shape)
    low = high - WIDTH
    _check_between(image, low, high, lost)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        above = _log(image(np.exp(middle))) > middle
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return array(np.exp(low))


def between(image: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Return x with ``image(x) = x`` between positive bounds, for a map that falls or rises slowly.

    Regula falsi on logarithms. Where an end stays twice its gap is scaled by 1 - g / g', g' and g
    the gaps before and after at the other end (Anderson and Bjorck 1973, BIT 13:253), so that a
    steep side holds nothing up. ``image(low)`` must not lie below ``low``, nor ``image(high)``
    above ``high``.
    """
    low, high = _log(low), _log(high)
    above, below = _gap(image, low), _gap(image, high)
    found, settled = high, np.zeros(np.broadcast_shapes(above.shape, below.shape), dtype=bool)
    side = np.zeros(settled.shape)
    for _ in range(STEPS):
        at = (low * below - high * above) / np.where(below == above, 1.0, below - above)
        at = np.clip(np.where(below == above, low, at), low, high)
        # an element that has settled stays, whatever the others still need
        found = np.where(settled, found, at)
        gap = _gap(image, found)
        settled = settled | (np.abs(gap) <= SETTLED)
        if np.all(settled):
            break
        up, before = gap > 0, side
        side = np.where(up, 1.0, -1.0)
        kept = np.where(up, below, above) * np.where(
            side == before, _relief(gap, np.where(up, above, below)), 1.0
        )
        above, below = np.where(up, gap, kept), np.where(up, kept, gap)
        low, high = np.where(up, at, low), np.where(up, high, at)
    return array(np.exp(found))


def _relief(gap: Array, before: Array) -> Array:
    """Return 1 - g / g', or a half where negative: what scales the gap of the end that stays."""
    scale = 1 - gap / np.where(before == 0, 1.0, before)
    return array(np.where(scale > 0, scale, 0.5))


def _gap(image: Callable[[Array], Array], at: Array) -> Array:
    return _log(image(np.exp(at))) - at


def _check_between(image: Callable[[Array], Array], low: Array, high: Array, lost: Mask) -> None:
    """Hold a caller to its bound: bisection would otherwise return an end as if it were a root."""
    if np.any(lost & (_log(image(np.exp(high))) > high + SETTLED)):
        msg = "the map asks for more than the start, which was to be an upper bound"
        raise ValueError(msg)
    if np.any(lost & (_log(image(np.exp(low))) < low - SETTLED)):
        msg = f"the fixed point lies more than {WIDTH:g} logarithms below the start"
        raise ValueError(msg)


def _log(value: Array) -> Array:
    return array(np.log(np.maximum(value, TINY)))
