"""Intervals of what-ifs: the same question put to a few seeded draws of the uncertain inputs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from narrows.core import Message
from narrows.executors import Executor, Job, reweighted
from narrows.study.schema import ShareBasis
from narrows.study.uncertain.shares import Key, share_costs, share_question
from narrows.study.uncertain.world import Quantiles, World

DRAWS = 19
"""Whatever the distribution, the next draw falls between the least and the greatest of n with
chance (n - 1) / (n + 1): 90 % for 19, which is what an interval from p05 to p95 claims. Each draw
re-solves the plan, and a study has seconds, not minutes."""
SEED = 20260123
"""Equal input gives equal bytes."""
QUANTILES = ("p05", "p50", "p95")

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


@dataclass(frozen=True, slots=True)
class ShareBands:
    """The bands by basis and share, and on how many draws they rest.

    ``statement`` says which draws have no result, ``None`` where all have.
    """

    by_key: Mapping[Key, ShareBand]
    draws: int
    statement: Message | None

    @property
    def coverage(self) -> float:
        """Chance that a further draw falls between the least and the greatest of the draws."""
        return (self.draws - 1) / (self.draws + 1)


def share_bands(
    world: World, bases: Sequence[ShareBasis], grid: Sequence[float], executor: Executor
) -> ShareBands:
    """Return the band of each share on each basis, one job a draw.

    Parameters
    ----------
    grid
        Shares in increasing order.

    Raises
    ------
    RefusalError
        No draw has a result.
    """
    middle = share_costs(share_question(world.at({}), bases), grid, None)
    jobs = [
        Job(
            key=f"draw {number}",
            work=share_costs,
            arguments=(share_question(world.at(one), bases), tuple(grid), middle.basis),
        )
        for number, one in enumerate(outer_draws(world), start=1)
    ]
    run = executor.run(jobs)
    # All draws weigh alike, so those with a result carry the weight of the others by their number.
    weighed = reweighted(run, np.full(len(jobs), 1.0 / len(jobs)))
    draws = [one.value for one in run.done]
    by_key = {
        key: ShareBand(
            cost=_interval([one.cost(key) for one in draws]),
            change=_interval([one.change(key) for one in draws]),
            middle_change=_known(middle.change(key)),
        )
        for key in middle.by_key
    }
    return ShareBands(by_key, len(draws), weighed.statement)


def outer_draws(world: World) -> list[Quantiles]:
    """Return the quantile of each input in each draw; inputs are independent of one another."""
    inputs = world.inputs
    drawn = np.random.default_rng(SEED).uniform(size=(DRAWS, len(inputs)))
    return [dict(zip(inputs, row.tolist(), strict=True)) for row in drawn]


def _interval(values: Sequence[float]) -> Interval:
    """Least, middle and greatest; with fewer draws they cover less, and ``coverage`` says so."""
    ordered = sorted(values)
    middle = (len(ordered) - 1) // 2
    found = zip(QUANTILES, (ordered[0], ordered[middle], ordered[-1]), strict=True)
    return {name: _known(value) for name, value in found}


def _known(value: float) -> float | None:
    return None if math.isinf(value) else value
