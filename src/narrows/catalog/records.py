"""The records of the catalogue. Field names carry units; a blank is ``None``, never zero.

Compute rates are dense. A *chip* is one package; dies are counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict

from narrows.core import STRICT, Basis, Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record carries: identity, sources, grade and the first public day."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    sources: tuple[str, ...]
    grade: Grade
    basis: Basis
    known_on: date | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """Values of one field on which sources differ, and the one that is used and why."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    fieldname: str
    seen: tuple[str, ...]
    used: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEvidence:
    """Evidence for one field where it differs from the record's own."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    fieldname: str
    sources: tuple[str, ...]
    grade: Grade
    basis: Basis
    known_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip(Record):
    """One accelerator package."""

    vendor: str
    name: str
    announced: str | None = None
    shipping: str | None = None
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
    dense_basis: str | None = None
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
    price_date: str | None = None
    price_basis: str | None = None
    china_status: str | None = None
    aliases: tuple[str, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    field_evidence: tuple[FieldEvidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class System(Record):
    """What is sold: chips, host and network in one order unit."""

    vendor: str
    name: str
    chip: str | None
    announced: str | None = None
    available: str | None = None
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
    price_date: str | None = None
    aliases: tuple[str, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    field_evidence: tuple[FieldEvidence, ...] = ()


class Attention(StrEnum):
    """How keys and values are kept."""

    MHA = "MHA"
    MQA = "MQA"
    GQA = "GQA"
    MLA = "MLA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Record):
    """A transformer's public architecture. Counts are per model, sizes in elements."""

    family: str
    name: str
    released: str | None = None
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
    shared_ffn_hidden: int | None = None
    first_dense_layers: int | None = None
    moe_every_n_layers: int | None = None
    attention: str | None = None
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

    date: str
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
    """A price, shipment, supply, demand or forecast, as a band on a stated basis."""

    category: str
    quantity: str
    unit: str
    period: str | None = None
    low: float | str | None = None
    central: float | str | None = None
    high: float | str | None = None
    basis_note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Record):
    """An exchange rate: units of ``quote`` for one ``base``."""

    base: str
    quote: str
    rate: float
    on: date


__all__ = [
    "Attention",
    "Chip",
    "Dispute",
    "Event",
    "FieldEvidence",
    "MarketFigure",
    "Model",
    "Rate",
    "Record",
    "System",
]
