"""Efficiency constants: what a formula cannot know from a specification.

Each constant has a base and effects by chip family, software generation and precision, added on an
unbounded scale (log-odds for a share, logarithm otherwise). There is no effect for a row, a source
or a model. The first guesses stand in ``data/performance/constants.yaml``; calibration replaces
them with draws.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from narrows.catalog import data_root
from narrows.core import STRICT, Grade, read_records
from narrows.performance.arrays import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """One value, or an array of rows or draws, for each constant."""

    gemm_efficiency: Array
    wide_gemm_efficiency: Array
    """The same for products that stay in 16 bits (logits, unfused attention)."""
    power_exponent: Array
    """How the rate of products follows a board's power where that limits the clock."""
    foreign_gemm: Array
    """Share of the rate that products of software older than the chip family reach."""
    gemm_padding: Array
    attention_efficiency: Array
    foreign_attention: Array
    """Share of it that kernels written for an earlier family reach."""
    attention_half_keys: Array
    score_traffic: Array
    """Traffic of materialised scores over that of a fused softmax and dropout."""
    sink_score_bytes: Array
    """Bytes per score that a softmax with a learned sink moves beside its products."""
    softmax_depth: Array
    """Matrix columns whose time an exponential and its scaling take, for every score."""
    bandwidth_efficiency: Array
    logit_bytes: Array
    """Bytes moved per logit by the loss, forward and backward."""
    expert_efficiency: Array
    """Rate of grouped products over that of plain ones."""
    index_s_per_element: Array
    """Time of one element of a gather or scatter whose index is as large as its operand."""
    permute_scale: Array
    """Traffic of moving tokens into expert order and back over the passes that software counts."""
    traffic_scale: Array
    """Element-wise traffic over that of a well-fused implementation."""
    narrow_overhead: Array
    """Bytes moved per operand element to cast it to 8 or 4 bits, forward."""
    host_s_per_kernel: Array
    kernels_per_expert: Array
    """Launches of a forward pass for every expert on a rank; narrow formats double them."""
    link_efficiency: Array
    nic_efficiency: Array
    link_latency_s: Array
    nic_latency_s: Array
    collective_start_s: Array
    tensor_overlap: Array
    data_overlap: Array
    expert_overlap: Array
    pipeline_overlap: Array
    expert_imbalance: Array
    """Load of the busiest expert rank over the mean."""
    step_overhead_s: Array
    straggler_spread: Array


WIDE = "wide_gemm_efficiency"
"""Not a constant of its own: ``gemm_efficiency`` at 16 bits."""

NAMES: tuple[str, ...] = tuple(item.name for item in fields(Constants) if item.name != WIDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is believed about one constant before calibration."""

    __pydantic_config__ = STRICT

    name: str
    kind: Literal["share", "positive", "above_one"]
    base: float
    spread: float
    """Standard deviation of the base on the unbounded scale."""
    families: Mapping[str, float] = field(default_factory=dict)
    """Factors on the value (on the odds of a share) by level, one where absent."""
    generations: Mapping[str, float] = field(default_factory=dict)
    precisions: Mapping[str, float] = field(default_factory=dict)
    family_spread: float = 0.0
    """Standard deviation of a family's effect; zero means that families do not differ."""
    generation_spread: float = 0.0
    precision_spread: float = 0.0
    source: str
    grade: Grade


@cache
def priors() -> tuple[Prior, ...]:
    """Return the packaged priors, in the order of :data:`NAMES`."""
    found = {
        prior.name: prior
        for prior in read_records(data_root() / "performance" / "constants.yaml", Prior)
    }
    return tuple(found[name] for name in NAMES)


@dataclass(frozen=True, slots=True)
class Setting:
    """The levels that choose a constant's effects; see :data:`UNSEEN` for an unfitted one."""

    family: str
    generation: str
    precision: str


UNSEEN = "other"
"""A level without measurements: its effects keep their prior spread, so intervals widen."""

WIDE_PRECISION = "bf16"
"""The precision in which attention and logits run."""


def to_unbounded(prior: Prior, value: float) -> float:
    """Return a constant on the scale on which effects add."""
    if prior.kind == "share":
        return math.log(value / (1.0 - value))
    return math.log(value - 1.0 if prior.kind == "above_one" else value)


def to_bounded(prior: Prior, value: npt.NDArray[np.float64]) -> Array:
    """Return constants from the unbounded scale; inverse of :func:`to_unbounded`."""
    if prior.kind == "share":
        return 1.0 / (1.0 + np.exp(-value))
    return np.exp(value) + (1.0 if prior.kind == "above_one" else 0.0)
