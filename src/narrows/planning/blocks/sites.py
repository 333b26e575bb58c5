"""Rule 6, site: chips that stand draw power and take floor."""

from __future__ import annotations

from narrows.planning.arrays import FloatArray
from narrows.planning.blocks.deliveries import Deliveries
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most


def power(problem: Problem, made: Deliveries) -> Rows:
    """``sum over k of power_kw * fleet <= power of the site``."""
    draw, room = problem.fleet.power_kw, problem.sites.power_kw
    return _room("power", problem, made, draw, room, "kW")


def floor(problem: Problem, made: Deliveries) -> Rows:
    """``sum over k of floor * fleet <= floor of the site``."""
    draw, room = problem.fleet.floor, problem.sites.floor
    return _room("floor", problem, made, draw, room, "floor")


def _room(
    rule: str,
    problem: Problem,
    made: Deliveries,
    draw: FloatArray,
    room: FloatArray,
    unit: str,
) -> Rows:
    used = made.fleet.times(draw[None, :, None]).sum(1)
    limit = room[:, problem.tree.stage].T
    scale = max(float(draw.max()), 1e-9)
    return at_most(rule, used, limit=limit, axes=("site",), unit=unit, scale=scale)
