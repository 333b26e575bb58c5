"""From regimes and verdicts to what may be ordered and what passes, quarter by quarter.

An option whose route the rules read as shut or unknown at a gate of law has no way through that a
plan may count on; it does not exist for the planner. For the others the regime decides: what share
of the lots at the gate passes in a quarter, and whether a new order can be placed at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.core import Gate, GateReading, GateState
from narrows.futures import RegimeChain, Shares, conversion_index
from narrows.study.schema import Origin

FloatArray = npt.NDArray[np.float64]

_GATES_OF_LAW: Mapping[Origin, tuple[Gate, ...]] = {
    Origin.IMPORT: (Gate.CLASSIFICATION, Gate.EXPORT_LICENCE),
    Origin.DOMESTIC: (Gate.EXPORT_LICENCE,),
}
"""The gates that law alone decides. A chip bought where it was designed is not classified for
export: what a foreign law says of it stands on the licence gate, as a matter for counsel."""
_NO_WAY = (GateState.SHUT, GateState.UNKNOWN, GateState.NOT_CHECKED)
_ORDERING_GATES = (Gate.EXPORT_LICENCE, Gate.CN_APPROVAL)


@dataclass(frozen=True, slots=True)
class Passing:
    """What each regime of one line lets through.

    Attributes
    ----------
    drawn
        Shape ``(draws, R)``; share of the lots at the gate that passes in a quarter.
    order
        Shape ``(R,)``; 1 where neither the licence nor the approval is shut, else 0.
    evidence
        Ids of the records behind the shares.
    """

    drawn: FloatArray
    order: FloatArray
    evidence: tuple[str, ...]

    @property
    def deliver(self) -> FloatArray:
        """Mean share of the lots at the gate that passes in a quarter, shape ``(R,)``."""
        return np.asarray(self.drawn.mean(axis=0))


def barrier(row: tuple[GateReading, ...], origin: Origin) -> GateReading | None:
    """Return the first gate of law that leaves no way through on the day, ``None`` if all do.

    A gate that is unknown or that no card covers is no way that a plan may count on: the reading
    names the facts that would decide.
    """
    stands = _GATES_OF_LAW[origin]
    return next((r for r in row if r.gate in stands and r.state in _NO_WAY), None)


def passing(shares: Shares, chain: RegimeChain, row: tuple[GateReading, ...]) -> Passing:
    """Return what each regime lets through, with the rules' own band where discretion decides."""
    bands = _bands(row)
    passed = [_passes(chain.typical(name), shares.draws, bands) for name in chain.names]
    order = np.array([_may_order(chain.typical(name)) for name in chain.names])
    return Passing(np.stack(passed, axis=1), order, shares.evidence)


def _bands(row: tuple[GateReading, ...]) -> Mapping[Gate, float]:
    """Return the middle of the cited band of each discretionary gate."""
    return {
        reading.gate: (reading.p_low + reading.p_high) / 2
        for reading in row
        if reading.p_low is not None and reading.p_high is not None
    }


def _passes(
    states: Mapping[Gate, GateState], draws: FloatArray, bands: Mapping[Gate, float]
) -> FloatArray:
    """Return the product over the gates, draw by draw."""
    gates = list(Gate)
    passed = np.ones(len(draws))
    for gate, state in states.items():
        if state is GateState.DISCRETIONARY and gate in bands:
            passed = passed * bands[gate]
        else:
            passed = passed * draws[:, gates.index(gate), conversion_index(state)]
    return passed


def _may_order(states: Mapping[Gate, GateState]) -> float:
    shut = any(states.get(gate) is GateState.SHUT for gate in _ORDERING_GATES)
    return 0.0 if shut else 1.0
