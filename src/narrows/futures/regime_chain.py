"""The chain of merged regimes of one line, with posterior draws.

The joint chain of the gates is the product of their chains: gates are taken as independent given
the intensities. Merging is exact only for a lumpable chain, so joint states are weighted by how
long each is occupied over the horizon, draw by draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.core import Gate, GateState
from narrows.futures.chains import DRAWS, GateChains, propagate
from narrows.futures.joint import joint_chain
from narrows.futures.regimes import JointState, RegimeScheme, load_regimes
from narrows.futures.states import FloatArray, IntArray

HORIZON_QUARTERS = 12
"""Horizon over which occupancy weights the merging; the planner's base horizon."""


@dataclass(frozen=True, slots=True)
class RegimeChain:
    """Merged regimes with their quarter matrices.

    Attributes
    ----------
    names
        Regime ids, ``r`` of them.
    gates
        The gates that a joint state lists.
    members
        For each regime its joint states, most occupied first.
    start
        Belief on the as-known day, shape ``(r,)``.
    mean
        Mean quarter matrix over the draws, shape ``(r, r)``.
    draws
        Quarter matrices, shape ``(draws, r, r)``.
    steps
        Matrices from quarter to quarter, shape ``(horizon, r, r)``, whose product from ``start``
        gives the chances of the joint chain exactly: each averages over the joint states and the
        draws that are still likely in its quarter, so they settle as nothing moves.
    evidence
        Ids of the records behind the chain.
    """

    line: str
    names: tuple[str, ...]
    gates: tuple[Gate, ...]
    members: tuple[tuple[JointState, ...], ...]
    start: FloatArray
    mean: FloatArray
    draws: FloatArray
    steps: FloatArray
    evidence: tuple[str, ...]

    def typical(self, regime: str) -> dict[Gate, GateState]:
        """Return the gate states that a regime stands for: its most occupied joint state."""
        joint = self.members[self.names.index(regime)][0]
        return dict(zip(self.gates, joint, strict=True))

    def p_regime(self, *, quarters: int) -> FloatArray:
        """Return the chances of each regime, shape ``(quarters + 1, r)``.

        Exact within the horizon; beyond it the last step repeats.
        """
        chances = np.empty((quarters + 1, len(self.names)))
        chances[0] = self.start
        for quarter in range(quarters):
            step = self.steps[min(quarter, len(self.steps) - 1)]
            chances[quarter + 1] = chances[quarter] @ step
        return chances


def regime_chain(
    chains: GateChains,
    line: str,
    *,
    scheme: RegimeScheme | None = None,
    horizon_quarters: int = HORIZON_QUARTERS,
    draws: int = DRAWS,
    seed: int = 0,
) -> RegimeChain:
    """Return the chain of merged regimes of a line.

    Raises
    ------
    UnknownNameError
        The line has no visible state.
    RefusalError
        One of the scheme's gates had no known state for the line on the day.
    """
    scheme = scheme or load_regimes()
    joint = joint_chain(chains, line, scheme.gates, draws=draws, seed=seed)
    visited = propagate(joint.start, joint.matrices, quarters=horizon_quarters)
    occupied = visited.mean(axis=1)
    membership = scheme.membership
    merged = _merge(joint.matrices, occupied, membership, len(scheme.names))
    return RegimeChain(
        line=line,
        names=scheme.names,
        gates=scheme.gates,
        members=_members(scheme, occupied.mean(axis=0)),
        start=joint.start @ _belongs(membership, len(scheme.names)),
        mean=merged.mean(axis=0),
        draws=merged,
        steps=_steps(visited, joint.matrices, membership, len(scheme.names)),
        evidence=joint.evidence,
    )


def _merge(
    joint: FloatArray, occupied: FloatArray, membership: IntArray, regimes: int
) -> FloatArray:
    """Return regime matrices, shape ``(draws, regimes, regimes)``, rows summing to one."""
    belongs = _belongs(membership, regimes)
    flow = np.einsum("di,dij->dij", occupied, joint) @ belongs
    weighted = np.einsum("ia,dib->dab", belongs, flow)
    merged: FloatArray = weighted / weighted.sum(axis=2, keepdims=True)
    return merged


def _steps(
    visited: FloatArray, joint: FloatArray, membership: IntArray, regimes: int
) -> FloatArray:
    """Return posterior predictive matrices by quarter, shape ``(quarters, regimes, regimes)``."""
    belongs = _belongs(membership, regimes)
    quarters = max(visited.shape[1] - 1, 1)
    flows = [
        belongs.T @ np.einsum("di,dij->ij", visited[:, quarter], joint) @ belongs
        for quarter in range(quarters)
    ]
    steps = np.stack(flows)
    normalised: FloatArray = steps / steps.sum(axis=2, keepdims=True)
    return normalised


def _belongs(membership: IntArray, regimes: int) -> FloatArray:
    """Return the indicator of regimes by joint state, shape ``(joint, regimes)``."""
    return np.eye(regimes)[membership]


def _members(scheme: RegimeScheme, occupied: FloatArray) -> tuple[tuple[JointState, ...], ...]:
    joints, membership = scheme.joint_states, scheme.membership
    order = sorted(range(len(joints)), key=lambda index: (-occupied[index], index))
    return tuple(
        tuple(joints[index] for index in order if membership[index] == regime)
        for regime in range(len(scheme.names))
    )
