"""What a check of a plan keeps: a page of findings a node, and the balances handed on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from narrows.planning.arrays import FloatArray

RELATIVE_TOLERANCE = 1e-6
"""Ten times the solver's tolerance, relative to the limit checked."""


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A rule that a plan breaks, by how much in the rule's own unit."""

    rule: str
    quarter: str
    node: int
    amount: float


@dataclass(kw_only=True)
class Books:
    """What one node hands on to the next quarter."""

    transit: FloatArray  # (T, L, K, S) lots by quarter of order and lead
    agreed: FloatArray  # (T, K) price by quarter of order
    waiting: FloatArray  # (K, S) lots in bond
    waiting_value: FloatArray  # (K, S) money agreed for them
    fleet: FloatArray  # (K, S)
    ported_since: FloatArray  # (T, Q, W)
    worked: FloatArray  # (W,) work counted towards each capability so far
    reached: FloatArray  # (W,)
    caps: list[float]
    shares: list[float]
    budget: float


@dataclass(kw_only=True)
class Page:
    """One node's entries while they are checked."""

    node: int
    quarter: str
    found: list[Violation] = field(default_factory=list)

    def expect_at_most(
        self, rule: str, value: FloatArray | float, limit: FloatArray | float
    ) -> None:
        """Note a violation where ``value > limit`` beyond the tolerance."""
        room = RELATIVE_TOLERANCE * (1.0 + np.abs(np.where(np.isfinite(limit), limit, 0.0)))
        scale = RELATIVE_TOLERANCE * np.abs(value)
        over = np.asarray(value - limit - room - scale)
        worst = float(over.max(initial=-np.inf))
        if worst > 0.0 or np.isnan(worst):
            self.found.append(
                Violation(rule=rule, quarter=self.quarter, node=self.node, amount=worst)
            )

    def expect_equal(self, rule: str, value: FloatArray | float, other: FloatArray | float) -> None:
        """Note a violation where the two differ."""
        self.expect_at_most(rule, value, other)
        self.expect_at_most(rule, other, value)
