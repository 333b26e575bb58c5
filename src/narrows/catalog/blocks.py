"""How many weights one block of a layer has, from the model's dimensions alone.

Counts follow the published definitions (GQA: Ainslie et al. 2023; MLA: DeepSeek-V2, section 2.1;
Gated DeltaNet: Yang et al. 2024; lightning attention: MiniMax-01; Kimi delta attention: Kimi
Linear; Mamba-2: Dao and Gu 2024; latent experts: Nemotron 3 Super). Biases are left out: they are
below 0.1 % everywhere in the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable

from narrows.catalog.architecture import Attention, LinearAttention, LinearKind, Model
from narrows.core import RefusalError

CONV_TAPS = 4
"""Every published linear layer with a convolution runs it over four tokens."""


def need(model: Model, name: str) -> float:
    """Return a dimension of a model.

    Raises
    ------
    RefusalError
        It is unknown.
    """
    value = getattr(model, name)
    if value is None:
        raise missing(model, name)
    return float(value)


def missing(model: Model, name: str) -> RefusalError:
    """Return the refusal to count a model for want of one fact."""
    return RefusalError(f"weights of {model.id} cannot be counted", (name,))


def full_attention(model: Model) -> float:
    """Return the weights of a block that keeps keys and values of the context."""
    core = latent_attention(model) if model.attention is Attention.MLA else grouped_attention(model)
    return core + _output_gate(model) + _indexer(model)


def grouped_attention(model: Model) -> float:
    """h*a*d + h*g*d + h*g*v + a*v*h for a query heads, g key heads, widths d and v."""
    if model.attention is Attention.COMPRESSED or model.attention is None:
        raise missing(model, "attention weights of this kind")
    hidden, heads, groups = (need(model, name) for name in ("hidden", "heads", "kv_heads"))
    key_dim = need(model, "head_dim")
    value_dim = model.v_head_dim or key_dim
    return hidden * (heads * key_dim + groups * key_dim + groups * value_dim + heads * value_dim)


def latent_attention(model: Model) -> float:
    """Return query, compressed key-value and output weights of multi-head latent attention."""
    hidden, heads = need(model, "hidden"), need(model, "heads")
    nope, rope = need(model, "qk_nope_dim"), need(model, "qk_rope_dim")
    value_dim, latent = need(model, "v_head_dim"), need(model, "kv_lora_rank")
    query_width = heads * (nope + rope)
    rank = model.q_lora_rank
    query = hidden * query_width if rank is None else rank * (hidden + query_width)
    key_value = hidden * (latent + rope) + latent * heads * (nope + value_dim)
    return query + key_value + heads * value_dim * hidden


def _output_gate(model: Model) -> float:
    if not model.attention_output_gate:
        return 0
    return need(model, "hidden") * need(model, "heads") * need(model, "head_dim")


def _indexer(model: Model) -> float:
    """Query from the query latent, one key and one weight for each head."""
    if model.indexer is None:
        return 0
    hidden, rank = need(model, "hidden"), need(model, "q_lora_rank")
    heads, width = model.indexer.heads, model.indexer.head_dim
    return rank * heads * width + hidden * width + hidden * heads


def linear_attention(model: Model) -> float:
    """Return the weights of a block that keeps a state of fixed size.

    Raises
    ------
    RefusalError
        The model has none, or a dimension of it is unknown.
    """
    linear = model.linear_attention
    if linear is None:
        raise missing(model, "linear_attention")
    dims = (linear.value_heads, linear.key_heads, linear.head_dim)
    if None in dims:
        raise missing(model, "linear_attention dimensions")
    return _LINEAR[linear.kind](model, linear, *(float(dim) for dim in dims if dim is not None))


def _gated_deltanet(
    model: Model, _linear: LinearAttention, values: float, keys: float, width: float
) -> float:
    mixed = 2 * keys * width + values * width
    hidden = need(model, "hidden")
    return hidden * (mixed + 2 * values * width + 2 * values) + CONV_TAPS * mixed


def _lightning(
    model: Model, _linear: LinearAttention, values: float, keys: float, width: float
) -> float:
    return need(model, "hidden") * (2 * keys * width + 3 * values * width)


def _kimi_delta(
    model: Model, _linear: LinearAttention, values: float, keys: float, width: float
) -> float:
    hidden, value_width = need(model, "hidden"), values * width
    gates = 2 * width * (hidden + value_width) + hidden * values
    return hidden * (2 * keys * width + 2 * value_width) + gates + CONV_TAPS * 3 * value_width


def _mamba2(
    model: Model, linear: LinearAttention, values: float, keys: float, width: float
) -> float:
    if linear.state_size is None:
        raise missing(model, "linear_attention.state_size")
    hidden, inner = need(model, "hidden"), values * width
    mixed = inner + 2 * keys * linear.state_size
    return hidden * (inner + mixed + values) + CONV_TAPS * mixed + inner * hidden + inner


_LINEAR: dict[LinearKind, Callable[[Model, LinearAttention, float, float, float], float]] = {
    LinearKind.GATED_DELTANET: _gated_deltanet,
    LinearKind.LIGHTNING: _lightning,
    LinearKind.KIMI_DELTA: _kimi_delta,
    LinearKind.MAMBA2: _mamba2,
}


def dense_feed_forward(model: Model) -> float:
    """Return the weights of a feed-forward block without experts."""
    return need(model, "ffn_matrices") * need(model, "hidden") * need(model, "ffn_hidden")


def expert_feed_forward(model: Model) -> float:
    """Return router, routed and shared experts, and the projections of latent experts."""
    hidden, experts = need(model, "hidden"), need(model, "experts_routed")
    latent = model.routed_expert_hidden
    projections = 0 if latent is None else 2 * hidden * latent
    return experts * one_expert(model) + projections + hidden * experts + _shared(model)


def one_expert(model: Model) -> float:
    """Return the weights of one routed expert."""
    inner = model.routed_expert_hidden or need(model, "hidden")
    return need(model, "ffn_matrices") * inner * need(model, "moe_ffn_hidden")


def idle_experts(model: Model) -> float:
    """Return the weights of the routed experts that a token does not visit."""
    return (need(model, "experts_routed") - need(model, "experts_topk")) * one_expert(model)


def _shared(model: Model) -> float:
    if not model.experts_shared:
        return 0
    width = need(model, "shared_ffn_hidden")
    return need(model, "ffn_matrices") * need(model, "hidden") * width
