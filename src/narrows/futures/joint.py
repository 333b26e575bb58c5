"""The joint chain of several gates of one line: the product of their chains.

Gates are independent given their intensities; what moves two at once enters as two moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from narrows.core import Gate
from narrows.futures.chains import DRAWS, GateChains
from narrows.futures.states import FloatArray


@dataclass(frozen=True, slots=True)
class JointChain:
    """Joint states, the last gate varying fastest.

    Attributes
    ----------
    start
        Belief on the as-known day, shape ``(joint,)``.
    matrices
        Quarter matrices of the posterior draws, shape ``(draws, joint, joint)``.
    evidence
        Ids of the records behind the chains.
    """

    line: str
    gates: tuple[Gate, ...]
    start: FloatArray
    matrices: FloatArray
    evidence: tuple[str, ...]


def joint_chain(
    chains: GateChains, line: str, gates: Sequence[Gate], *, draws: int = DRAWS, seed: int = 0
) -> JointChain:
    """Return the joint chain of some gates of a line.

    Raises
    ------
    UnknownNameError
        The line has no visible state.
    RefusalError
        One of the gates had no known state for the line on the day.
    """
    matrices = [chains.quarter_matrices(gate, draws=draws, seed=seed) for gate in gates]
    evidence = {cite for gate in gates for cite in chains.chain(gate).evidence}
    return JointChain(
        line=line,
        gates=tuple(gates),
        start=reduce(_outer, [chains.start(line, gate)[None] for gate in gates])[0],
        matrices=reduce(_kron, matrices),
        evidence=tuple(sorted(evidence)),
    )


def _outer(one: FloatArray, other: FloatArray) -> FloatArray:
    outer: FloatArray = np.einsum("di,dj->dij", one, other)
    return outer.reshape(len(one), -1)


def _kron(one: FloatArray, other: FloatArray) -> FloatArray:
    size = one.shape[-1] * other.shape[-1]
    product: FloatArray = np.einsum("dij,dkl->dikjl", one, other)
    return product.reshape(len(one), size, size)
