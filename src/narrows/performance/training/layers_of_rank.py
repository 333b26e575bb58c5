"""How many layers the ranks of a pipeline have."""

from __future__ import annotations

from narrows.performance.arrays import Array, xp
from narrows.performance.shape import Shape
from narrows.performance.training.strategy import Strategies


def layers_of_rank(shape: Shape, s: Strategies) -> Array:
    """Return the layers of the fullest rank."""
    return xp.ceil(shape.layers / (s.pipeline * s.chunks)) * s.chunks


def layers_of_last(shape: Shape, s: Strategies) -> Array:
    """Return the layers of the rank with the last one.

    Where they do not divide evenly, the last chunk is the short one.
    """
    layers = layers_of_rank(shape, s)
    of_chunk = layers / s.chunks
    left = shape.layers - of_chunk * (s.pipeline * s.chunks - 1.0)
    short = xp.where(s.pipeline > 1.0, of_chunk - xp.maximum(0.0, left), 0.0)
    return layers - short
