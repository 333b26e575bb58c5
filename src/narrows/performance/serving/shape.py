"""A model as serving sees it: weights by the way they are sharded, and groups of caches."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.catalog import Model
from narrows.core import RefusalError
from narrows.performance.serving.cache import CacheGroup
from narrows.performance.serving.facts import load_facts
from narrows.performance.serving.groups import (
    cache_groups,
    full_layers,
    is_latent,
    known,
    linear_layers,
)
from narrows.performance.serving.parameters import (
    attention_params,
    dense_params,
    expert_hidden,
    expert_params,
    moe_layers,
)
from narrows.performance.serving.predictor import Predictor, predictor_of

RESIDUE_MAX = 0.5
"""Stated and recomputed parameter counts may differ by this share before we refuse the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Counts for the whole model; parameters in elements.

    ``attention_params`` and ``dense_params`` are sharded by tensor parallelism; the expert
    matrices by expert and expert-tensor parallelism. ``idle_params`` take memory only. Widths are
    of the tensors that a layer writes for a token. ``expert_hidden`` is the width
    of a token as experts take it. What drafts is in no other count.
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
    expert_hidden: int
    groups: tuple[CacheGroup, ...]
    latent_layers: int
    indexed_layers: int
    linear_layers: int
    predictor: Predictor

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
    mixtures = moe_layers(model)
    expert = expert_params(model)
    dense = dense_params(model, mixtures)
    attention = attention_params(model, facts)
    embedding = known(model.vocab) * known(model.hidden) * (1 if model.tied_embeddings else 2)
    routed = mixtures * known(model.experts_routed) * expert if mixtures else 0.0
    residue = _residue(model, attention + dense + embedding + routed)
    chosen = mixtures * known(model.experts_topk) * expert if mixtures else 0.0
    read = min(residue, _unread(model, attention + dense + chosen + embedding / 2))
    return Shape(
        name=model.id,
        layers=known(model.layers),
        moe_layers=mixtures,
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
        dense_width=_dense_width(model, mixtures),
        expert_hidden=expert_hidden(model),
        expert_width=0.0 if model.moe_ffn_hidden is None else float(model.moe_ffn_hidden),
        groups=cache_groups(model, facts),
        latent_layers=full_layers(model) if is_latent(model) or facts.compressed else 0,
        indexed_layers=0 if model.indexer is None else known(model.layers),
        linear_layers=linear_layers(model),
        predictor=predictor_of(model, facts),
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


def _attention_width(model: Model) -> float:
    """Return queries, keys and values of a token, all heads together."""
    heads = known(model.heads)
    if is_latent(model):
        per_head = known(model.qk_nope_dim) + known(model.qk_rope_dim) + known(model.v_head_dim)
        return float(heads * per_head)
    return float((heads + 2 * known(model.kv_heads)) * known(model.head_dim))


def _dense_width(model: Model, mixtures: int) -> float:
    """Return the feed-forward width outside routed experts, averaged over the layers."""
    wide = 0 if model.ffn_hidden is None else model.ffn_hidden
    shared = 0 if model.shared_ffn_hidden is None else model.shared_ffn_hidden
    layers = known(model.layers)
    return ((layers - mixtures) * wide + mixtures * shared) / layers


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
