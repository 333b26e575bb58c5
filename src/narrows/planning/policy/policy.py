"""A trained policy as data: it is copied, kept and sent like any other record."""

from __future__ import annotations

from dataclasses import dataclass, field

from narrows.planning.arrays import FloatArray
from narrows.planning.policy.cuts import Cuts
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.shocked import shocked
from narrows.planning.policy.solver import StageSolver
from narrows.planning.policy.stage import stage_model


@dataclass(frozen=True, kw_only=True, eq=False)
class Policy:
    """A trained policy: the graph, and the cuts that stand for the cost to come.

    It holds no solver. Whoever asks it builds fresh ones (:class:`Solvers`), so the answers depend
    on the policy and the questions alone, here and in any other process.

    Attributes
    ----------
    cuts
        By quarter and regime; one entry in the first quarter, whose regime is known.
    opening
        ``(states,)`` the state before the first quarter.
    bound
        No policy costs less, in money, under the graph's measure of risk.
    bounds
        The bound after each iteration.
    cpu_s
        Of the training.
    """

    graph: PolicyGraph
    cuts: tuple[tuple[Cuts, ...], ...]
    opening: FloatArray
    bound: float
    bounds: FloatArray
    cpu_s: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Solvers:
    """The programmes of a policy, each built when it is first asked for and kept warm."""

    policy: Policy
    _built: dict[tuple[int, int], StageSolver] = field(default_factory=dict)

    def at(self, quarter: int, regime: int) -> StageSolver:
        """Return the programme of a quarter and regime; the first quarter has one regime."""
        place = (quarter, regime if quarter else 0)
        if place not in self._built:
            cuts = self.policy.cuts[quarter][place[1]]
            self._built[place] = stage_solver(self.policy.graph, quarter, regime, cuts)
        return self._built[place]


def stage_solver(graph: PolicyGraph, quarter: int, regime: int, cuts: Cuts) -> StageSolver:
    """Return a fresh programme of a quarter and regime with its cuts."""
    model = stage_model(graph, quarter, regime)
    return StageSolver(model, shocked(graph, model, quarter), cuts)
