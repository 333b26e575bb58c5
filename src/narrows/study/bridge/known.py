"""The number in a figure, or in a quantity of the study, that is known."""

from __future__ import annotations

from narrows.study.facts import Facts
from narrows.study.given import Given


def figure_value(figure: object) -> float:
    """Return the value of a figure that the offers have already checked to be known."""
    value = getattr(figure, "value", None)
    assert isinstance(value, (int, float)), "offers are made of known figures"  # noqa: S101
    return float(value)


def stated(facts: Facts, given: Given, name: str) -> float:
    """Return the central value of a quantity that the study states or points at.

    Raises
    ------
    RefusalError
        It is unknown.
    """
    return facts.band(given, name).value
