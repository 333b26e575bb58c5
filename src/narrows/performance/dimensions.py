"""A model's dimensions as a configuration or the catalogue states them."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.catalog import Attention, LinearAttention, Model
from narrows.core import RefusalError


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimensions:
    """A model's dimensions as a configuration states them; ``None`` is not stated."""

    layers: int
    hidden: int
    heads: int
    kv_heads: int | None = None
    head_dim: int | None = None
    ffn: int | None = None
    ffn_matrices: int | None = None
    vocab: int | None = None
    experts: int | None = None
    topk: int | None = None
    expert_groups: int | None = None
    topk_groups: int | None = None
    expert_ffn: int | None = None
    shared_ffn: int | None = None
    first_dense_layers: int | None = None
    moe_every: int | None = None
    latent: bool = False
    q_lora: int | None = None
    kv_lora: int | None = None
    qk_nope: int | None = None
    qk_rope: int | None = None
    v_head: int | None = None
    full_attention_every: int | None = None
    window: int | None = None
    tied: bool | None = None
    alibi: bool = False
    sinks: bool = False
    output_gate: bool = False
    """Whether queries come with a gate as wide as they are on the output of the attention."""
    linear: LinearAttention | None = None
    """The layers without full attention, where they keep a state in the place of keys."""
    mtp_layers: int | None = None
    """Layers that predict further tokens; not stated is none."""


def dimensions_of(model: Model) -> Dimensions:
    """Return the dimensions of a catalogue model.

    Raises
    ------
    RefusalError
        The architecture is incomplete, or has a part that no formula covers.
    """
    core = {"layers": model.layers, "hidden": model.hidden, "heads": model.heads}
    missing = tuple(f"{model.id}.{name}" for name, value in core.items() if value is None)
    if model.layers is None or model.hidden is None or model.heads is None:
        raise RefusalError(f"the architecture of {model.id} is not public", missing)
    if model.routed_expert_hidden not in (None, model.hidden):
        raise RefusalError(
            f"the experts of {model.id} work on a width of their own, which is not modelled",
            (f"{model.id}.routed_expert_hidden",),
        )
    return Dimensions(
        layers=model.layers,
        hidden=model.hidden,
        heads=model.heads,
        kv_heads=model.kv_heads,
        head_dim=model.head_dim,
        ffn=model.ffn_hidden,
        ffn_matrices=model.ffn_matrices,
        vocab=model.vocab,
        experts=model.experts_routed,
        topk=model.experts_topk,
        expert_groups=model.expert_groups,
        topk_groups=model.experts_topk_groups,
        expert_ffn=model.moe_ffn_hidden,
        shared_ffn=_shared_ffn(model),
        first_dense_layers=model.first_dense_layers,
        moe_every=model.moe_every_n_layers,
        latent=model.attention is Attention.MLA,
        q_lora=model.q_lora_rank,
        kv_lora=model.kv_lora_rank,
        qk_nope=model.qk_nope_dim,
        qk_rope=model.qk_rope_dim,
        v_head=model.v_head_dim,
        full_attention_every=model.full_attention_every_n,
        window=model.sliding_window,
        tied=model.tied_embeddings,
        alibi=model.position is not None and "alibi" in model.position.lower(),
        sinks=model.attention_note is not None and "sinks" in model.attention_note,
        output_gate=model.attention_output_gate,
        linear=model.linear_attention,
        mtp_layers=model.mtp_layers,
    )


def _shared_ffn(model: Model) -> int | None:
    if model.shared_ffn_hidden is not None:
        return model.shared_ffn_hidden
    if model.experts_shared is None or model.moe_ffn_hidden is None:
        return None
    return model.experts_shared * model.moe_ffn_hidden
