"""How many weights an architecture has, from its dimensions alone.

Counts follow the published layer definitions (GQA: Ainslie et al. 2023; MLA: DeepSeek-V2, section
2.1; Gated DeltaNet: Yang et al. 2024; lightning attention:
MiniMax-01; Kimi delta attention: Kimi Linear). Biases are left out: they
are below 0.1 % everywhere in the catalogue. Results are in single weights, not billions.
"""

from __future__ import annotations

from narrows.catalog.records import Attention, LinearAttention, LinearKind, Model
from narrows.core import RefusalError

CONV_TAPS = 4
"""Every published gated-delta layer convolves over four tokens."""


def total_parameters(model: Model) -> float:
    """Return the weights of a model without its multi-token-prediction modules.

    Raises
    ------
    RefusalError
        A dimension that the count needs is unknown.
    """
    layers = sum(layer_parameters(model, index) for index in range(_layers(model)))
    return embedding_parameters(model) + layers + _need(model, "hidden")


def active_parameters(model: Model) -> float:
    """Return the weights that one token is multiplied with; looking up its embedding is not.

    Raises
    ------
    RefusalError
        A dimension that the count needs is unknown.
    """
    idle = sum(_idle_parameters(model, index) for index in range(_layers(model)))
    looked_up = 0 if model.tied_embeddings else _need(model, "vocab") * _need(model, "hidden")
    return total_parameters(model) - idle - looked_up


def embedding_parameters(model: Model) -> float:
    """Return input and output embedding, one table where they are tied, plus learned positions."""
    vocab, hidden = _need(model, "vocab"), _need(model, "hidden")
    if model.tied_embeddings is None:
        raise _missing(model, "tied_embeddings")
    tables = 1 if model.tied_embeddings else 2
    positions = _need(model, "context") if model.position == "learned" else 0
    return (tables * vocab + positions) * hidden


def layer_parameters(model: Model, index: int) -> float:
    """Return the weights of layer ``index`` (from 0): attention, feed-forward and two norms."""
    norms = 2 * _need(model, "hidden")
    return attention_parameters(model, index) + feed_forward_parameters(model, index) + norms


def attention_parameters(model: Model, index: int) -> float:
    """Return the weights of the attention block of one layer."""
    if model.linear_attention is not None and not is_full_attention(model, index):
        return linear_attention_parameters(model, model.linear_attention)
    core = _latent_attention(model) if model.attention is Attention.MLA else _grouped(model)
    return core + _output_gate(model) + _indexer(model)


def is_full_attention(model: Model, index: int) -> bool:
    """Return whether a layer keeps keys and values of the whole context."""
    every = model.full_attention_every_n
    return every is None or (index + 1) % every == 0


def _grouped(model: Model) -> float:
    """h*a*d + h*g*d + h*g*v + a*v*h for a query heads, g key heads, widths d and v."""
    if model.attention is Attention.COMPRESSED or model.attention is None:
        raise _missing(model, "attention weights of this kind")
    hidden, heads, groups = (_need(model, name) for name in ("hidden", "heads", "kv_heads"))
    key_dim = _need(model, "head_dim")
    value_dim = model.v_head_dim or key_dim
    return hidden * (heads * key_dim + groups * key_dim + groups * value_dim + heads * value_dim)


def _latent_attention(model: Model) -> float:
    hidden, heads = _need(model, "hidden"), _need(model, "heads")
    nope, rope = _need(model, "qk_nope_dim"), _need(model, "qk_rope_dim")
    value_dim, latent = _need(model, "v_head_dim"), _need(model, "kv_lora_rank")
    query_width = heads * (nope + rope)
    rank = model.q_lora_rank
    query = hidden * query_width if rank is None else rank * (hidden + query_width)
    key_value = hidden * (latent + rope) + latent * heads * (nope + value_dim)
    return query + key_value + heads * value_dim * hidden


def _output_gate(model: Model) -> float:
    if not model.attention_output_gate:
        return 0
    return _need(model, "hidden") * _need(model, "heads") * _need(model, "head_dim")


def _indexer(model: Model) -> float:
    """Query from the query latent, one key and one weight for each head."""
    if model.indexer is None:
        return 0
    hidden, rank = _need(model, "hidden"), _need(model, "q_lora_rank")
    heads, width = model.indexer.heads, model.indexer.head_dim
    return rank * heads * width + hidden * width + hidden * heads


def linear_attention_parameters(model: Model, linear: LinearAttention) -> float:
    """Return the weights of one linear-attention block.

    Raises
    ------
    RefusalError
        The kind has no count here, or its dimensions are unknown.
    """
    dims = (linear.value_heads, linear.key_heads, linear.head_dim)
    if None in dims:
        raise _missing(model, "linear_attention dimensions")
    values, keys, width = (float(dim) for dim in dims if dim is not None)
    hidden, value_width, key_width = _need(model, "hidden"), values * width, keys * width
    if linear.kind is LinearKind.GATED_DELTANET:
        mixed = 2 * key_width + value_width
        return hidden * (mixed + 2 * value_width + 2 * values) + CONV_TAPS * mixed
    if linear.kind is LinearKind.LIGHTNING:
        return hidden * (2 * key_width + 3 * value_width)
    if linear.kind is LinearKind.KIMI_DELTA:
        gates = 2 * width * (hidden + value_width) + hidden * values
        return hidden * (2 * key_width + 2 * value_width) + gates + CONV_TAPS * 3 * value_width
    raise _missing(model, f"weights of {linear.kind} layers")


def feed_forward_parameters(model: Model, index: int) -> float:
    """Return the weights of the feed-forward block of one layer: dense, or router and experts."""
    hidden, matrices = _need(model, "hidden"), _need(model, "ffn_matrices")
    if not is_expert_layer(model, index):
        return matrices * hidden * _need(model, "ffn_hidden")
    experts, width = _need(model, "experts_routed"), _need(model, "moe_ffn_hidden")
    inner = model.routed_expert_hidden or hidden
    projections = 0 if model.routed_expert_hidden is None else 2 * hidden * inner
    routed = experts * matrices * inner * width
    return routed + projections + hidden * experts + _shared(model)


def _shared(model: Model) -> float:
    if not model.experts_shared:
        return 0
    width = _need(model, "shared_ffn_hidden")
    return _need(model, "ffn_matrices") * _need(model, "hidden") * width


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


def _idle_parameters(model: Model, index: int) -> float:
    if not is_expert_layer(model, index):
        return 0
    idle = _need(model, "experts_routed") - _need(model, "experts_topk")
    inner = model.routed_expert_hidden or _need(model, "hidden")
    return idle * _need(model, "ffn_matrices") * inner * _need(model, "moe_ffn_hidden")


def kv_bytes_per_token(model: Model, bytes_per_value: float) -> float:
    """Return the cache that one token of context takes over all full-attention layers.

    Raises
    ------
    RefusalError
        A dimension that the count needs is unknown.
    """
    indices = range(_layers(model))
    keeps_state = model.linear_attention is not None
    layers = sum(not keeps_state or is_full_attention(model, index) for index in indices)
    return layers * _cached_values(model) * bytes_per_value


def _cached_values(model: Model) -> float:
    if model.attention is Attention.MLA:
        return _need(model, "kv_lora_rank") + _need(model, "qk_rope_dim")
    key_dim = _need(model, "head_dim")
    return _need(model, "kv_heads") * (key_dim + (model.v_head_dim or key_dim))


def _layers(model: Model) -> int:
    return int(_need(model, "layers"))


def _need(model: Model, name: str) -> float:
    value = getattr(model, name)
    if value is None:
        raise _missing(model, name)
    return float(value)


def _missing(model: Model, name: str) -> RefusalError:
    return RefusalError(f"weights of {model.id} cannot be counted", (name,))
