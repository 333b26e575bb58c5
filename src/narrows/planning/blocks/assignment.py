"""Rule 3, assignment: chips at work are chips that stand and are up."""

from __future__ import annotations

from narrows.planning.blocks.deliveries import Deliveries
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import Variables


def assignment(problem: Problem, variables: Variables, made: Deliveries) -> Rows:
    """``sum over w of assigned <= availability * sum over s of fleet``.

    Dropping the site index is exact where rates and permissions do not depend on the site: any
    assignment with that sum splits over the sites in proportion to their chips.
    """
    up = problem.fleet.availability[None, :]
    bound = variables.assign_at.sum(3).sum(2)
    used = variables.assign.sum(2) + bound - made.fleet.sum(2).times(up)
    return at_most("assignment", used, limit=0.0, axes=("system",), unit="chips")


def assignment_at_sites(problem: Problem, variables: Variables, made: Deliveries) -> Rows:
    """``sum over site-bound w of assigned <= availability * fleet`` at each site."""
    up = problem.fleet.availability[None, :, None]
    used = variables.assign_at.sum(3)
    if len(used.cell):
        used = used - made.fleet.times(up)
    return at_most("assignment_at_sites", used, limit=0.0, axes=("system", "site"), unit="chips")
