"""A look ahead of a few quarters, with known cuts as the value of what comes after."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.planning.errors import fault
from narrows.planning.policy.cuts import Cuts
from narrows.planning.policy.graph import PolicyGraph


@dataclass(frozen=True, kw_only=True, eq=False)
class Ahead:
    """How far to look, and the cuts for the rest.

    Attributes
    ----------
    quarters
        Quarters that are planned anew, from 1.
    cuts
        By quarter and regime for the whole horizon, as in a :class:`Policy`; see
        :func:`narrows.planning.carried_cuts`.
    """

    quarters: int
    cuts: tuple[tuple[Cuts, ...], ...]

    def check(self, graph: PolicyGraph) -> None:
        """Raise where this is not the end value of a graph."""
        if not 1 <= self.quarters <= graph.n_stages:
            mend = f"give 1 to {graph.n_stages}"
            raise fault("ahead.quarters", "is outside the horizon", mend, self.quarters)
        places = [1, *[len(graph.regimes)] * (graph.n_stages - 1)]
        if [len(stage) for stage in self.cuts] != places:
            mend = "carry them over from a policy of the quarter before"
            raise fault("ahead.cuts", "are not those of this graph's quarters and regimes", mend)
