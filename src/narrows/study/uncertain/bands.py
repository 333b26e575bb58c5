"""Intervals of what-ifs: the same question put to a few seeded draws of the uncertain inputs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from narrows.planning import NoPlanError, Optimum, optimum
from narrows.planning.lp import Basis
from narrows.study.schema import ShareBasis
from narrows.study.uncertain.shares import costs_by_share
from narrows.study.uncertain.world import Quantiles, World

DRAWS = 19
"""Whatever the distribution, the next draw falls between the least and the greatest of n with
chance (n - 1) / (n + 1): 90 % for 19, which is what an interval from p05 to p95 claims. Each draw
re-solves the plan, and a study has seconds, not minutes."""
SEED = 20260123
"""Equal input gives equal bytes."""
_PLACES: Mapping[str, int] = MappingProxyType({"p05": 0, "p50": DRAWS // 2, "p95": DRAWS - 1})
"""Place of a quantile among the sorted draws: the i-th of n stands at i / (n + 1)."""

Key = tuple[ShareBasis, float]
Interval = Mapping[str, float | None]
"""``p05``, ``p50``, ``p95``; ``None`` where so many draws leave no plan."""


@dataclass(frozen=True, slots=True)
class ShareBand:
    """Cost and change of cost under one share.

    Attributes
    ----------
    middle_change
        The change with every input at its middle value, on the tree of the draws, to be held
        against that on the plan's own tree; ``None`` where no plan exists.
    """

    cost: Interval
    change: Interval
    middle_change: float | None


def share_bands(
    world: World, bases: Sequence[ShareBasis], grid: Sequence[float]
) -> dict[Key, ShareBand]:
    """Return the band of each share on each basis.

    Parameters
    ----------
    grid
        Shares in increasing order.
    """
    middle = _costs(world, {}, bases, grid, None)
    draws = [_costs(world, one, bases, grid, middle.basis) for one in outer_draws(world)]
    return {
        key: ShareBand(
            cost=_interval([one.cost(key) for one in draws]),
            change=_interval([one.change(key) for one in draws]),
            middle_change=_known(middle.change(key)),
        )
        for key in middle.by_key
    }


def outer_draws(world: World) -> list[Quantiles]:
    """Return the quantile of each input in each draw; inputs are independent of one another."""
    inputs = world.inputs
    drawn = np.random.default_rng(SEED).uniform(size=(DRAWS, len(inputs)))
    return [dict(zip(inputs, row.tolist(), strict=True)) for row in drawn]


@dataclass(frozen=True, slots=True)
class _Costs:
    """Costs of one draw: without a share, and under each; infinite where no plan exists."""

    base: float
    by_key: Mapping[Key, float]
    basis: Basis | None

    def cost(self, key: Key) -> float:
        return self.by_key[key]

    def change(self, key: Key) -> float:
        """Return cost over cost without a share, less one; infinite without a plan."""
        return math.inf if math.isinf(self.base) else self.by_key[key] / self.base - 1.0


def _costs(
    world: World,
    quantiles: Quantiles,
    bases: Sequence[ShareBasis],
    grid: Sequence[float],
    start: Basis | None,
) -> _Costs:
    drawn = world.at(quantiles)
    keys = [(basis, share) for basis in bases for share in grid]
    try:
        base: Optimum = optimum(drawn.problem, start)
    except NoPlanError:
        return _Costs(math.inf, dict.fromkeys(keys, math.inf), start)
    found = [cost for basis in bases for cost in costs_by_share(drawn, basis, grid, base=base)]
    costs = (math.inf if cost is None else cost for cost in found)
    return _Costs(base.cost, dict(zip(keys, costs, strict=True)), base.basis)


def _interval(values: Sequence[float]) -> Interval:
    ordered = sorted(values)
    return {name: _known(ordered[place]) for name, place in _PLACES.items()}


def _known(value: float) -> float | None:
    return None if math.isinf(value) else value
