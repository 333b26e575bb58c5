"""The size that a row states beside its dimensions: it settles what they leave open, or objects."""

from __future__ import annotations

from dataclasses import replace
from math import log

from narrows.core import RefusalError
from narrows.performance.dimensions import Dimensions
from narrows.performance.shape import Shape, shape_of
from narrows.performance.training.row import RunRow

APART = 1.5
"""Sizes are rounded, and small models count their tables or not; half as much again is another
model, or dimensions misread."""
FORWARD_MATRICES = (2, 3)
"""Of an ungated and of a gated feed-forward block."""


def shape_of_size(dimensions: Dimensions, row: RunRow, *, whole: bool) -> Shape:
    """Return the shape of dimensions, in the kind of block that makes up the size of the row.

    ``whole`` is false for models that a source cut, whose size may be that before the cut.

    Raises
    ------
    RefusalError
        No kind of block brings the dimensions near the parameters that the row states, neither all
        of them nor those that a token meets.
    """
    plain = shape_of(dimensions)
    if row.params_b is None or not whole:
        return plain
    kinds = FORWARD_MATRICES if dimensions.ffn_matrices is None else ()
    shapes = [plain, *(shape_of(replace(dimensions, ffn_matrices=each)) for each in kinds)]
    nearest = min(shapes, key=lambda shape: _off(_total_b(shape), row.params_b))
    if _off(_total_b(nearest), row.params_b) > log(APART) < _off(_active_b(plain), row.params_b):
        raise RefusalError(
            f"params_b {row.params_b:g} contradicts the dimensions, which make up "
            f"{_total_b(plain):.3g} billion parameters",
            ("params_b", "layers", "hidden"),
        )
    return nearest


def _off(size_b: float, stated_b: float | None) -> float:
    """Return the distance of two sizes on the log scale."""
    return abs(log(size_b / (size_b if stated_b is None else stated_b)))


def _total_b(shape: Shape) -> float:
    return float(shape.total_parameters) / 1e9


def _active_b(shape: Shape) -> float:
    experts = float(shape.experts)
    if experts == 0.0:
        return _total_b(shape)
    idle = float(shape.moe_layers * shape.routed_parameters) * (1.0 - float(shape.topk) / experts)
    return _total_b(shape) - idle / 1e9
