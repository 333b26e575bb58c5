"""An executor from what a person writes: a name, a number of workers, an address."""

from __future__ import annotations

from enum import StrEnum

from narrows.executors.errors import fault
from narrows.executors.executor import Executor
from narrows.executors.processes import Processes
from narrows.executors.ray_cluster import RayCluster
from narrows.executors.serial import Serial


class Backend(StrEnum):
    """Where jobs run."""

    SERIAL = "serial"
    PROCESSES = "processes"
    RAY = "ray"


def choose_executor(
    backend: Backend, *, workers: int | None = None, ray_address: str | None = None
) -> Executor:
    """Return an executor.

    Raises
    ------
    InputError
        The choice does not use something that was given, or lacks something that it needs.
    """
    if ray_address is not None and backend is not Backend.RAY:
        mend = "choose ray, or leave the address out"
        raise fault("ray_address", f"the {backend} executor has no address", mend, ray_address)
    match backend:
        case Backend.RAY:
            return RayCluster(address=ray_address, workers=workers)
        case Backend.PROCESSES:
            if workers is None:
                raise fault("workers", "how many processes is not said", "give a number")
            return Processes(workers=workers)
        case Backend.SERIAL:
            if workers is not None:
                mend = "choose processes or ray, or leave the number out"
                raise fault("workers", "the serial executor has no workers", mend, workers)
            return Serial()
