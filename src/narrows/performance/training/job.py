"""What is asked: on which devices, how many, and what a step trains on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from narrows.core import RefusalError
from narrows.performance.arrays import xp
from narrows.performance.constants import Setting
from narrows.performance.hardware import Device, Hardware, Precision, device
from narrows.performance.software import Generation, generation
from narrows.performance.training.strategy import Workload, workload

DEFAULT_SOFTWARE = {"ascend-910": "mindspeed-2025"}
"""Current software by chip family; every other family runs :data:`CURRENT_SOFTWARE`."""
CURRENT_SOFTWARE = "megatron-core-2026b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Chips of one kind, counted as packages."""

    hardware: Hardware
    chips: int

    @property
    def devices(self) -> int:
        """What software schedules on: two a package where dies are addressed apart."""
        return self.chips * self.hardware.devices_per_package


class Reduction(StrEnum):
    """Who adds in an all-reduce."""

    RANKS = "ranks"
    """The devices, around rings and trees, as the calibration saw it."""
    SWITCH = "switch"
    """The scale-up switch, where that is quicker; its rate is measured, the runs of the fit do not
    say whether they used it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One training step: sequence length in tokens, batch in sequences."""

    sequence: int
    batch: int
    precision: Precision = Precision.BF16
    software: str | None = None
    """Id of a software generation; ``None`` takes the current one for the chips."""
    trained_share: float = 1.0
    reduction: Reduction = Reduction.RANKS

    @property
    def tokens(self) -> int:
        """Tokens of a step."""
        return self.sequence * self.batch


def software_of(cluster: Cluster, job: Job) -> Generation:
    """Return the generation of software that a job runs under."""
    family = cluster.hardware.family
    return generation(job.software or DEFAULT_SOFTWARE.get(family, CURRENT_SOFTWARE))


def setting_of(cluster: Cluster, job: Job) -> Setting:
    """Return the levels that choose the efficiency constants."""
    return Setting(cluster.hardware.family, software_of(cluster, job).level, str(job.precision))


def device_of(cluster: Cluster, job: Job) -> Device:
    """Return the device's numbers at the job's precision.

    Raises
    ------
    RefusalError
        The switch is to add, and is not known to; or the chip has no such precision.
    """
    asked = device(cluster.hardware, job.precision)
    if job.reduction is Reduction.RANKS:
        return asked
    rate = cluster.hardware.switch_bytes_per_s
    if rate is None:
        raise RefusalError(
            f"the switch of {cluster.hardware.chip_id} is not known to add",
            ("a measured all-reduce in the switch",),
        )
    return replace(asked, switch_bytes_per_s=xp.array(rate))


def workload_of(cluster: Cluster, job: Job) -> Workload:
    """Return the job as the formulas see it.

    Raises
    ------
    RefusalError
        The job has no tokens.
    """
    if job.sequence < 1 or job.batch < 1:
        raise RefusalError("a step needs at least one token", ("sequence", "batch"))
    return workload(
        job.sequence,
        job.batch,
        software_of(cluster, job),
        family=cluster.hardware.family,
        trained_share=job.trained_share,
    )
