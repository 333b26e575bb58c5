"""How far a printed figure may be from a true one and still be the same figure."""

from __future__ import annotations

import math

from narrows.claims.amount import Amount, Bound

SLACK = 0.02
"""Press rounds to two or three digits."""
ABOUT_SLACK = 0.06
"""``About`` allows a little more."""
TENFOLD_SLACK = 0.12
"""How near to a whole power of ten a slip must be to be called one."""


def slack_of(amount: Amount) -> float:
    """Return the relative distance at which a figure is still the same."""
    return ABOUT_SLACK if amount.bound is Bound.ABOUT else SLACK


def agrees(amount: Amount, low: float, high: float, *, slack: float | None = None) -> bool:
    """Return whether a printed figure can stand for a band in the same unit.

    The last printed digit may be rounded or cut, and a bound need only hold.
    """
    allowed = slack_of(amount) if slack is None else slack
    floor = low - max(abs(low) * allowed, amount.step)
    ceiling = high + max(abs(high) * allowed, amount.step)
    if amount.step > abs(low) and amount.value != low:
        # A step as large as the value itself (1 billion for 0.9) must not agree with anything.
        floor, ceiling = low * (1 - ABOUT_SLACK), high * (1 + ABOUT_SLACK)
    if amount.bound is Bound.AT_LEAST:
        return amount.low <= ceiling and amount.low >= floor / 2
    if amount.bound is Bound.AT_MOST:
        return amount.high >= floor and amount.high <= ceiling * 2
    return amount.low <= ceiling and amount.high >= floor


def same_printed(amount: Amount, value: float) -> bool:
    """Return whether a value prints as the figure does, by rounding."""
    return abs(amount.value - value) <= amount.step / 2 * (1 + 1e-9)


def cut_printed(amount: Amount, value: float) -> bool:
    """Return whether a value prints as the figure does, by cutting digits off."""
    return 0 <= value - amount.value < amount.step


def power_of_ten_between(printed: float, true: float) -> int | None:
    """Return k where ``printed`` is near ``true`` x 10^k and k is not 0; ``None`` otherwise."""
    if printed <= 0 or true <= 0:
        return None
    exact = math.log10(printed / true)
    nearest = round(exact)
    is_near = abs(10 ** (exact - nearest) - 1) <= TENFOLD_SLACK
    return nearest if nearest != 0 and is_near else None


def factor_of(power: int | None) -> float | None:
    """Return the factor of a slip by a power of ten, whichever way it went."""
    return None if power is None else 10.0 ** abs(power)
