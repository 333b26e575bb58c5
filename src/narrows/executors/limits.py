"""How much one run may ask for."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.executors.errors import fault

JOBS_MAX = 100_000
"""Every result is kept in memory until the run ends; a plan of realistic size takes 0.3 MB."""
SECONDS_A_JOB = 600.0
"""A hundred times the costliest job so far (a policy graph of 12 quarters takes 5 s)."""
TRIES = 3
"""A worker lost by chance is rarely lost twice; what ends three workers would end them all."""
WORKERS_MAX = 256
"""Each local worker is an interpreter of its own with some 100 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one run.

    Attributes
    ----------
    jobs
        Most jobs of a run.
    seconds
        Longest time of one try on the wall clock; the serial executor cannot interrupt a job.
    tries
        How often a job is tried where a worker is lost, time or memory runs out.
    """

    jobs: int = JOBS_MAX
    seconds: float = SECONDS_A_JOB
    tries: int = TRIES

    def __post_init__(self) -> None:
        if self.jobs < 1:
            raise fault("limits.jobs", "no job is allowed", "give at least 1", self.jobs)
        if not self.seconds > 0.0:
            raise fault("limits.seconds", "no time is allowed", "give more than 0", self.seconds)
        if self.tries < 1:
            raise fault("limits.tries", "no try is allowed", "give at least 1", self.tries)
