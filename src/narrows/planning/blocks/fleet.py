"""Rule 2, fleet: chips stand once they arrived, until they are retired."""

from __future__ import annotations

import numpy as np

from narrows.planning.affine import Affine
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import Variables


def fleet(problem: Problem, variables: Variables, arrived: Affine) -> Rows:
    """``fleet_n <= fleet_parent + arrived_n``; the slack is what is retired.

    Before the root stand the installed chips.
    """
    before = variables.fleet.take(problem.tree.parent)
    at_root = (problem.tree.stage == 0)[:, None, None]
    installed = np.where(at_root, problem.fleet.installed[None], 0.0)
    growth = variables.fleet - before - arrived
    return at_most("fleet", growth, limit=installed, axes=("system", "site"), unit="chips")
