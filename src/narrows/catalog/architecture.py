"""Models: the public shape of a transformer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog.record import DateText, Record
from narrows.core import STRICT


class Attention(StrEnum):
    """How keys and values are kept."""

    MHA = "MHA"
    MQA = "MQA"
    GQA = "GQA"
    MLA = "MLA"
    COMPRESSED = "compressed"
    """Compressed sparse attention over a shared latent, as DeepSeek-V4 has it."""


class LinearKind(StrEnum):
    """Kinds of linear attention that stand in for full attention in most layers."""

    GATED_DELTANET = "gated_deltanet"
    LIGHTNING = "lightning"
    KIMI_DELTA = "kimi_delta"
    MAMBA2 = "mamba2"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearAttention:
    """The layers that keep a state of fixed size instead of keys and values."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    kind: LinearKind
    value_heads: int | None = None
    key_heads: int | None = None
    head_dim: int | None = None
    state_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexer:
    """The small scorer that picks the tokens of sparse attention."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    heads: int
    head_dim: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Record):
    """A transformer's public architecture. Counts are per model, sizes in elements."""

    family: str
    name: str
    released: DateText | None = None
    total_params_b: float | None = None
    active_params_b: float | None = None
    layers: int | None = None
    layer_pattern: str | None = None
    """One letter a layer where a layer is one block: M Mamba-2, E experts, * attention, - dense.

    ``layers`` is blank then, so that nothing takes the model for a stack of equal layers.
    """
    hidden: int | None = None
    heads: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None
    ffn_hidden: int | None = None
    ffn_matrices: int | None = None
    vocab: int | None = None
    experts_routed: int | None = None
    experts_topk: int | None = None
    expert_groups: int | None = None
    """Groups of experts, of which a token chooses some first; blank where there are none."""
    experts_topk_groups: int | None = None
    """Groups from which a token's experts come."""
    experts_shared: int | None = None
    moe_ffn_hidden: int | None = None
    routed_expert_hidden: int | None = None
    """Width that routed experts work on, where it is not the model's own."""
    shared_ffn_hidden: int | None = None
    first_dense_layers: int | None = None
    moe_every_n_layers: int | None = None
    attention: Attention | None = None
    attention_note: str | None = None
    attention_output_gate: bool = False
    linear_attention: LinearAttention | None = None
    indexer: Indexer | None = None
    q_lora_rank: int | None = None
    kv_lora_rank: int | None = None
    qk_nope_dim: int | None = None
    qk_rope_dim: int | None = None
    v_head_dim: int | None = None
    full_attention_every_n: int | None = None
    sliding_window: int | None = None
    sparse_attention_topk: int | None = None
    position: str | None = None
    tied_embeddings: bool | None = None
    context: int | None = None
    train_tokens_t: float | None = None
    mtp_layers: int | None = None
    params_check_b: float | None = None
    kv_bytes_per_token_bf16: float | None = None
    params_tolerance_reason: str | None = None
    aliases: tuple[str, ...] = ()
