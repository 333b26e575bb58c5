"""Rule 4, demand: own work, rented work and the part left undone cover what is wanted."""

from __future__ import annotations

import numpy as np

from narrows.planning.affine import Affine
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import Variables


def demand(problem: Problem, variables: Variables) -> Rows:
    """``own + rented + unmet >= demand``, divided by the demand of the node and workload."""
    wanted = problem.work.demand
    covered = own_work(problem, variables) + rented_work(problem, variables)
    covered = covered + variables.unmet.times(wanted)
    return at_most(
        "demand",
        -covered,
        limit=-wanted,
        axes=("workload",),
        unit="work",
        scale=np.where(wanted > 0.0, wanted, 1.0),
    )


def own_work(problem: Problem, variables: Variables) -> Affine:
    """``(N, W)``: work of the buyer's own chips."""
    rate = problem.work.rate[None]
    bound = variables.assign_at.sum(2)
    return (variables.assign + bound).times(rate).sum(1)


def rented_work(problem: Problem, variables: Variables) -> Affine:
    """``(N, W)``: work of rented chips."""
    if not problem.axes.rentals:
        return variables.unmet.times(0.0)
    return variables.rent.times(problem.rental.rate[None]).sum(1)
