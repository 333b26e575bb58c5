"""What a seller may ship under a cap that counts its sales elsewhere: arithmetic on drawn paths.

Arrays have shape ``(paths, quarters)`` and hold chips since the first quarter began.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Drawn inputs of one seller, chips a quarter of shape ``(paths,)``; ``ratio`` is the cap."""

    ratio: float
    stock: FloatArray
    production: FloatArray
    us_sales: FloatArray
    us_decline: FloatArray
    other_sales: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipments:
    """What bounds shipments under the cap, what is shipped, and what stays."""

    headroom: FloatArray
    spare: FloatArray
    shipped: FloatArray
    left: FloatArray


def us_sold(flows: Flows, quarters: int) -> FloatArray:
    """Return cumulative sales in the United States: a flow that shrinks by a share a quarter."""
    kept = (1.0 - flows.us_decline)[:, None] ** np.arange(quarters)
    sold: FloatArray = np.cumsum(flows.us_sales[:, None] * kept, axis=1)
    return sold


def cap_headroom(flows: Flows, quarters: int) -> FloatArray:
    """Return how much may have been shipped: the ratio of what the United States bought so far."""
    return flows.ratio * us_sold(flows, quarters)


def unsold(flows: Flows, quarters: int) -> FloatArray:
    """Return stock and production less all sales outside the cap; none is sold short."""
    made = flows.stock[:, None] + np.outer(flows.production, np.arange(1, quarters + 1))
    other = np.outer(flows.other_sales, np.arange(1, quarters + 1))
    left: FloatArray = np.maximum(made - us_sold(flows, quarters) - other, 0.0)
    return left


def ship(flows: Flows, through_gates: FloatArray) -> Shipments:
    """Return the most that can be shipped by each quarter.

    The gates let through ``through_gates``, the cap leaves its headroom, and what later sales at
    home will need is kept back, since the exporter certifies that home supply comes first.
    """
    quarters = through_gates.shape[1]
    headroom, left = cap_headroom(flows, quarters), unsold(flows, quarters)
    spare = np.minimum.accumulate(left[:, ::-1], axis=1)[:, ::-1]
    shipped = np.minimum(np.minimum(through_gates, headroom), spare)
    return Shipments(headroom=headroom, spare=spare, shipped=shipped, left=left - shipped)


def share_out(total: float, wants: FloatArray, ceiling: float = np.inf) -> FloatArray:
    """Return each customer's part of a total, in proportion to wants, none beyond want or ceiling.

    What a ceiling frees goes to the others in the same proportion.
    """
    limits = np.minimum(wants, ceiling)
    given = np.zeros(len(wants))
    for _ in range(len(wants)):
        open_to = limits - given > 0.0
        rest = total - given.sum()
        if rest <= 0.0 or not open_to.any():
            break
        weights = np.where(open_to, wants, 0.0)
        given = np.minimum(given + rest * weights / weights.sum(), limits)
    return given
