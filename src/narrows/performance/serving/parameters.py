"""Parameters of a model's blocks, counted from its public dimensions."""

from __future__ import annotations

from narrows.catalog import Model
from narrows.performance.serving.facts import ModelFacts
from narrows.performance.serving.groups import is_latent, known, linear_layers, linear_state


def moe_layers(model: Model) -> int:
    """Return the layers with routed experts."""
    if model.experts_routed is None:
        return 0
    dense_first = 0 if model.first_dense_layers is None else model.first_dense_layers
    every = 1 if model.moe_every_n_layers is None else model.moe_every_n_layers
    return (known(model.layers) - dense_first) // every


def expert_params(model: Model) -> float:
    """Return the weights of one routed expert; 0 in a dense model."""
    if model.experts_routed is None:
        return 0.0
    return float(matrices(model) * expert_hidden(model) * known(model.moe_ffn_hidden))


def expert_hidden(model: Model) -> int:
    """Return the width that routed experts work on: the model's, or a narrower one of their own."""
    narrow = model.routed_expert_hidden
    return known(model.hidden) if narrow is None else narrow


def dense_params(model: Model, mixtures: int) -> float:
    """Return all beside attention and routed experts, which ``mixtures`` layers have."""
    wide = 0 if model.ffn_hidden is None else model.ffn_hidden
    plain = (known(model.layers) - mixtures) * matrices(model) * known(model.hidden) * wide
    return plain + mixtures * beside_experts(model)


def beside_experts(model: Model) -> float:
    """Return shared experts, router, and what narrows the experts' input, of one layer."""
    hidden = known(model.hidden)
    shared = 0 if model.shared_ffn_hidden is None else model.shared_ffn_hidden
    router = 0 if model.experts_routed is None else hidden * model.experts_routed
    narrowed = 0 if model.routed_expert_hidden is None else 2 * hidden * expert_hidden(model)
    return float(matrices(model) * hidden * shared + router + narrowed)


def attention_params(model: Model, facts: ModelFacts) -> float:
    """Return the attention weights of all layers."""
    linear = linear_layers(model)
    usual = full_attention_params(model, facts)
    return usual * (known(model.layers) - linear) + _linear_params(model) * linear


def full_attention_params(model: Model, facts: ModelFacts) -> float:
    """Return the attention weights of one layer that keeps keys and values."""
    return _latent_params(model) if is_latent(model) else _grouped_params(model, facts)


def _grouped_params(model: Model, facts: ModelFacts) -> float:
    hidden, heads, width = known(model.hidden), known(model.heads), known(model.head_dim)
    keys = 2 * hidden * known(model.kv_heads) * width
    if facts.compressed:
        keys = hidden * width
    query = hidden * heads * width
    if model.q_lora_rank is not None:
        query = model.q_lora_rank * (hidden + heads * width)
    output = hidden * heads * width
    if facts.output_rank is not None:
        rank, groups = facts.output_rank.rank, facts.output_rank.groups
        output = heads * width * rank + groups * rank * hidden
    gate = hidden * heads * width if model.attention_output_gate else 0
    return float(query + keys + output + gate)


def _latent_params(model: Model) -> float:
    hidden, heads = known(model.hidden), known(model.heads)
    latent, rope = known(model.kv_lora_rank), known(model.qk_rope_dim)
    nope, value = known(model.qk_nope_dim), known(model.v_head_dim)
    query = hidden * heads * (nope + rope)
    if model.q_lora_rank is not None:
        query = model.q_lora_rank * (hidden + heads * (nope + rope))
    keys = hidden * (latent + rope) + latent * heads * (nope + value)
    return float(query + keys + heads * value * hidden)


def _linear_params(model: Model) -> float:
    """Return query, key, value, gate and output matrices of a linear-attention layer."""
    state = linear_state(model)
    value = state.value_heads * state.width
    key = state.key_heads * state.width
    return float(known(model.hidden) * (3 * value + 2 * key))


def matrices(model: Model) -> int:
    """Return the matrices of a feed-forward block: three where it is gated, as usual."""
    return 3 if model.ffn_matrices is None else model.ffn_matrices
