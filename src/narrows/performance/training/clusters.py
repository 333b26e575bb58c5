"""Whole runs on clusters of many sizes: the smallest in time, and those that no other beats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from narrows.core import Estimate, RefusalError
from narrows.performance.calibration import Calibration
from narrows.performance.hardware import Hardware
from narrows.performance.shape import Shape
from narrows.performance.training.job import Cluster, Job
from narrows.performance.training.pareto import pareto_rows
from narrows.performance.training.predict import TrainingPrediction
from narrows.performance.training.search import search
from narrows.performance.training.space import Space
from narrows.performance.training.whole_run import WholeRun, whole_run

SERVER_PACKAGES = 8
"""Clusters grow by whole servers of this many packages."""
STEPS_AN_OCTAVE = 8
"""Sizes tried between one and twice as much: the smallest is known to an eighth."""
CHIPS_MAX = 1_048_576
"""A million chips in one job: ten times the largest that was ever reported."""
HOURS_A_DAY = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRun:
    """A whole run on one cluster with its fastest layout."""

    system: str
    cluster: Cluster
    plan: TrainingPrediction
    run: WholeRun
    cost: Estimate | None
    """Price of the chip-hours; ``None`` without a price."""

    @property
    def chips(self) -> int:
        """Packages of the cluster."""
        return self.cluster.chips

    @property
    def chip_hours(self) -> float:
        """Packages times hours, by the median."""
        return self.chips * self.run.days.p50 * HOURS_A_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRuns:
    """Runs in order of size, and why other sizes have none."""

    system: str
    runs: tuple[ClusterRun, ...]
    refused: tuple[tuple[int, str], ...]
    """Chips and reason."""

    @property
    def tried(self) -> int:
        """Packages of the largest cluster that was tried."""
        return max((*(each.chips for each in self.runs), *(chips for chips, _ in self.refused)))

    def smallest(self, days: float) -> ClusterRun | None:
        """Return the smallest cluster that is in time by the median, if any is."""
        return next((each for each in self.runs if each.run.days.p50 <= days), None)

    def smallest_surely(self, days: float) -> ClusterRun | None:
        """Return the smallest cluster that is in time by the 95th percentile, if any is."""
        return next((each for each in self.runs if each.run.days.p95 <= days), None)


def cluster_sizes(at_most: int) -> tuple[int, ...]:
    """Return sizes to try: whole servers, :data:`STEPS_AN_OCTAVE` to each doubling.

    Raises
    ------
    RefusalError
        Not even one server is allowed, or more than :data:`CHIPS_MAX` chips.
    """
    if not SERVER_PACKAGES <= at_most <= CHIPS_MAX:
        raise RefusalError(
            f"{at_most:,} chips is no cluster", (f"{SERVER_PACKAGES} to {CHIPS_MAX:,} chips",)
        )
    servers = at_most // SERVER_PACKAGES
    few = range(1, min(servers, 2 * STEPS_AN_OCTAVE - 1) + 1)
    more = [
        step << octave
        for octave in range(1, servers.bit_length())
        for step in range(STEPS_AN_OCTAVE, 2 * STEPS_AN_OCTAVE)
    ]
    return tuple(SERVER_PACKAGES * each for each in (*few, *more) if each <= servers)


def cluster_runs(
    shape: Shape,
    hardware: Hardware,
    *,
    system: str,
    job: Job,
    tokens: float,
    sizes: Sequence[int],
    chip_hour_price: float | None = None,
    space: Space | None = None,
    calibration: Calibration | None = None,
) -> ClusterRuns:
    """Return the whole run on every size (packages) on which a layout fits.

    ``tokens`` are the run's; ``chip_hour_price`` is the whole cost of one package for an hour.

    Raises
    ------
    RefusalError
        The chip's rate at the job's precision is not published.
    """
    hardware.peak(job.precision)
    runs: list[ClusterRun] = []
    refused: list[tuple[int, str]] = []
    for chips in sorted(sizes):
        cluster = Cluster(hardware=hardware, chips=chips)
        try:
            found = search(shape, cluster, job=job, space=space, top=1, calibration=calibration)
        except RefusalError as error:
            refused.append((chips, error.reason))
            continue
        run = whole_run(found.ranked[0], cluster, job=job, tokens=tokens)
        runs.append(
            ClusterRun(
                system=system,
                cluster=cluster,
                plan=found.ranked[0],
                run=run,
                cost=_cost(run, chips, chip_hour_price),
            )
        )
    return ClusterRuns(system=system, runs=tuple(runs), refused=tuple(refused))


def _cost(run: WholeRun, chips: int, chip_hour_price: float | None) -> Estimate | None:
    if chip_hour_price is None:
        return None
    return run.days.scaled(chips * HOURS_A_DAY * chip_hour_price, "money")


def unbeaten(runs: Sequence[ClusterRun]) -> tuple[ClusterRun, ...]:
    """Return the runs that no other beats on days, on cost and on memory at once.

    Without prices chip-hours stand for cost, which compares clusters of one system only.
    """
    if not runs:
        return ()
    spent = [each.chip_hours if each.cost is None else each.cost.p50 for each in runs]
    rows = pareto_rows(
        np.array([each.run.days.p50 for each in runs]),
        np.array(spent),
        np.array([each.plan.peak_mem_gib.p50 for each in runs]),
    )
    return tuple(runs[int(row)] for row in np.sort(rows))
