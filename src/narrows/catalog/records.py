"""The records of the catalogue. Field names carry units; a blank is ``None``, never zero.

Compute rates are dense. A *chip* is one package; dies are counted apart.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ConfigDict

from narrows.core import STRICT, Basis, Grade


def _as_text(value: object) -> object:
    """Let a person write a bare date or number where the field is text."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number or isinstance(value, dt.date) else value


Text = Annotated[str, BeforeValidator(_as_text)]
"""Text that may look like a number."""
DateText = Annotated[str, BeforeValidator(_as_text)]
"""A date as precise as its source: day, month, quarter, half or year, perhaps with ``(plan)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record carries: identity, sources, grade and the first public day."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    sources: tuple[str, ...]
    grade: Grade
    basis: Basis
    known_on: dt.date | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """Values of one field on which sources differ, and the one that is used and why.

    ``known_on`` is the day from which the disagreement itself was public, where that is later
    than the record.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    fieldname: str
    seen: tuple[Text, ...]
    used: Text
    because: str
    known_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEvidence:
    """Evidence for one field where it differs from the record's own.

    Before ``known_on`` the field reads ``earlier``: the value that was public until then, or
    ``None`` where there was none.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    fieldname: str
    sources: tuple[str, ...]
    grade: Grade
    basis: Basis
    known_on: dt.date | None = None
    earlier: float | str | None = None


class RateBasis(StrEnum):
    """How a dense rate was obtained. A sparse rate has no place in the catalogue."""

    PUBLISHED_DENSE = "published_dense"
    HALVED_FROM_SPARSE = "halved_from_sparse"
    ANNOUNCED = "announced"
    """A headline of the maker whose basis is not stated in full; read as dense."""
    DERIVED = "derived"
    SECONDARY = "secondary"
    RECALLED = "recalled"
    UNPUBLISHED = "unpublished"


class RatesFrom(StrEnum):
    """Where the rates and memory of a system come from."""

    CHIPS = "chips"
    """Packages times the chip's own figures; the loader recomputes them."""
    VENDOR = "vendor"
    DERIVED = "derived"
    UNPUBLISHED = "unpublished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiple:
    """A stated relation between two rates of a chip: ``fieldname`` = ``times`` x ``of``."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    fieldname: str
    times: float
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip(Record):
    """One accelerator package."""

    vendor: str
    vendor_country: str | None = None
    name: str
    announced: DateText | None = None
    shipping: DateText | None = None
    status: str | None = None
    process_node: str | None = None
    foundry: str | None = None
    logic_dies: int | None = None
    logic_area_mm2: float | None = None
    transistors_bn: float | None = None
    fp64_tflops: float | None = None
    fp64_tensor_tflops: float | None = None
    fp32_tflops: float | None = None
    tf32_tflops: float | None = None
    bf16_tflops: float | None = None
    fp16_matrix_only_tflops: float | None = None
    fp8_tflops: float | None = None
    int8_tops: float | None = None
    fp6_tflops: float | None = None
    fp4_tflops: float | None = None
    dense_basis: RateBasis | None = None
    multiples: tuple[Multiple, ...] = ()
    memory_type: str | None = None
    memory_gb: float | None = None
    memory_bandwidth_gb_s: float | None = None
    scaleup_link: str | None = None
    scaleup_gb_s_per_direction: float | None = None
    scaleup_gb_s_bidirectional: float | None = None
    scaleup_domain_chips: int | None = None
    pcie_generation: int | None = None
    tdp_w: float | None = None
    form_factor: str | None = None
    datacentre_marketed: bool | None = None
    origin: str | None = None
    price_usd: float | None = None
    price_date: DateText | None = None
    price_basis: str | None = None
    china_status: str | None = None
    aliases: tuple[str, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    field_evidence: tuple[FieldEvidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class System(Record):
    """What is sold: chips, host and network in one order unit."""

    vendor: str
    vendor_country: str | None = None
    name: str
    chip: str | None = None
    announced: DateText | None = None
    available: DateText | None = None
    status: str | None = None
    packages: int | None = None
    logic_dies: int | None = None
    marketed_count: int | None = None
    counting_note: str | None = None
    bf16_pflops: float | None = None
    fp8_pflops: float | None = None
    int8_pops: float | None = None
    fp4_pflops: float | None = None
    dense_note: str | None = None
    rates_from: RatesFrom = RatesFrom.UNPUBLISHED
    hbm_tb: float | None = None
    fast_memory_tb: float | None = None
    hbm_bandwidth_tb_s: float | None = None
    scaleup_tb_s_bidirectional: float | None = None
    scaleup_gb_s_per_chip_per_direction: float | None = None
    scaleup_domain_chips: int | None = None
    scaleout_nics_per_chip: float | None = None
    scaleout_gbit_s_per_chip: float | None = None
    host_cpu: str | None = None
    power_kw: float | None = None
    cabinets: int | None = None
    price_usd: float | None = None
    price_date: DateText | None = None
    aliases: tuple[str, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    field_evidence: tuple[FieldEvidence, ...] = ()


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
    hidden: int | None = None
    heads: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None
    ffn_hidden: int | None = None
    ffn_matrices: int | None = None
    vocab: int | None = None
    experts_routed: int | None = None
    experts_topk: int | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """Something that happened to a gate, on a day, as the public could know it."""

    date: DateText
    date_precision: str
    date_basis: str
    side: str
    actor: str
    gate: str
    type: str
    summary: str
    formality: str
    products: str | None = None
    effect: str
    strength: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketFigure(Record):
    """A price, shipment, supply, demand or forecast, as a band on a stated basis.

    ``kind`` says what sort of statement it is (reported, estimate, derived, forecast, target ...);
    ``period`` is what the figure is about, ``known_on`` when it was first public.
    """

    category: str
    quantity: str
    unit: str
    period: DateText | None = None
    low: float | None = None
    central: float | None = None
    high: float | None = None
    kind: str
    basis_note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Record):
    """An exchange rate: units of ``quote`` for one ``base``."""

    base: str
    quote: str
    rate: float
    on: dt.date


__all__ = [
    "Attention",
    "Chip",
    "DateText",
    "Dispute",
    "Event",
    "FieldEvidence",
    "Indexer",
    "LinearAttention",
    "LinearKind",
    "MarketFigure",
    "Model",
    "Multiple",
    "Rate",
    "RateBasis",
    "RatesFrom",
    "Record",
    "System",
    "Text",
]
