"""Least cost under each domestic share of a grid, walking up from none: arrays alone, so a job."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.planning import NoPlanError, Optimum, Problem, optimum, relative_change, shares_hold
from narrows.planning.basis import Basis
from narrows.study.bridge.variants import domestic_mask, share_weight, with_share_of
from narrows.study.schema import ShareBasis
from narrows.study.uncertain.world import Drawn

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Key = tuple[ShareBasis, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareQuestion:
    """A problem and what its domestic shares are weighed with; it can be sent to a worker.

    Attributes
    ----------
    domestic
        ``(K,)``.
    weights
        ``(K,)`` for each basis.
    """

    problem: Problem
    domestic: BoolArray
    weights: dict[ShareBasis, FloatArray]


@dataclass(frozen=True, slots=True)
class ShareCosts:
    """Costs of one draw: without a share, and under each; infinite where no plan exists."""

    base: float
    by_key: Mapping[Key, float]
    basis: Basis | None

    def cost(self, key: Key) -> float:
        """Return the cost under a share."""
        return self.by_key[key]

    def change(self, key: Key) -> float:
        """Return cost over cost without a share, less one; infinite without a plan or a cost."""
        if math.isinf(self.base):
            return math.inf
        change = relative_change(self.by_key[key], self.base)
        return math.inf if change is None else change


def share_question(drawn: Drawn, bases: Sequence[ShareBasis]) -> ShareQuestion:
    """Return the question of a draw in arrays."""
    return ShareQuestion(
        problem=drawn.problem,
        domestic=domestic_mask(drawn.offers),
        weights={basis: share_weight(drawn.facts, drawn.offers, basis) for basis in bases},
    )


def share_costs(question: ShareQuestion, grid: Sequence[float], start: Basis | None) -> ShareCosts:
    """Return the cost of each share on each basis; ``start`` is a basis that nearly fits."""
    keys = [(basis, share) for basis in question.weights for share in grid]
    try:
        base: Optimum = optimum(question.problem, start)
    except NoPlanError:
        return ShareCosts(math.inf, dict.fromkeys(keys, math.inf), start)
    found = [cost for basis in question.weights
             for cost in costs_by_share(question, basis, grid, base=base)]  # fmt: skip
    costs = (math.inf if cost is None else cost for cost in found)
    return ShareCosts(base.cost, dict(zip(keys, costs, strict=True)), base.basis)


def costs_by_share(
    question: ShareQuestion, basis: ShareBasis, grid: Sequence[float], *, base: Optimum
) -> list[float | None]:
    """Return the cost at each share of an increasing grid; ``None`` where no plan exists.

    A plan that keeps the next share by itself is the optimum under it and is not solved again;
    where one share leaves no plan, a larger one leaves none either.
    """
    last: Optimum | None = base
    costs: list[float | None] = []
    for share in grid:
        if last is not None:
            last = _next(question, basis, share, last)
        costs.append(None if last is None else last.cost)
    return costs


def _next(
    question: ShareQuestion, basis: ShareBasis, share: float, last: Optimum
) -> Optimum | None:
    weight = question.weights[basis]
    problem = with_share_of(question.problem, question.domestic, weight, share)
    if shares_hold(problem, last.orders):
        return last
    try:
        return optimum(problem, last.basis)
    except NoPlanError:
        return None
