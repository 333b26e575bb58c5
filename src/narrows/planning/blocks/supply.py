"""Rule 7, supply and permission to order."""

from __future__ import annotations

from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import Variables


def supply(problem: Problem, variables: Variables) -> Rows:
    """``sum over s of lot * order <= may_order * supply``."""
    offers = problem.offers
    chips = variables.order.times(offers.lot[None, :, None]).sum(2)
    limit = offers.may_order * offers.supply
    scale = offers.lot[None, :]
    return at_most("supply", chips, limit=limit, axes=("system",), unit="chips", scale=scale)
