"""Chips and systems. Compute rates are dense; a *chip* is one package, dies are counted apart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog.record import DateText, Dispute, FieldEvidence, Record
from narrows.core import STRICT


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
    other_bins: tuple[str, ...] | None = None
    """Ids of other bins of the chip with which it is also sold."""
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
    host_link: str | None = None
    """What joins a chip to its host: generation and width, as makers write it."""
    host_link_gb_s_per_chip_per_direction: float | None = None
    """A chip's share of it while every chip of the system uses it, before any efficiency."""
    host_memory_tb: float | None = None
    """DRAM of all hosts of the system, HBM apart."""
    host_memory_bandwidth_tb_s: float | None = None
    """Nominal, of all hosts of the system."""
    power_kw: float | None = None
    cabinets: int | None = None
    price_usd: float | None = None
    price_date: DateText | None = None
    aliases: tuple[str, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    field_evidence: tuple[FieldEvidence, ...] = ()
