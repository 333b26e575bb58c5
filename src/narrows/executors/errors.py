"""Errors of the executors: jobs that cannot be run at all, and jobs that hold a bug."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.core import InputError, NarrowsError


@dataclass
class ExecutorError(NarrowsError):
    """The machines, not the jobs, stand in the way: nothing can be computed here."""

    problem: str
    mend: str

    def __str__(self) -> str:
        return f"{self.problem}; {self.mend}"


@dataclass
class JobError(NarrowsError):
    """A job ended in an error that is no answer (a bug), so the whole run stops."""

    key: str
    reason: str

    def __str__(self) -> str:
        return f"job {self.key!r} holds a bug: {self.reason}; run it with the serial executor"


fault = InputError.of_field
"""The error that points at one field of a job or a limit."""
