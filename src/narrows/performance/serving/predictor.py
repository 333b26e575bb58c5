"""What drafts tokens for a model: its own module for further tokens, or a head beside it."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.catalog import Model
from narrows.performance.serving.facts import ModelFacts
from narrows.performance.serving.groups import known
from narrows.performance.serving.parameters import (
    beside_experts,
    expert_params,
    full_attention_params,
    matrices,
    moe_layers,
)

DRAFT_VOCAB = 32_000
"""Tokens that an EAGLE-3 head predicts, the frequent ones; its matrix is its own."""
STATES_JOINED = 3
"""Hidden states of the model that an EAGLE-3 head takes in (Li et al. 2025, arXiv 2503.01840)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictor:
    """Layers that draft; parameters in elements, all layers together.

    ``own`` where the model is published with them. ``plain_params`` stay in 16 bits, the others
    have the formats of the model's. Embedding and head are the model's.
    """

    own: bool
    layers: int
    attention_params: float
    dense_params: float
    expert_params: float
    plain_params: float

    @property
    def total_params(self) -> float:
        """All parameters that drafting adds: 11.6bn for DeepSeek-V3."""
        sharded = self.attention_params + self.dense_params + self.plain_params
        return sharded + self.expert_params


def predictor_of(model: Model, facts: ModelFacts) -> Predictor:
    """Return what drafts for a model.

    A model that is published without a module of its own, or of which that is unknown, is taken
    to be drafted for by a head in the form of EAGLE-3.
    """
    layers = model.mtp_layers if facts.drafts is None else facts.drafts.layers
    return _head(model, facts) if layers is None or layers == 0 else _own(model, facts, layers)


def _own(model: Model, facts: ModelFacts, layers: int) -> Predictor:
    """Return modules as DeepSeek-V3 has them: one of the model's layers behind a projection.

    The projection takes a hidden state and an embedding together (arXiv 2412.19437, 2.2).
    """
    hidden, dense_width = known(model.hidden), _dense_width(model, facts)
    if dense_width is None:
        routed = known(model.experts_routed) * expert_params(model)
        dense = beside_experts(model)
    else:
        routed, dense = 0.0, float(matrices(model) * hidden * dense_width)
    return Predictor(
        own=True,
        layers=layers,
        attention_params=layers * full_attention_params(model, facts),
        dense_params=layers * dense,
        expert_params=layers * routed,
        plain_params=float(layers * 2 * hidden * hidden),
    )


def _dense_width(model: Model, facts: ModelFacts) -> int | None:
    """Return the feed-forward width of a module without experts; ``None`` where it has them."""
    if facts.drafts is not None and facts.drafts.ffn is not None:
        return facts.drafts.ffn
    return model.ffn_hidden if moe_layers(model) == 0 else None


def _head(model: Model, facts: ModelFacts) -> Predictor:
    """Return a head in the form of EAGLE-3, in 16 bits.

    It is one dense layer with the model's attention, as wide as a token's share of one of the
    model's layers, behind the projection of three hidden states, with a matrix for the frequent
    tokens.
    """
    hidden = known(model.hidden)
    wide = float(matrices(model) * hidden * _token_width(model))
    joined = (STATES_JOINED * hidden + DRAFT_VOCAB) * hidden
    return Predictor(
        own=False,
        layers=1,
        attention_params=0.0,
        dense_params=0.0,
        expert_params=0.0,
        plain_params=full_attention_params(model, facts) + wide + joined,
    )


def _token_width(model: Model) -> int:
    """Return the feed-forward width that a token meets in one layer, chosen experts together."""
    if moe_layers(model) == 0:
        return known(model.ffn_hidden)
    shared = 0 if model.shared_ffn_hidden is None else model.shared_ffn_hidden
    return shared + known(model.experts_topk) * known(model.moe_ffn_hidden)
