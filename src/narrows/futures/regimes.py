"""Regimes: the joint states of the gates that an import meets, merged by what stops it first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict

from narrows.core import STRICT, Gate, GateState, InputError, read_record
from narrows.futures.lines import DATA
from narrows.futures.states import STATES, IntArray

JointState = tuple[GateState, ...]
"""One state a gate, in the order of :attr:`RegimeScheme.gates`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeRule:
    """A regime and the gate states that put a joint state into it.

    ``when`` names states gate by gate (all must hold); ``when_any`` asks for one of its states at
    any gate.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    when: Mapping[Gate, tuple[GateState, ...]] | None = None
    when_any: tuple[GateState, ...] | None = None

    def holds(self, gates: tuple[Gate, ...], joint: JointState) -> bool:
        """Return whether a joint state satisfies the rule."""
        if self.when is not None:
            at = dict(zip(gates, joint, strict=True))
            return all(at[gate] in states for gate, states in self.when.items())
        return self.when_any is not None and any(state in self.when_any for state in joint)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeScheme:
    """The gates that count and the regimes, the first that holds applying."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    gates: tuple[Gate, ...]
    regimes: tuple[RegimeRule, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the regimes in order."""
        return tuple(rule.id for rule in self.regimes)

    @property
    def joint_states(self) -> tuple[JointState, ...]:
        """Every joint state, the last gate varying fastest."""
        return tuple(product(STATES, repeat=len(self.gates)))

    @property
    def membership(self) -> IntArray:
        """Index of the regime of each joint state, shape ``(joint,)``."""
        return np.array([self._regime_of(joint) for joint in self.joint_states], dtype=np.int64)

    def _regime_of(self, joint: JointState) -> int:
        for index, rule in enumerate(self.regimes):
            if rule.holds(self.gates, joint):
                return index
        raise InputError("no regime covers a joint state", "add a last rule", value=joint)


def load_regimes(path: Path = DATA / "regimes.yaml") -> RegimeScheme:
    """Read the scheme of merged regimes.

    Raises
    ------
    InputError
        The file is not valid, a rule has no condition, or a joint state is left without a regime.
    """
    scheme = read_record(path, RegimeScheme)
    for rule in scheme.regimes:
        if (rule.when is None) == (rule.when_any is None):
            raise InputError(
                "a regime needs `when` or `when_any`", "give one", file=path, value=rule.id
            )
    if len(set(scheme.membership.tolist())) != len(scheme.regimes):
        raise InputError("a regime has no joint state", "reorder or remove it", file=path)
    return scheme
