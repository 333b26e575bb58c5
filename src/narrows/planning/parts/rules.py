"""The rules that count chips: caps and required shares."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from narrows.planning.arrays import BoolArray, FloatArray

SHARE_MAX = 0.99
"""Above it one foreign chip needs a hundred domestic ones: that is a ban, so say ``may_order``."""


class Counted(StrEnum):
    """The moment at which a rule counts chips."""

    ORDER = "order"
    DELIVERY = "delivery"
    FLEET = "fleet"


@dataclass(frozen=True, kw_only=True, eq=False)
class Cap:
    """A quota kept as a bank: releases come in, chips go out, the balance is never negative.

    Attributes
    ----------
    name
        The rule's name in explanations.
    systems
        ``(K,)`` mask of the systems that draw on it.
    quota
        ``(N,)`` chips released in the quarter.
    carry
        Share of an unused balance that is kept into the next quarter: 1 keeps it, 0 forfeits it.
    counted
        ``ORDER`` or ``DELIVERY``.
    opening
        Chips left of the balance before the first quarter.
    """

    name: str
    systems: BoolArray
    quota: FloatArray
    carry: float = 1.0
    counted: Counted = Counted.ORDER
    opening: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Share:
    """A required domestic share, kept as a bank of credit in the weight's unit.

    Domestic chips earn ``weight``; others spend ``phi / (1 - phi)`` times theirs. A new share binds
    new chips only, unless the rule counts the fleet, which has no bank.

    Attributes
    ----------
    name
        The rule's name in explanations.
    domestic, others
        ``(K,)`` masks of the systems that earn and that spend; disjoint.
    share
        ``(N,)`` the required share phi, 0 to :data:`SHARE_MAX`.
    weight
        ``(N, K)`` what a chip counts: 1, its processing performance, or its price.
    carry
        Share of unused credit that is kept into the next quarter.
    opening
        Credit before the first quarter, in the weight's unit; of no use to a rule on the fleet.
    """

    name: str
    domestic: BoolArray
    others: BoolArray
    share: FloatArray
    weight: FloatArray
    carry: float = 1.0
    counted: Counted = Counted.ORDER
    opening: float = 0.0
