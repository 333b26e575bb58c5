"""Rule 12, rental: rented chips stay below what is on offer.

The permitted share of each workload is a bound on the column; see ``variables``.
"""

from __future__ import annotations

from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import Variables


def rental(problem: Problem, variables: Variables) -> Rows:
    """``sum over w of rented <= ceiling``."""
    chips = variables.rent.sum(2)
    limit = problem.rental.ceiling
    return at_most("rental", chips, limit=limit, axes=("rental",), unit="chips")
