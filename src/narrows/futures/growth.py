"""Growth between two levels, and a level on the way."""

from __future__ import annotations


def yearly_growth(start: float, end: float, years: float) -> float:
    """Return the yearly growth that leads from one level to another.

    >>> round(yearly_growth(94.44, 1104.68, 10), 4)
    0.2788
    """
    ratio: float = (end / start) ** (1.0 / years)
    return ratio - 1.0


def level(start: float, growth: float, years: float) -> float:
    """Return the level some years after ``start`` at a constant yearly growth."""
    reached: float = start * (1.0 + growth) ** years
    return reached
