"""When no plan exists: the named rules that cannot hold, in the planner's words."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.core import NarrowsError
from narrows.planning import Breach, Conflict

BREACHES_SHOWN = 3
"""One line holds about three; the first ones are the earliest."""


@dataclass
class NoPlanExistsError(NarrowsError):
    """No plan satisfies the rules of the study."""

    breaches: tuple[Breach, ...]
    held_by: tuple[str, ...]

    @staticmethod
    def of(conflict: Conflict | None) -> NoPlanExistsError:
        """Return the error for an explanation of the planner."""
        if conflict is None:
            return NoPlanExistsError((), ())
        return NoPlanExistsError(conflict.breaches, conflict.held_by)

    def __str__(self) -> str:
        said = "; ".join(_said(breach) for breach in self.breaches[:BREACHES_SHOWN])
        held = f" (held by {', '.join(self.held_by)})" if self.held_by else ""
        return f"no plan: {said or 'the rules contradict one another'}{held}; relax one of them"


def _said(breach: Breach) -> str:
    subject = f" of {', '.join(breach.subject)}" if breach.subject else ""
    return (
        f"rule {breach.rule}{subject} cannot hold in {breach.quarter} "
        f"(short by {breach.amount:.3g} {breach.unit})"
    )
