"""The number in a figure that is known to be known."""

from __future__ import annotations


def figure_value(figure: object) -> float:
    """Return the value of a figure that the offers have already checked to be known."""
    value = getattr(figure, "value", None)
    assert isinstance(value, (int, float)), "offers are made of known figures"  # noqa: S101
    return float(value)
