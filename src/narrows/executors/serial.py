"""Here and now, one job after another: the twin against which the others are judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

from narrows.executors.crew import Ended
from narrows.executors.drive import drive
from narrows.executors.job import Job
from narrows.executors.limits import Limits
from narrows.executors.outcome import Run
from narrows.executors.reply import attempt, unpacked

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Serial:
    """Runs jobs in this process.

    A bug is raised where it happens. A crash of native code ends this process, and a job cannot
    be interrupted: a result that comes late counts.
    """

    def run(self, jobs: Sequence[Job[T]], limits: Limits | None = None) -> Run[T]:
        """Run jobs; see :class:`narrows.executors.Executor`."""
        return drive(_OneByOne(), jobs, limits or Limits())


class _OneByOne:
    """One place, emptied at every wait. Bytes go in and out as they do elsewhere."""

    def __init__(self) -> None:
        self._held: list[tuple[int, bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._held.clear()

    def free(self) -> int:
        return 1 - len(self._held)

    def start(self, ticket: int, payload: bytes) -> None:
        self._held.append((ticket, payload))

    def wait(self, seconds: float) -> list[Ended]:  # noqa: ARG002 # nothing to wait for
        ticket, payload = self._held.pop()
        return [(ticket, unpacked(attempt(payload)))]

    def stop(self, ticket: int) -> None:
        """Nothing runs between waits."""
