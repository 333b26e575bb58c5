"""How a pipeline moves on by one quarter and meets its gate, in state form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.affine import Affine, stack
from narrows.planning.arrays import FloatArray
from narrows.planning.parts import Offers


@dataclass(frozen=True, kw_only=True, eq=False)
class Travelled:
    """What passes the gate, is turned away, waits in bond, and is still under way."""

    passed: Affine
    turned_away: Affine
    bond: Affine
    under_way: Affine


def travel(offers: Offers, transit: Affine, order: Affine, bond: Affine) -> Travelled:
    """Move a pipeline on by a quarter.

    Parameters
    ----------
    offers
        Of one node: ``may_deliver`` has shape ``(1, K)``.
    transit
        Grid whose last axis is the quarters left until the gate, 0 = due now.
    order, bond
        Grids ``(1, K, ...)`` of what is ordered now and of what waits at the gate.
    """
    axes, last = len(order.shape), len(transit.shape) - 1
    leads = range(offers.lead.shape[1])
    entering = [order.times(_along_systems(offers.lead[:, lead], axes)) for lead in leads]
    at_gate = transit.pick(last, 0) + entering[0] + bond
    passes = _along_systems(offers.may_deliver[0], axes)
    holds = _along_systems((offers.hold_until > 0).astype(np.float64), axes)
    ahead = [transit.pick(last, lead) + entering[lead] for lead in leads[1:]]
    return Travelled(
        passed=at_gate.times(passes),
        turned_away=at_gate.times((1.0 - passes) * (1.0 - holds)),
        bond=at_gate.times((1.0 - passes) * holds),
        under_way=stack([*ahead, at_gate.times(0.0)]),
    )


def _along_systems(values: FloatArray, axes: int) -> FloatArray:
    """Shape ``(1, K, 1, ...)``."""
    return values.reshape(1, -1, *([1] * (axes - 2)))
