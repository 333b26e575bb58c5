"""Axes: where a value stands on the sheet, and which values are worth a tick."""

from __future__ import annotations

import math
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)

FLAT = 1e-9
"""A reach below this share of its values, or of one, is a rounding: everything is on one height."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight map of values to pixels."""

    low: float
    high: float
    start_px: float
    end_px: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start_px + share * (self.end_px - self.start_px)


def ticks(low: float, high: float, about: int) -> tuple[float, ...]:
    """Return round values from at or below ``low`` to at or above ``high``.

    >>> ticks(0.0, 2.7, 3)
    (0.0, 1.0, 2.0, 3.0)
    """
    if high - low <= FLAT * max(abs(low), abs(high), 1.0):
        low = 0.0 if abs(low) <= FLAT else low
        high = low + (abs(low) or 1.0)
    step = _step((high - low) / about)
    first, last = math.floor(low / step + _SLACK), math.ceil(high / step - _SLACK)
    return tuple(round(index * step, 12) for index in range(first, last + 1))


_SLACK = 1e-9
"""So that a value on a tick does not draw a further one for its last binary digit."""


def _step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - _SLACK))


_LOG_STEPS = (1.0, 2.0, 5.0)


def log_ticks(low: float, high: float) -> tuple[float, ...]:
    """Return 1, 2 and 5 times powers of ten from at or below ``low`` to at or above ``high``.

    >>> log_ticks(11.0, 180.0)
    (10.0, 20.0, 50.0, 100.0, 200.0)
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    every = [step * 10.0**power for power in range(first, last + 1) for step in _LOG_STEPS]
    below = max(mark for mark in every if mark <= low * (1 + _SLACK))
    above = min(mark for mark in every if mark >= high * (1 - _SLACK) and mark > below)
    return tuple(mark for mark in every if below <= mark <= above)
