"""Layers that are trained to predict tokens beyond the next (2404.19737, 2412.19437).

Each is one more layer behind the last, on the last stage. It joins the hidden states so far with
the embedding of a later token by a projection from twice the width, and passes the shared output
layer and the loss once more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.performance.arrays import Array, xp
from narrows.performance.shape import Shape
from narrows.performance.training.layers_of_rank import layers_of_last
from narrows.performance.training.strategy import Strategies

JOINED_WIDTHS = 2.0
"""The projection reads the hidden state and an embedding side by side."""
JOINED_NORMS = 3.0
"""One norm of each, and one before the output layer."""
JOINED_BYTES = 8.0
"""Kept per hidden element: the inputs of both norms, and both outputs side by side, in 16 bits."""


def trains_further(shape: Shape) -> bool:
    """Return whether any model of ``shape`` trains layers for further tokens."""
    return bool(np.any(np.asarray(shape.mtp_layers) > 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What the last stage does of a micro-batch beside its layers, forward and backward."""

    whole_s: Array
    """Output layer, loss, and layers for further tokens."""
    seen_s: Array
    """By how much a rank with a full body works longer for it."""
    seen_share: Array
    """Share of the tail that is seen: the rest fills a last stage that is short of layers."""


def tail(
    shape: Shape, s: Strategies, *, layers: Array, body_s: Array, head_s: Array, join_s: Array
) -> Tail:
    """Return the work behind the last layer.

    ``body_s`` is that of ``layers`` layers, ``head_s`` of one pass through the head, ``join_s`` of
    one joining projection. Where the layers do not divide evenly, the last chunk is the short one.
    """
    short_s = (layers - layers_of_last(shape, s)) / layers * body_s
    if not trains_further(shape):
        return Tail(
            whole_s=head_s,
            seen_s=xp.maximum(0.0, head_s - short_s),
            seen_share=xp.array(0.0),
        )
    further_s = shape.mtp_layers * (body_s / layers + join_s)
    whole_s = further_s + (1.0 + shape.mtp_layers) * head_s
    seen_s = xp.maximum(0.0, whole_s - short_s)
    return Tail(whole_s=whole_s, seen_s=seen_s, seen_share=seen_s / whole_s)
