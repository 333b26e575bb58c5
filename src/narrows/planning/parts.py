"""The parts of a purchase problem: plain arrays, each with named axes and a unit.

Axes, always in this order: ``node`` N, ``system`` K, ``site`` S, ``workload`` W, ``rental`` C,
``stack`` Q, ``quarter`` T, ``lead`` L (index = quarters). What the future decides is given by
node; what the buyer plans or knows is given by quarter. Money is in any one currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from narrows.planning.arrays import BoolArray, FloatArray, IntArray

NEVER_HELD = -1
"""In ``Offers.hold_until``: blocked lots of this system leave at once with their refund."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Axes:
    """The names along each axis, which results and explanations use."""

    systems: tuple[str, ...]
    sites: tuple[str, ...]
    workloads: tuple[str, ...]
    quarters: tuple[str, ...]
    rentals: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ("stack",)


@dataclass(frozen=True, kw_only=True, eq=False)
class Offers:
    """What can be ordered, on which terms, and what becomes of an order under way.

    Attributes
    ----------
    price
        ``(N, K)`` money per chip, fixed when the order is placed.
    duty
        ``(N, K)`` share of the price due on delivery (tariffs and fees).
    may_order
        ``(N, K)`` in [0, 1]: share of the supply that may be ordered.
    may_deliver
        ``(N, K)`` in [0, 1]: share of the lots at the gate that pass it.
    supply
        ``(N, K)`` chips that the seller allocates in the quarter.
    lot
        ``(K,)`` chips in one lot.
    lead
        ``(K, L)`` share of an order that reaches the gate after that many quarters; rows sum to 1.
    deposit
        ``(K,)`` share of the price paid with the order; the rest is paid on delivery.
    blocked_refund
        ``(K,)`` share of the deposit returned when a lot is turned away.
    hold_until
        ``(K,)`` quarter from which lots at a shut gate are turned away; before it they wait in
        bond. :data:`NEVER_HELD` turns them away at once.
    cancel_refund
        ``(K, L)`` share of the deposit returned for an order cancelled that many quarters after it
        was placed and before it reaches the gate; NaN = no right to cancel at that age.
    end_value
        ``(K, T)`` value at the end of the horizon of a chip that arrived in that quarter.
    booked
        ``(K, S, T)`` lots ordered before the horizon that reach the gate in that quarter. They
        cannot be cancelled.
    booked_value
        ``(K, S, T)`` money agreed for them, the deposit of which was paid before: balance and duty
        fall due when they pass the gate, a refund when they are turned away. ``None`` where their
        price is settled outside the plan; duty on the first quarter's price is due even then.
    """

    price: FloatArray
    duty: FloatArray
    may_order: FloatArray
    may_deliver: FloatArray
    supply: FloatArray
    lot: FloatArray
    lead: FloatArray
    deposit: FloatArray
    blocked_refund: FloatArray
    hold_until: IntArray
    cancel_refund: FloatArray
    end_value: FloatArray
    booked: FloatArray
    booked_value: FloatArray | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Fleet:
    """What a chip of each system needs and gives once it stands.

    Attributes
    ----------
    power_kw
        ``(K,)`` draw of a chip with its share of host, network and cooling.
    floor
        ``(K,)`` floor of a chip (racks, or any one unit of ``Sites.floor``).
    availability
        ``(K,)`` in (0, 1]: share of the time that a chip is up; failures enter here and nowhere
        else.
    operating
        ``(K, T)`` money per chip-quarter without energy.
    installed
        ``(K, S)`` chips that stand when the horizon starts.
    """

    power_kw: FloatArray
    floor: FloatArray
    availability: FloatArray
    operating: FloatArray
    installed: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Sites:
    """Where chips may stand.

    Attributes
    ----------
    power_kw
        ``(S, T)`` power available to chips and their facility overhead.
    floor
        ``(S, T)`` floor in the unit of ``Fleet.floor``.
    energy_price
        ``(S, T)`` money per kW drawn through the quarter.
    takes
        ``(K, S)``: whether a system may stand at a site at all.
    """

    power_kw: FloatArray
    floor: FloatArray
    energy_price: FloatArray
    takes: BoolArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Capability:
    """A clock on each workload that should have done so much work in all, with a price of waiting.

    What counts is own work, up to the demand of each quarter; rented work does not.

    Attributes
    ----------
    target
        ``(W,)`` work, added up from the first quarter, at which the capability is reached; infinite
        where the workload has no clock.
    delay_price
        ``(W,)`` money for each quarter at whose end it is not reached.
    """

    target: FloatArray
    delay_price: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Work:
    """What has to be computed. The unit of work is each workload's own.

    Attributes
    ----------
    rate
        ``(K, W)`` useful work of a healthy chip in a quarter; 0 = cannot run it.
    demand
        ``(N, W)`` work wanted in the quarter.
    unmet_price
        ``(W, T)`` money per unit of work not done.
    unmet_max
        ``(N, W)`` in [0, 1]: share of the demand that may stay undone; 1 = no floor under service.
    runs_at
        ``(W, S)``: whether a workload may run at a site. A workload that may run at every site is
        planned without a site index, which changes neither the optimum nor the other prices.
    capability
        ``None`` where no workload has a clock. Trees only.
    gang
        ``(W,)`` fewest chips of one system at one site on which a workload runs, in the first
        :data:`GANG_QUARTERS` quarters; 0 = no minimum. ``None`` where no workload has one. Trees
        only.
    """

    rate: FloatArray
    demand: FloatArray
    unmet_price: FloatArray
    unmet_max: FloatArray
    runs_at: BoolArray
    capability: Capability | None = None
    gang: FloatArray | None = None

    @property
    def pinned(self) -> BoolArray:
        """``(W,)``: workloads that are planned by site."""
        bound = np.logical_not(self.runs_at.all(axis=1))
        return bound if self.gang is None else np.logical_or(bound, self.gang > 0.0)


GANG_QUARTERS = 4
"""A year: who must run as a gang is a question of the clusters at hand, and each further quarter
multiplies the yes-or-no choices by its branches."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Rental:
    """Compute that can be rented by the quarter.

    Attributes
    ----------
    rate
        ``(C, W)`` useful work of a rented chip in a quarter.
    price
        ``(N, C)`` money per chip-quarter.
    ceiling
        ``(N, C)`` chips on offer.
    allowed
        ``(N, C, W)`` in [0, 1]: share of the workload's demand that may be served this way.
    """

    rate: FloatArray
    price: FloatArray
    ceiling: FloatArray
    allowed: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Porting:
    """Making a workload run on another software stack.

    Attributes
    ----------
    stack
        ``(K,)`` index of each system's stack.
    done
        ``(Q, W)``: whether the workload runs on the stack already.
    cost
        ``(Q, W)`` money, booked when porting starts.
    quarters
        ``(Q, W)`` whole quarters from the start until the first useful work.
    """

    stack: IntArray
    done: BoolArray
    cost: FloatArray
    quarters: IntArray


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


SHARE_MAX = 0.99
"""Above it one foreign chip needs a hundred domestic ones: that is a ban, so say ``may_order``."""


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
