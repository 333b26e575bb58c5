"""One loop for all back ends: hand out jobs, try again what was lost, keep the order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from typing import TypeVar, cast

from narrows.executors.crew import Crew
from narrows.executors.errors import JobError, fault
from narrows.executors.job import Job, check_keys, packed
from narrows.executors.limits import Limits
from narrows.executors.outcome import Cause, Done, Failure, Outcome, Run
from narrows.executors.reply import Bug, Reply

T = TypeVar("T")
LOOK_S = 1.0
"""Longest wait before the time limits of running jobs are looked at again."""


def drive(crew: Crew, jobs: Sequence[Job[T]], limits: Limits) -> Run[T]:
    """Run jobs with a crew.

    Raises
    ------
    InputError
        Too many jobs, a key twice, or a job that no worker could read.
    JobError
        A job holds a bug.
    """
    if len(jobs) > limits.jobs:
        mend = f"split them; at most {limits.jobs} are allowed"
        raise fault("jobs", "too many jobs", mend, len(jobs))
    check_keys(jobs)
    book = _Book(jobs, limits)
    with crew:
        while book.is_open:
            for ticket in book.next_tickets(crew.free()):
                crew.start(ticket, packed(jobs[ticket]))
            for ticket, reply in crew.wait(LOOK_S):
                book.note(ticket, reply)
            for ticket in book.overrun():
                crew.stop(ticket)
                reason = f"longer than {limits.seconds:g} s"
                book.note(ticket, Reply(cause=Cause.OVERRAN, reason=reason))
    return Run(outcomes=tuple(cast("list[Outcome[T]]", book.outcomes)))


class _Book:
    """Who waits, who runs since when, and what is known. A ticket is a job's place."""

    def __init__(self, jobs: Sequence[Job[object]], limits: Limits) -> None:
        self._jobs, self._limits = jobs, limits
        self._waiting = deque(range(len(jobs)))
        self._began: dict[int, float] = {}
        self._tries = [0] * len(jobs)
        self.outcomes: list[Outcome[object] | None] = [None] * len(jobs)

    @property
    def is_open(self) -> bool:
        return bool(self._waiting or self._began)

    def next_tickets(self, places: int) -> list[int]:
        """Take jobs off the queue for free places."""
        taken = [self._waiting.popleft() for _ in range(min(places, len(self._waiting)))]
        for ticket in taken:
            self._tries[ticket] += 1
            self._began[ticket] = time.monotonic()
        return taken

    def overrun(self) -> list[int]:
        """Return the tickets whose time has run out."""
        latest = time.monotonic() - self._limits.seconds
        return [ticket for ticket, began in self._began.items() if began < latest]

    def note(self, ticket: int, reply: Reply | Bug) -> None:
        """Keep a result, try again, or give the job up."""
        key, tries = self._jobs[ticket].key, self._tries[ticket]
        del self._began[ticket]
        if isinstance(reply, Bug):
            raise JobError(key, reply.reason)
        if reply.cause is None:
            self.outcomes[ticket] = Done(key=key, value=reply.value, tries=tries)
        elif reply.cause is Cause.RAISED or tries >= self._limits.tries:
            self.outcomes[ticket] = Failure(
                key=key, cause=reply.cause, reason=reply.reason, tries=tries
            )
        else:
            self._waiting.append(ticket)
