"""Rows of a rule: expressions with limits, and the name under which they are explained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.affine import Affine
from narrows.planning.arrays import FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """``expression <= limit`` for each cell; rows with an infinite limit do not exist.

    Attributes
    ----------
    rule
        The rule's name, e.g. ``power`` or the name of a cap.
    axes
        The names of the grid's axes after the first, which is always the node.
    limit
        Shape of the grid, with the expression's constant already moved to the right.
    unit
        What one unit of the limit is, for prices: ``chips``, ``kW``, ``money``, ...
    scale
        Shape of the grid: units of the limit in one unit of the row (rows are normalised).
    equal
        Whether the row is an equation.
    """

    rule: str
    axes: tuple[str, ...]
    expression: Affine
    limit: FloatArray
    unit: str
    scale: FloatArray
    equal: bool = False


def at_most(
    rule: str,
    expression: Affine,
    *,
    limit: FloatArray | float,
    axes: tuple[str, ...],
    unit: str,
    scale: FloatArray | float = 1.0,
) -> Rows:
    """Return the rows ``expression <= limit``.

    Parameters
    ----------
    scale
        The rows are divided by it before they reach the solver.
    """
    shape = expression.shape
    scales = np.broadcast_to(np.asarray(scale, dtype=np.float64), shape)
    room = np.broadcast_to(np.asarray(limit, dtype=np.float64), shape)
    return Rows(
        rule=rule,
        axes=axes,
        expression=expression.times(1.0 / scales),
        limit=(room - expression.constant.reshape(shape)) / scales,
        unit=unit,
        scale=scales,
    )
