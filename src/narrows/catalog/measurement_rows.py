"""Rows of the tables of published measurements, column for column.

Columns keep the words of the sources: a layout such as ``4/8`` is prefill/decode, chips are
counted as the source counts them. Blank is ``None``. No prose is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter

from narrows.catalog.files import data_root
from narrows.catalog.records import DateText, Text
from narrows.core import STRICT, Grade, read_document


@cache
def _grades() -> dict[str, Grade]:
    document = read_document(data_root() / "measurements" / "grades.yaml")
    return TypeAdapter(dict[str, Grade]).validate_python(document.tree)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """One published training measurement with its layout."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    source_id: str
    source_title: str
    source_url: str
    source_loc: str
    date: DateText
    chip: str
    chips_per_node: int
    n_chips: int
    interconnect: str | None = None
    model: str
    params_b: float | None = None
    layers: int | None = None
    hidden: int | None = None
    heads: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None
    ffn: int | None = None
    moe_ffn: int | None = None
    vocab: int | None = None
    experts: int | None = None
    topk: int | None = None
    shared_experts: int | None = None
    seq_len: int | None = None
    global_batch_seqs: int | None = None
    micro_batch: int | None = None
    tp: int | None = None
    pp: int | None = None
    vpp_stages: int | None = None
    layers_per_vpp: int | None = None
    cp: int | None = None
    ep: int | None = None
    etp: int | None = None
    dp: int | None = None
    sequence_parallel: str | None = None
    dp_sharding: str | None = None
    recompute: str | None = None
    precision: str | None = None
    framework: str
    measured_step_s: float | None = None
    tokens_per_s_per_chip: float | None = None
    samples_per_s: float | None = None
    tflops_per_chip: float | None = None
    tflops_kind: str | None = None
    mfu_pct: float | None = None
    hfu_pct: float | None = None
    total_time_min: float | None = None
    peak_mem_gib: float | None = None
    measured_how: str
    config_source: str | None = None
    flops_convention: str
    total_gpu_hours: float | None = None
    tokens_trained: float | None = None
    provenance: str
    completeness: str
    split: str

    @property
    def grade(self) -> Grade:
        """How far the measurement reaches."""
        return _grades()[self.provenance]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingRun:
    """One published serving measurement with its layout and traffic."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    source_title: str
    source_url: str
    source_section: Text | None = None
    date: DateText
    chip: str
    chips_per_instance: int | None = None
    n_chips: int | None = None
    engine: str
    engine_version: Text | None = None
    model: str
    weight_precision: str | None = None
    kv_dtype: str | None = None
    input_len: int | None = None
    output_len: int | None = None
    concurrency: Text | None = None
    request_rate: float | None = None
    tp: Text | None = None
    pp: Text | None = None
    ep: Text | None = None
    dp: Text | None = None
    disagg: str
    max_num_seqs_per_dp: Text | None = None
    spec_tokens: int | None = None
    spec_accepted: float | None = None
    prefix_hit_share: float | None = None
    prefill_workers: int | None = None
    decode_workers: int | None = None
    moe_tp: int | None = None
    scenario: str
    output_tok_s_total: float | None = None
    total_tok_s: float | None = None
    tok_s_per_chip: float | None = None
    per_chip_origin: str | None = None
    per_chip_kind: str | None = None
    ttft_ms: float | None = None
    ttft_stat: str | None = None
    tpot_ms: float | None = None
    tpot_stat: str | None = None
    evidence: str
    completeness: str
    split: str

    @property
    def grade(self) -> Grade:
        """How far the measurement reaches."""
        return _grades()[self.evidence]


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelEfficiency:
    """One published kernel or collective figure, with the peak it is held against."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    category: str
    operation: str
    hardware: str
    n_devices: int
    dtype: str | None = None
    shape_or_message: str | None = None
    value: float | None = None
    unit: str | None = None
    peak: float | None = None
    peak_unit: str | None = None
    fraction_of_peak: float | None = None
    fraction_origin: str | None = None
    source_title: str
    source_url: str
    source_section: str
    date: DateText
    evidence: str

    @property
    def grade(self) -> Grade:
        """How far the measurement reaches."""
        return _grades()[self.evidence]
