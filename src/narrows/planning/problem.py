"""The purchase problem: a tree and the parts, checked against one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.errors import fault
from narrows.planning.node_values import node_values
from narrows.planning.parts import (
    Axes,
    Budget,
    Cap,
    Fleet,
    Offers,
    Porting,
    Rental,
    Risk,
    Share,
    Sites,
    Work,
)
from narrows.planning.tree import Tree, single_path
from narrows.planning.validate import check_problem

NEUTRAL = Risk()
"""No discount, no aversion to risk."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """A purchase problem over a scenario tree.

    Attributes
    ----------
    here_and_now
        Number of first quarters whose lots and portings are whole numbers; later ones are plans,
        not orders, and are relaxed.
    budget
        ``None`` where no budget binds.

    Raises
    ------
    ProblemError
        An array has the wrong shape, is outside its domain, or contradicts another; the error
        names the array as ``part.field``.
    """

    tree: Tree
    axes: Axes
    offers: Offers
    fleet: Fleet
    sites: Sites
    work: Work
    rental: Rental
    porting: Porting
    caps: tuple[Cap, ...] = ()
    shares: tuple[Share, ...] = ()
    budget: Budget | None = None
    risk: Risk = NEUTRAL
    here_and_now: int = 1

    def __post_init__(self) -> None:
        check_problem(self)
        if not 0 <= self.here_and_now <= self.n_stages:
            mend = "give 0 up to the number of quarters"
            raise fault("here_and_now", "is outside the horizon", mend, self.here_and_now)

    @property
    def n_stages(self) -> int:
        """The number of quarters, T."""
        return self.tree.n_stages

    @property
    def sizes(self) -> dict[str, int]:
        """The length of each axis, keyed by its letter: N, K, S, W, C, Q, T, L."""
        axes = self.axes
        return {
            "N": self.tree.n_nodes,
            "K": len(axes.systems),
            "S": len(axes.sites),
            "W": len(axes.workloads),
            "C": len(axes.rentals),
            "Q": len(axes.stacks),
            "T": len(axes.quarters),
            "L": int(self.offers.lead.shape[1]),
        }

    @property
    def discount(self) -> FloatArray:
        """Shape ``(N,)``: the value today of money at each node."""
        factor: FloatArray = np.power(self.risk.discount, self.tree.stage)
        return factor


def by_node(values: FloatArray, tree: Tree) -> FloatArray:
    """Return the node values, shape ``(N, ...)``, of a quantity by quarter, shape ``(T, ...)``."""
    return values[tree.stage]


def mean_path(problem: Problem) -> Problem:
    """Return the problem of the expected path: one node a quarter, everything at its mean."""
    tree = problem.tree

    def mean(values: FloatArray) -> FloatArray:
        nodes = [tree.at_stage(stage) for stage in range(tree.n_stages)]
        return np.stack([np.tensordot(tree.probability[n], values[n], axes=(0, 0)) for n in nodes])

    return with_node_values(problem, single_path(tree), mean)


def on_path(problem: Problem, path: IntArray) -> Problem:
    """Return the problem of one branch, given as its nodes from the root, known from the start."""
    tree = problem.tree
    line = replace(
        tree,
        parent=np.arange(-1, len(path) - 1, dtype=np.int64),
        stage=np.arange(len(path), dtype=np.int64),
        probability=np.ones(len(path)),
        belief=tree.belief[path],
    )
    return with_node_values(problem, line, lambda values: values[path])


def with_node_values(
    problem: Problem, tree: Tree, of: Callable[[FloatArray], FloatArray]
) -> Problem:
    """Return the problem on another tree, every array by node replaced by a function of it."""
    parts = node_values(problem, of)
    return replace(
        problem,
        tree=tree,
        offers=parts.offers,
        work=parts.work,
        rental=parts.rental,
        caps=parts.caps,
        shares=parts.shares,
        risk=replace(problem.risk, weight=0.0),
    )
