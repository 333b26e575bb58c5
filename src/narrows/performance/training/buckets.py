"""Parameters of a rank by how they are spread: tensor ranks, all alike, experts."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.performance.arrays import Array, xp
from narrows.performance.pipeline import has_both_ends, weight_copies
from narrows.performance.shape import Shape
from narrows.performance.training.further_tokens import JOINED_NORMS, JOINED_WIDTHS, trains_further
from narrows.performance.training.layers_of_rank import layers_of_last, layers_of_rank
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

    @property
    def total(self) -> Array:
        """All of them."""
        return self.dense + self.routed


def buckets(shape: Shape, s: Strategies) -> Buckets:
    """Return the parameters of the fullest rank: with the embedding, or the head, or both."""
    first = of_first_rank(shape, s)
    if not trains_further(shape):
        return first
    last = of_last_rank(shape, s)
    at_last = last.total > first.total
    return Buckets(
        tensor=xp.where(at_last, last.tensor, first.tensor),
        replicated=xp.where(at_last, last.replicated, first.replicated),
        routed=xp.where(at_last, last.routed, first.routed),
    )


def of_first_rank(shape: Shape, s: Strategies) -> Buckets:
    """Return the parameters of the rank with the embedding, which may have the head too."""
    both = has_both_ends(s.schedule, s.pipeline)
    tables = 1.0 + both * (1.0 - shape.tied)
    layers = layers_of_rank(shape, s) * weight_copies(s.schedule)
    return _of_rank(shape, s, layers=layers, tables=tables, further=both * shape.mtp_layers)


def of_last_rank(shape: Shape, s: Strategies) -> Buckets:
    """Return the parameters of the rank with the head and the layers for further tokens.

    Those read the embedding, of which a last stage then keeps a copy.
    """
    both = has_both_ends(s.schedule, s.pipeline)
    embedding = xp.where((both > 0.0) | (shape.mtp_layers > 0.0), 1.0, 0.0)
    layers = layers_of_last(shape, s) * weight_copies(s.schedule)
    tables = 1.0 + embedding * (1.0 - shape.tied)
    return _of_rank(shape, s, layers=layers, tables=tables, further=shape.mtp_layers)


def _of_rank(
    shape: Shape, s: Strategies, *, layers: Array, tables: Array, further: Array
) -> Buckets:
    """Return mean layers, tables, and ``further`` layers of the kind of a model's last one."""
    moe = shape.moe_layers / shape.layers
    routed_last = xp.where(shape.moe_layers > 0.0, 1.0, 0.0)
    every = layers + further
    has_experts = layers * moe + further * routed_last
    width = (every - has_experts) * shape.dense_ffn_parameters + (
        has_experts * shape.shared_parameters
    )
    joined = further * JOINED_WIDTHS * shape.hidden * shape.hidden
    norms = further * JOINED_NORMS * shape.hidden
    split = width + tables * shape.table_parameters + joined
    return Buckets(
        tensor=every * shape.attention_parameters_of(s.tensor) + split / s.tensor,
        replicated=every * shape.replicated_parameters
        + has_experts * shape.hidden * shape.experts
        + norms,
        routed=has_experts * shape.routed_parameters / (s.expert * s.expert_tensor),
    )
