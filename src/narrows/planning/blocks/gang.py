"""Rule 5, gang: in the first year some work runs on enough chips in one place, or not at all there.

A large training run is one cluster: half of it at each of two sites trains nothing.
"""

from __future__ import annotations

import numpy as np

from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import Variables, most_ganged, needs_gang

AXES = ("system", "site", "workload")


def gang(problem: Problem, variables: Variables) -> tuple[Rows, ...]:
    """``minimum * runs <= assigned <= most of use * runs`` at each system and site."""
    fewest = problem.work.gang
    if fewest is None:
        return ()
    shape = variables.assign_at.shape
    limit = np.where(np.broadcast_to(needs_gang(problem), shape), 0.0, np.inf)
    scale = np.where(fewest > 0.0, fewest, 1.0)
    enough = variables.gang.times(fewest) - variables.assign_at
    all_or_none = variables.assign_at - variables.gang.times(most_ganged(problem))
    return tuple(
        at_most("gang", rows, limit=limit, axes=AXES, unit="chips", scale=scale)
        for rows in (enough, all_or_none)
    )
