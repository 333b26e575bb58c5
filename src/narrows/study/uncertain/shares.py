"""Least cost under each domestic share of a grid, walking up from none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from narrows.planning import NoPlanError, Optimum, optimum, shares_hold
from narrows.study.bridge.variants import share_weight, with_share
from narrows.study.schema import ShareBasis
from narrows.study.uncertain.world import Drawn

FloatArray = npt.NDArray[np.float64]


def costs_by_share(
    drawn: Drawn, basis: ShareBasis, grid: Sequence[float], *, base: Optimum
) -> list[float | None]:
    """Return the cost at each share of an increasing grid; ``None`` where no plan exists.

    A plan that keeps the next share by itself is the optimum under it and is not solved again;
    where one share leaves no plan, a larger one leaves none either.
    """
    weight = share_weight(drawn.facts, drawn.offers, basis)
    last: Optimum | None = base
    costs: list[float | None] = []
    for share in grid:
        if last is not None:
            last = _next(drawn, weight, share, last)
        costs.append(None if last is None else last.cost)
    return costs


def _next(drawn: Drawn, weight: FloatArray, share: float, last: Optimum) -> Optimum | None:
    problem = with_share(drawn.problem, drawn.offers, weight, share)
    if shares_hold(problem, last.orders):
        return last
    try:
        return optimum(problem, last.basis)
    except NoPlanError:
        return None
