"""What a fact can be: a word, a flag, a number, a set of words, a number between bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from narrows.core import Truth


class Between(NamedTuple):
    """A number that is known only to lie between two bounds, both inclusive."""

    low: float
    high: float


FactValue: TypeAlias = "bool | int | float | str | frozenset[str | None] | Between | None"
"""A fact as a case carries it. ``None`` is unknown; so is an absent fact."""

BoundValue: TypeAlias = "bool | float | str | frozenset[str]"
"""What a fact is compared with, resolved for a day: never unknown."""

Facts: TypeAlias = Mapping[str, FactValue]

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def _split(certain: bool, possible: bool) -> Truth:  # noqa: FBT001 - the two ends of an interval
    if certain:
        return TRUE
    return UNKNOWN if possible else FALSE


def is_below(value: float | Between, bound: float) -> Truth:
    """Return whether a number is strictly below a line."""
    if isinstance(value, Between):
        return _split(value.high < bound, value.low < bound)
    return TRUE if value < bound else FALSE


def is_at_most(value: float | Between, bound: float) -> Truth:
    """Return whether a number is on a line or below it."""
    if isinstance(value, Between):
        return _split(value.high <= bound, value.low <= bound)
    return TRUE if value <= bound else FALSE


def is_above(value: float | Between, bound: float) -> Truth:
    """Return whether a number is strictly above a line."""
    if isinstance(value, Between):
        return _split(value.low > bound, value.high > bound)
    return TRUE if value > bound else FALSE


def is_at_least(value: float | Between, bound: float) -> Truth:
    """Return whether a number is on a line or above it."""
    if isinstance(value, Between):
        return _split(value.low >= bound, value.high >= bound)
    return TRUE if value >= bound else FALSE


def is_same(value: FactValue, bound: BoundValue) -> Truth:
    """Return whether a word or flag equals another; numbers are held to lines instead."""
    if type(value) is Between and isinstance(bound, float):
        reachable = value.low <= bound <= value.high
        return _split(reachable and value.low == value.high, reachable)
    return TRUE if value == bound else FALSE


def is_among(value: str | frozenset[str | None], members: frozenset[str]) -> Truth:
    """Return whether a word, or any word of a set, is a member.

    A set may hold ``None`` for a member that is not known yet: it can only add a hit.
    """
    if isinstance(value, frozenset):
        if not members.isdisjoint(value):
            return TRUE
        return UNKNOWN if None in value else FALSE
    return TRUE if value in members else FALSE


COMPARISONS: Mapping[str, Callable[..., Truth]] = {
    "lt": is_below,
    "le": is_at_most,
    "gt": is_above,
    "ge": is_at_least,
    "eq": is_same,
    "in": is_among,
}
"""The closed set of comparisons and their meaning for one case."""

NUMERIC = frozenset({"lt", "le", "gt", "ge"})
