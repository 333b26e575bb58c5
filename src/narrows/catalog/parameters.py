"""How many weights an architecture has, all in all, for a token, and how large its cache is.

Results are in single weights, not billions.
"""

from __future__ import annotations

from enum import StrEnum

from narrows.catalog.architecture import Attention, Model
from narrows.catalog.blocks import (
    dense_feed_forward,
    expert_feed_forward,
    full_attention,
    idle_experts,
    linear_attention,
    missing,
    need,
)


class Block(StrEnum):
    """The letters of a layer pattern: hybrids have one block a layer."""

    MAMBA = "M"
    EXPERTS = "E"
    ATTENTION = "*"
    DENSE = "-"


def total_parameters(model: Model) -> float:
    """Return the weights of a model without its multi-token-prediction modules.

    Raises
    ------
    RefusalError
        A dimension that the count needs is unknown.
    """
    return embedding_parameters(model) + _body(model) + need(model, "hidden")


def active_parameters(model: Model) -> float:
    """Return the weights that one token is multiplied with; looking up its embedding is not.

    Raises
    ------
    RefusalError
        A dimension that the count needs is unknown.
    """
    layers = _expert_layers(model)
    idle = layers * idle_experts(model) if layers else 0
    looked_up = 0 if model.tied_embeddings else need(model, "vocab") * need(model, "hidden")
    return total_parameters(model) - idle - looked_up


def embedding_parameters(model: Model) -> float:
    """Return input and output embedding, one table where they are tied, plus learned positions."""
    vocab, hidden = need(model, "vocab"), need(model, "hidden")
    if model.tied_embeddings is None:
        raise missing(model, "tied_embeddings")
    tables = 1 if model.tied_embeddings else 2
    positions = need(model, "context") if model.position == "learned" else 0
    return (tables * vocab + positions) * hidden


def _body(model: Model) -> float:
    if model.layer_pattern is not None:
        return sum(_block(model, Block(letter)) for letter in model.layer_pattern)
    return sum(layer_parameters(model, index) for index in range(_layers(model)))


def _block(model: Model, block: Block) -> float:
    """Return one block of a hybrid and the norm before it."""
    count = {
        Block.MAMBA: linear_attention,
        Block.EXPERTS: expert_feed_forward,
        Block.ATTENTION: full_attention,
        Block.DENSE: dense_feed_forward,
    }
    return count[block](model) + need(model, "hidden")


def layer_parameters(model: Model, index: int) -> float:
    """Return the weights of layer ``index`` (from 0): attention, feed-forward and two norms."""
    keeps_context = model.linear_attention is None or is_full_attention(model, index)
    attention = full_attention(model) if keeps_context else linear_attention(model)
    has_experts = is_expert_layer(model, index)
    feed_forward = expert_feed_forward(model) if has_experts else dense_feed_forward(model)
    return attention + feed_forward + 2 * need(model, "hidden")


def is_full_attention(model: Model, index: int) -> bool:
    """Return whether a layer keeps keys and values of the whole context."""
    every = model.full_attention_every_n
    return every is None or (index + 1) % every == 0


def is_expert_layer(model: Model, index: int) -> bool:
    """Return whether layer ``index`` has experts.

    The first ``first_dense_layers`` have none; after them the last of every
    ``moe_every_n_layers`` has.
    """
    if model.experts_routed is None:
        return False
    past = index - (model.first_dense_layers or 0)
    every = model.moe_every_n_layers or 1
    return past >= 0 and (past + 1) % every == 0


def _expert_layers(model: Model) -> int:
    if model.layer_pattern is not None:
        return model.layer_pattern.count(Block.EXPERTS)
    return sum(is_expert_layer(model, index) for index in range(_layers(model)))


def kv_bytes_per_token(model: Model, bytes_per_value: float) -> float:
    """Return the cache that one token of context takes over all full-attention layers.

    Raises
    ------
    RefusalError
        A dimension that the count needs is unknown.
    """
    return _caching_layers(model) * _cached_values(model) * bytes_per_value


def _caching_layers(model: Model) -> int:
    if model.layer_pattern is not None:
        return model.layer_pattern.count(Block.ATTENTION)
    keeps_state = model.linear_attention is not None
    indices = range(_layers(model))
    return sum(not keeps_state or is_full_attention(model, index) for index in indices)


def _cached_values(model: Model) -> float:
    if model.attention is Attention.MLA:
        return need(model, "kv_lora_rank") + need(model, "qk_rope_dim")
    key_dim = need(model, "head_dim")
    return need(model, "kv_heads") * (key_dim + (model.v_head_dim or key_dim))


def _layers(model: Model) -> int:
    return int(need(model, "layers"))
