"""Several worker processes on this machine, each replaced when it dies."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Self, TypeVar

from narrows.executors.crew import Ended
from narrows.executors.drive import drive
from narrows.executors.errors import ExecutorError, fault
from narrows.executors.job import Job
from narrows.executors.limits import TRIES, WORKERS_MAX, Limits
from narrows.executors.outcome import Cause, Run
from narrows.executors.reply import Bug, Reply, unpacked
from narrows.executors.worker import READY, one_thread_each, serve

T = TypeVar("T")
PYTHON_ERROR = 1
"""Exit status of an interpreter whose code raised; a signal gives a negative one."""
GRACE_S = 5.0
"""A process whose pipe is closed has this long to end by itself and show its own exit status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processes:
    """Runs jobs in spawned processes of one solver thread each.

    A script that uses this needs ``if __name__ == "__main__":`` around its first call, because
    each worker imports the script afresh.
    """

    workers: int

    def __post_init__(self) -> None:
        if not 1 <= self.workers <= WORKERS_MAX:
            mend = f"give 1 to {WORKERS_MAX}"
            raise fault("workers", "not a number of worker processes", mend, self.workers)

    def run(self, jobs: Sequence[Job[T]], limits: Limits | None = None) -> Run[T]:
        """Run jobs; see :class:`narrows.executors.Executor`."""
        return drive(_Pool(min(self.workers, len(jobs))), jobs, limits or Limits())


class _Worker:
    """One process, its pipe, and the ticket that it works on."""

    def __init__(self) -> None:
        ours, theirs = multiprocessing.Pipe()
        spawn = multiprocessing.get_context("spawn")
        self.pipe: Connection = ours
        self.process = spawn.Process(target=serve, args=(theirs,), daemon=True)
        with one_thread_each():
            self.process.start()
        theirs.close()
        self.ready = False
        self.ticket: int | None = None

    @property
    def is_free(self) -> bool:
        return self.ready and self.ticket is None

    def hear(self) -> bytes | None:
        """Return what the worker says; ``None`` if it is dead."""
        try:
            return self.pipe.recv_bytes()
        except (EOFError, OSError):
            return None

    def give(self, ticket: int, payload: bytes) -> None:
        """Send a job; if the worker has just died, the next wait finds out."""
        self.ticket = ticket
        try:
            self.pipe.send_bytes(payload)
        except OSError:
            return

    def end(self) -> int | None:
        """End the process and return its exit status."""
        self.process.kill()
        self.process.join()
        self.pipe.close()
        return self.process.exitcode


class _Pool:
    """A fixed number of workers. Each has its own pipe, so a death costs one try of one job."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._workers: list[_Worker] = []
        self._stillborn = 0

    def __enter__(self) -> Self:
        self._workers = [_Worker() for _ in range(self._size)]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.end()

    def free(self) -> int:
        return sum(worker.is_free for worker in self._workers)

    def start(self, ticket: int, payload: bytes) -> None:
        next(worker for worker in self._workers if worker.is_free).give(ticket, payload)

    def wait(self, seconds: float) -> list[Ended]:
        speaking = wait([worker.pipe for worker in self._workers], timeout=seconds)
        heard = [worker for worker in self._workers if worker.pipe in speaking]
        return [ended for worker in heard if (ended := self._listen(worker)) is not None]

    def stop(self, ticket: int) -> None:
        worker = next(worker for worker in self._workers if worker.ticket == ticket)
        worker.end()
        self._replace(worker)

    def _listen(self, worker: _Worker) -> Ended | None:
        said, ticket = worker.hear(), worker.ticket
        if said is None:
            return self._bury(worker)
        if ticket is None:
            worker.ready, self._stillborn = said == READY, 0
            return None
        worker.ticket = None
        return ticket, unpacked(said)

    def _bury(self, worker: _Worker) -> Ended | None:
        """Replace a dead worker and tell what became of its job."""
        worker.process.join(GRACE_S)
        status = worker.end()
        if not worker.ready:
            self._count_stillborn(status)
        self._replace(worker)
        if worker.ticket is None:
            return None
        if status == PYTHON_ERROR:
            return worker.ticket, Bug(reason="its traceback is on standard error")
        return worker.ticket, Reply(
            cause=Cause.GONE, reason=f"its worker ended with status {status}"
        )

    def _count_stillborn(self, status: int | None) -> None:
        self._stillborn += 1
        if self._stillborn < TRIES:
            return
        raise ExecutorError(
            f"worker processes end before they begin (exit status {status})",
            'put the call under `if __name__ == "__main__":`, or use the serial executor',
        )

    def _replace(self, worker: _Worker) -> None:
        self._workers[self._workers.index(worker)] = _Worker()
