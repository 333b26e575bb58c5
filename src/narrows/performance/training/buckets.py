"""Parameters of the fullest rank by how they are spread: tensor ranks, all alike, experts."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.performance.arrays import Array, xp
from narrows.performance.pipeline import has_both_ends, weight_copies
from narrows.performance.shape import Shape
from narrows.performance.training.strategy import Strategies


@dataclass(frozen=True, slots=True, kw_only=True)
class Buckets:
    """Parameters that one rank holds before sharding over data ranks."""

    tensor: Array
    """Split over tensor ranks: projections, feed-forward, embedding, output layer."""
    replicated: Array
    """Whole on every tensor rank: norms, latents, routers."""
    routed: Array
    """Routed experts, with their own data group."""

    @property
    def dense(self) -> Array:
        """Parameters whose gradients the data group reduces."""
        return self.tensor + self.replicated


def buckets(shape: Shape, s: Strategies) -> Buckets:
    """Return the parameters of the fullest rank: with the embedding, or the head, or both."""
    copies = weight_copies(s.schedule)
    layers = xp.ceil(shape.layers / (s.pipeline * s.chunks)) * s.chunks * copies
    moe = shape.moe_layers / shape.layers
    width = (1.0 - moe) * shape.dense_ffn_parameters + moe * shape.shared_parameters
    both = has_both_ends(s.schedule, s.pipeline)
    tables = (1.0 + both * (1.0 - shape.tied)) * shape.table_parameters
    return Buckets(
        tensor=layers * shape.attention_parameters_of(s.tensor)
        + (layers * width + tables) / s.tensor,
        replicated=layers * (shape.replicated_parameters + moe * shape.hidden * shape.experts),
        routed=layers * moe * shape.routed_parameters / (s.expert * s.expert_tensor),
    )
