"""Rule 2, fleet: chips stand from their arrival until they are retired."""

from __future__ import annotations

import numpy as np

from narrows.planning.affine import Affine
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import Variables, may_retire


def standing(problem: Problem, variables: Variables, arrived: Affine) -> Affine:
    """``installed + all that arrived - all that was retired``, on the grid ``(N, K, S)``.

    Written as a sum along the path of each node, it needs neither column nor row: half the
    programme and most of its degeneracy would otherwise be balances of the fleet.
    """
    change = arrived - variables.retired
    return change.along(problem.tree.ancestors).plus(problem.fleet.installed[None])


def fleet(problem: Problem, fleet: Affine) -> Rows:
    """``fleet >= 0`` where chips may be retired; elsewhere it cannot fall."""
    limit = np.where(may_retire(problem), 0.0, np.inf)[None]
    return at_most("fleet", -fleet, limit=limit, axes=("system", "site"), unit="chips")
