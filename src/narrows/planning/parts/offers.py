"""What can be ordered and rented, and on which terms."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.planning.arrays import FloatArray, IntArray

NEVER_HELD = -1
"""In ``Offers.hold_until``: blocked lots of this system leave at once with their refund."""


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
