"""What became of each job, in the order in which the jobs were given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from narrows.core import RefusalError

T_co = TypeVar("T_co", covariant=True)
NAMED_MAX = 5
"""Failed jobs named in an error, so that it stays one readable line."""


class Cause(StrEnum):
    """Why a job has no result."""

    RAISED = "raised"
    """The function refused or failed; it would do so again."""
    SHORT = "short"
    """Memory or the file system gave out."""
    GONE = "gone"
    """The worker ended, was killed, or its machine was lost."""
    OVERRAN = "overran"
    """The time of a job ran out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Generic[T_co]):
    """A job with its result, at the given try."""

    key: str
    value: T_co
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A job without a result after its tries; ``reason`` is one line."""

    key: str
    cause: Cause
    reason: str
    tries: int


Outcome: TypeAlias = Done[T_co] | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Generic[T_co]):
    """The outcomes of a run, one for each job, in job order."""

    outcomes: tuple[Outcome[T_co], ...]

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The jobs without a result."""
        return tuple(one for one in self.outcomes if isinstance(one, Failure))

    @property
    def done(self) -> tuple[Done[T_co], ...]:
        """The jobs with a result."""
        return tuple(one for one in self.outcomes if isinstance(one, Done))

    @property
    def retried(self) -> int:
        """Tries beyond the first, over all jobs."""
        return sum(one.tries - 1 for one in self.outcomes)

    def values(self) -> tuple[T_co, ...]:
        """Return the results, for a caller that needs every one of them.

        Raises
        ------
        RefusalError
            Some jobs have none.
        """
        if not self.failures:
            return tuple(one.value for one in self.done)
        named = "; ".join(f"{one.key}: {one.reason}" for one in self.failures[:NAMED_MAX])
        count = f"{len(self.failures)} of {len(self.outcomes)} jobs have no result"
        raise RefusalError(
            f"{count} ({named})", tuple(one.key for one in self.failures[:NAMED_MAX])
        )
