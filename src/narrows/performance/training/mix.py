"""The cheapest mix of clusters on which several equal runs end by a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from narrows.core import RefusalError
from narrows.performance.arrays import Array
from narrows.performance.training.clusters import ClusterRun

RUNS_MAX = 10_000
"""More equal runs than this are a throughput; divide tokens by days instead."""
SECONDS_MAX = 20.0
"""A mix has a few dozen whole numbers; a solver that needs longer has met a degenerate question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixPart:
    """Equal clusters and the runs that they do one after another."""

    option: ClusterRun
    clusters: int
    runs: int

    @property
    def chips(self) -> int:
        """Packages of all clusters of the part."""
        return self.clusters * self.option.chips


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Clusters that finish every run in time at the least cost."""

    parts: tuple[MixPart, ...]
    cost: float
    """Price of the chip-hours by the medians."""


def cheapest_mix(
    options: Sequence[ClusterRun],
    *,
    runs: int,
    days: float,
    at_most: Mapping[str, int],
) -> Mix:
    """Return the cheapest clusters that finish ``runs`` equal runs within ``days``.

    One run stays on one cluster; a cluster does as many runs, one after another, as fit the days
    by the 95th percentile of a run. ``at_most`` bounds the packages by system. Cost is that of the
    hours in use; among equals fewer chips win.

    Raises
    ------
    RefusalError
        No option has a price, or the packages do not finish that many runs; the error says how
        many they do finish.
    """
    if not 1 <= runs <= RUNS_MAX:
        raise RefusalError(f"{runs:,} runs are no mix", (f"1 to {RUNS_MAX:,} runs",))
    usable = [each for each in options if each.cost is not None and each.run.days.p95 <= days]
    if not usable:
        raise RefusalError(
            f"no cluster with a price surely ends one run in {days:g} days",
            ("more chips", "more days", "prices"),
        )
    fits = np.array([floor(days / each.run.days.p95) for each in usable])
    cost = np.array([each.cost.p50 for each in usable if each.cost is not None])
    chips = np.array([each.chips for each in usable])
    owned, limits = _systems(usable, at_most)
    found = _solve(fits, cost, chips, owned, limits, runs)
    if found is None:
        most = _most(fits, chips, owned, limits)
        raise RefusalError(
            f"the chips surely end {most:,} of {runs:,} runs in {days:g} days",
            ("more chips", "more days"),
        )
    parts = tuple(
        MixPart(option=option, clusters=int(clusters), runs=int(done))
        for option, clusters, done in zip(usable, *found, strict=True)
        if done > 0
    )
    return Mix(parts=parts, cost=float(cost @ found[1]))


def _systems(usable: Sequence[ClusterRun], at_most: Mapping[str, int]) -> tuple[csr_array, Array]:
    """Return which option is of which system, shape ``(systems, options)``, and their bounds."""
    names = list(dict.fromkeys(each.system for each in usable))
    owned = np.array([[float(each.system == name) for each in usable] for name in names])
    return csr_array(owned), np.array([float(at_most[name]) for name in names])


def _solve(
    fits: Array, cost: Array, chips: Array, owned: csr_array, limits: Array, runs: int
) -> tuple[Array, Array] | None:
    """Return clusters and runs by option, whole numbers, or nothing where there are too few chips.

    ``min c r`` subject to ``sum r = runs``, ``r_o <= fits_o n_o``, ``sum_o chips_o n_o <= limit``.
    """
    count = len(fits)
    none, each = csr_array((1, count)), csr_array(np.eye(count))
    tie = cost.min() / (chips.max() * runs * count * 1e6)
    answer = milp(
        np.concatenate([tie * chips, cost]),
        integrality=np.ones(2 * count, dtype=np.int64),
        bounds=Bounds(0.0, float(runs)),
        constraints=[
            LinearConstraint(hstack([none, csr_array(np.ones((1, count)))]), runs, runs),
            LinearConstraint(hstack([csr_array(np.diag(-fits)), each]), -np.inf, 0.0),
            LinearConstraint(
                hstack([owned * chips[None, :], csr_array(owned.shape)]), -np.inf, limits
            ),
        ],
        options={"time_limit": SECONDS_MAX},
    )
    if answer.x is None:
        return None
    whole = np.round(answer.x)
    return whole[:count], whole[count:]


def _most(fits: Array, chips: Array, owned: csr_array, limits: Array) -> int:
    """Return how many runs the chips do end: whole clusters, as many as each system holds."""
    answer = milp(
        -fits,
        integrality=np.ones(len(fits), dtype=np.int64),
        bounds=Bounds(0.0, RUNS_MAX),
        constraints=[LinearConstraint(owned * chips[None, :], -np.inf, limits)],
        options={"time_limit": SECONDS_MAX},
    )
    return 0 if answer.x is None else round(float(fits @ np.round(answer.x)))
