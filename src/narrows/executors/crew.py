"""What a back end must offer: places for jobs, and news of how they end."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from narrows.executors.reply import Bug, Reply

Ended: TypeAlias = tuple[int, Reply | Bug]
"""The ticket of a try and how it ended."""


class Crew(Protocol):
    """Workers for one run. Knows nothing of retries, order or limits."""

    def __enter__(self) -> Self:
        """Start."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all workers, whatever they are doing."""

    def free(self) -> int:
        """Return how many tries may start now."""

    def start(self, ticket: int, payload: bytes) -> None:
        """Start a try."""

    def wait(self, seconds: float) -> Sequence[Ended]:
        """Return the tries that ended, after at most this long if none does."""

    def stop(self, ticket: int) -> None:
        """Abandon a try; no news of it comes any more."""
