"""A whole training run: days, goodput and energy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil

from narrows.catalog import data_root
from narrows.core import STRICT, Estimate, Grade, read_record
from narrows.performance.goodput import Reliability
from narrows.performance.training.job import Cluster, Job
from narrows.performance.training.predict import TrainingPrediction

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """How clusters fail and draw power; first guesses with their sources."""

    __pydantic_config__ = STRICT

    failures_per_chip_day: float
    checkpoint_write_s: float
    restart_s: float
    pue: float
    host_power_share: float
    """Host, network and fans over the chips' own power."""
    sources: tuple[str, ...]
    grade: Grade

    @property
    def reliability(self) -> Reliability:
        """The failure part."""
        return Reliability(
            failures_per_chip_day=self.failures_per_chip_day,
            checkpoint_write_s=self.checkpoint_write_s,
            restart_s=self.restart_s,
        )


@cache
def operation() -> Operation:
    """Return the packaged assumptions on failures and power."""
    return read_record(data_root() / "performance" / "operation.yaml", Operation)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRun:
    """What a run of many tokens takes on a cluster."""

    days: Estimate
    goodput: float
    """Useful over elapsed time at the best checkpoint interval."""
    energy_mwh: float | None
    """``None`` where the chip's power is not published."""


def whole_run(
    prediction: TrainingPrediction,
    cluster: Cluster,
    *,
    job: Job,
    tokens: float,
    assumed: Operation | None = None,
) -> WholeRun:
    """Return days, goodput and energy of training on ``tokens`` tokens."""
    used = assumed or operation()
    goodput = used.reliability.goodput(cluster.chips)
    steps = ceil(tokens / job.tokens)
    days = prediction.step_s.scaled(steps / goodput / DAY_S, "day")
    return WholeRun(days=days, goodput=goodput, energy_mwh=_energy_mwh(cluster, days.p50, used))


def _energy_mwh(cluster: Cluster, days: float, used: Operation) -> float | None:
    """Return chips at their power limit, where training holds them, with host share and PUE."""
    power_w = cluster.hardware.power_w
    if power_w is None:
        return None
    site_w = power_w * cluster.devices * (1.0 + used.host_power_share) * used.pue
    return site_w * days * 24.0 / 1e6
