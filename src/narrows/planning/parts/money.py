"""Money: the items of the ledger, the budget that pays them, and how uncertain costs weigh."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from narrows.planning.arrays import FloatArray


class Item(StrEnum):
    """The items of the cost ledger, in the order in which they are shown."""

    PURCHASE = "purchase"
    DUTY = "duty"
    REFUND = "refund"
    OPERATION = "operation"
    ENERGY = "energy"
    PORTING = "porting"
    RENTAL = "rental"
    UNMET = "unmet"
    DELAY = "delay"
    END_VALUE = "end_value"


CAPITAL = frozenset({Item.PURCHASE, Item.DUTY, Item.REFUND, Item.PORTING})
"""What a capital budget pays for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Budget:
    """Money released by quarter, kept as a bank that is never negative.

    Attributes
    ----------
    release
        ``(T,)`` money; infinite where no budget binds.
    carry
        Share of an unused balance that is kept into the next quarter.
    pays
        The ledger items that draw on the budget.
    opening
        Money left of the balance before the first quarter.
    """

    release: FloatArray
    carry: float = 1.0
    pays: frozenset[Item] = CAPITAL
    opening: float = 0.0


class Measure(StrEnum):
    """What the CVaR is taken of; a report names the one used."""

    END_OF_HORIZON = "end_of_horizon"
    """Of the total at the end (Rockafellar and Uryasev, 2000)."""
    NESTED = "nested"
    """In every quarter, of the cost to come: time-consistent, and not ordered against the other."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Risk:
    """How uncertain costs are weighed.

    The objective is ``(1 - weight) E[cost] + weight CVaR_tail[cost]``, of the total or nested.

    Attributes
    ----------
    discount
        Value today of money one quarter later, in (0, 1].
    weight
        In [0, 1]; 0 is risk-neutral.
    tail
        The level alpha in [0, 1): 0.9 averages the worst tenth.
    measure
        See :class:`Measure`.
    """

    discount: float = 1.0
    weight: float = 0.0
    tail: float = 0.9
    measure: Measure = Measure.END_OF_HORIZON
