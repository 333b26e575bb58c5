"""The one interface of scale-out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from narrows.executors.job import Job
from narrows.executors.limits import Limits
from narrows.executors.outcome import Run

T = TypeVar("T")


class Executor(Protocol):
    """Runs jobs somewhere. The somewhere changes neither results nor their order."""

    def run(self, jobs: Sequence[Job[T]], limits: Limits | None = None) -> Run[T]:
        """Return one outcome for each job, in job order.

        Raises
        ------
        InputError
            Too many jobs, a key twice, or a job that no worker could read.
        JobError
            A job holds a bug: an error other than a refusal, arithmetic or a short resource.
        ExecutorError
            No worker can be had.
        """
