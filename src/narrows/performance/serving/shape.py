"""A model as serving sees it: weights by the way they are sharded, and groups of caches."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.catalog import Model
from narrows.core import RefusalError
from narrows.performance.serving.cache import CacheGroup
from narrows.performance.serving.facts import ModelFacts, load_facts
from narrows.performance.serving.groups import (
    cache_groups,
    full_layers,
    is_latent,
    known,
    linear_layers,
    linear_state,
)

RESIDUE_MAX = 0.5
"""Stated and recomputed parameter counts may differ by this share before we refuse the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Counts for the whole model; parameters in elements.

    ``attention_params`` and ``dense_params`` are sharded by tensor parallelism; the expert
    matrices by expert and expert-tensor parallelism. ``idle_params`` take memory only. Widths are
    of the tensors that a layer writes for a token.
    """

    name: str
    layers: int
    moe_layers: int
    hidden: int
    heads: int
    vocab: int
    attention_params: float
    dense_params: float
    expert_params: float
    experts: int
    experts_per_token: int
    embedding_params: float
    idle_params: float
    attention_width: float
    dense_width: float
    expert_width: float
    groups: tuple[CacheGroup, ...]
    latent_layers: int
    indexed_layers: int
    linear_layers: int

    @property
    def routed_params(self) -> float:
        """Parameters of all routed experts."""
        return self.moe_layers * self.experts * self.expert_params

    @property
    def total_params(self) -> float:
        """All parameters."""
        read = self.attention_params + self.dense_params + self.routed_params
        return read + self.embedding_params + self.idle_params

    @property
    def active_params(self) -> float:
        """Parameters that one token meets, without the input embedding."""
        chosen = self.moe_layers * self.experts_per_token * self.expert_params
        return self.attention_params + self.dense_params + chosen + self.vocab * self.hidden


def shape_of(model: Model) -> Shape:
    """Return the serving shape of a catalogue model.

    Parameters that its dimensions do not explain (biases, norms, low-rank details) count as
    attention weights as far as the published active count leaves room, else as idle memory.

    Raises
    ------
    RefusalError
        A dimension that decides the answer is not public, or the counts do not add up.
    """
    _check(model)
    facts = load_facts().model(model.id)
    moe_layers = _moe_layers(model)
    expert = _expert_params(model)
    dense = _dense_params(model, moe_layers)
    attention = _attention_params(model, facts)
    embedding = known(model.vocab) * known(model.hidden) * (1 if model.tied_embeddings else 2)
    routed = moe_layers * known(model.experts_routed) * expert if moe_layers else 0.0
    residue = _residue(model, attention + dense + embedding + routed)
    chosen = moe_layers * known(model.experts_topk) * expert if moe_layers else 0.0
    read = min(residue, _unread(model, attention + dense + chosen + embedding / 2))
    return Shape(
        name=model.id,
        layers=known(model.layers),
        moe_layers=moe_layers,
        hidden=known(model.hidden),
        heads=known(model.heads),
        vocab=known(model.vocab),
        attention_params=attention + read,
        dense_params=dense,
        expert_params=expert,
        experts=1 if model.experts_routed is None else model.experts_routed,
        experts_per_token=1 if model.experts_topk is None else model.experts_topk,
        embedding_params=embedding,
        idle_params=residue - read,
        attention_width=_attention_width(model),
        dense_width=_dense_width(model, moe_layers),
        expert_width=0.0 if model.moe_ffn_hidden is None else float(model.moe_ffn_hidden),
        groups=cache_groups(model, facts),
        latent_layers=full_layers(model) if is_latent(model) or facts.compressed else 0,
        indexed_layers=0 if model.indexer is None else known(model.layers),
        linear_layers=linear_layers(model),
    )


def _check(model: Model) -> None:
    needed = {
        "layers": model.layers,
        "hidden": model.hidden,
        "vocab": model.vocab,
        "heads": model.heads,
        "kv_heads": model.kv_heads,
        "head_dim": model.head_dim,
    }
    if model.experts_routed is not None:
        needed |= {"experts_topk": model.experts_topk, "moe_ffn_hidden": model.moe_ffn_hidden}
    else:
        needed |= {"ffn_hidden": model.ffn_hidden}
    missing = tuple(f"{model.id}.{name}" for name, value in needed.items() if value is None)
    if missing:
        raise RefusalError(f"the shape of {model.id} is not public", missing)


def _moe_layers(model: Model) -> int:
    if model.experts_routed is None:
        return 0
    dense_first = 0 if model.first_dense_layers is None else model.first_dense_layers
    every = 1 if model.moe_every_n_layers is None else model.moe_every_n_layers
    return (known(model.layers) - dense_first) // every


def _expert_params(model: Model) -> float:
    if model.experts_routed is None:
        return 0.0
    return float(_matrices(model) * _expert_hidden(model) * known(model.moe_ffn_hidden))


def _expert_hidden(model: Model) -> int:
    """Return the width that routed experts work on: the model's, or a narrower one of their own."""
    narrow = model.routed_expert_hidden
    return known(model.hidden) if narrow is None else narrow


def _dense_params(model: Model, moe_layers: int) -> float:
    """Return dense layers, shared experts, routers, and what narrows the experts' input."""
    hidden, matrices = known(model.hidden), _matrices(model)
    dense_layers = known(model.layers) - moe_layers
    wide = 0 if model.ffn_hidden is None else model.ffn_hidden
    shared = 0 if model.shared_ffn_hidden is None else model.shared_ffn_hidden
    router = 0 if model.experts_routed is None else hidden * model.experts_routed
    narrowed = 0 if model.routed_expert_hidden is None else 2 * hidden * _expert_hidden(model)
    moe = moe_layers * (matrices * hidden * shared + router + narrowed)
    return float(dense_layers * matrices * hidden * wide + moe)


def _attention_params(model: Model, facts: ModelFacts) -> float:
    linear = linear_layers(model)
    usual = _latent_params(model) if is_latent(model) else _grouped_params(model, facts)
    return usual * (known(model.layers) - linear) + _linear_params(model) * linear


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


def _attention_width(model: Model) -> float:
    """Return queries, keys and values of a token, all heads together."""
    heads = known(model.heads)
    if is_latent(model):
        per_head = known(model.qk_nope_dim) + known(model.qk_rope_dim) + known(model.v_head_dim)
        return float(heads * per_head)
    return float((heads + 2 * known(model.kv_heads)) * known(model.head_dim))


def _dense_width(model: Model, moe_layers: int) -> float:
    """Return the feed-forward width outside routed experts, averaged over the layers."""
    wide = 0 if model.ffn_hidden is None else model.ffn_hidden
    shared = 0 if model.shared_ffn_hidden is None else model.shared_ffn_hidden
    layers = known(model.layers)
    return ((layers - moe_layers) * wide + moe_layers * shared) / layers


def _residue(model: Model, explained: float) -> float:
    """Return published parameters that the dimensions do not explain; never negative."""
    if model.total_params_b is None:
        return 0.0
    stated = model.total_params_b * 1e9
    if abs(stated - explained) > RESIDUE_MAX * stated:
        raise RefusalError(
            f"{model.id}: dimensions give {explained / 1e9:.0f}bn parameters, "
            f"the maker states {model.total_params_b:.0f}bn",
            (f"{model.id}.total_params_b",),
        )
    return max(stated - explained, 0.0)


def _unread(model: Model, explained: float) -> float:
    """Return active parameters that the dimensions do not explain; no limit where unpublished."""
    if model.active_params_b is None or model.experts_routed is None:
        return float("inf")
    return max(model.active_params_b * 1e9 - explained, 0.0)


def _matrices(model: Model) -> int:
    return 3 if model.ffn_matrices is None else model.ffn_matrices
