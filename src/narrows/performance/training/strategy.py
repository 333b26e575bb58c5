"""A strategy: how a step is laid out over devices; and what is asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np

from narrows.core import RefusalError
from narrows.performance.arrays import Array, xp
from narrows.performance.pipeline import Schedule
from narrows.performance.software import Generation
from narrows.performance.training.offload import (
    NO_OFFLOAD,
    Offload,
    Offloads,
    offload_arrays,
    offload_at,
)


class Recompute(StrEnum):
    """What the backward pass computes again instead of keeping it."""

    NONE = "none"
    SELECTIVE = "selective"
    """The attention core only (2205.05198)."""
    FULL = "full"
    """Whole layers."""


class ContextExchange(StrEnum):
    """How context ranks see each other's keys."""

    RING = "ring"
    """Keys and values go round, a block at a time (2310.01889)."""
    ALL_TO_ALL = "all_to_all"
    """Every rank gets some heads of the whole sequence, and gives them back (2309.14509)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """One parallel layout, as a person writes it."""

    tensor: int = 1
    pipeline: int = 1
    data: int = 1
    context: int = 1
    context_exchange: ContextExchange = ContextExchange.RING
    expert: int = 1
    expert_tensor: int = 1
    chunks: int = 1
    """Virtual pipeline stages a rank holds."""
    micro_batch: int = 1
    zero: int = 1
    recompute: Recompute = Recompute.NONE
    recomputed_share: float = 1.0
    """Share of the layers that full recomputation covers."""
    sequence_parallel: bool = True
    schedule: Schedule = Schedule.ONE_F_ONE_B
    offload: Offload = NO_OFFLOAD

    @property
    def devices(self) -> int:
        """Devices that the layout occupies."""
        return self.tensor * self.pipeline * self.data * self.context


def check_expert_group(s: Strategy) -> None:
    """Refuse expert ranks that do not divide the ranks of a pipeline stage.

    Raises
    ------
    RefusalError
        With both numbers.
    """
    ranks, group = s.data * s.context * s.tensor, s.expert * s.expert_tensor
    if ranks % group:
        raise RefusalError(
            f"expert x expert tensor = {group} does not divide the {ranks} ranks of a stage",
            ("expert", "expert_tensor"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategies:
    """Many layouts as arrays; see :class:`Strategy` for the words."""

    tensor: Array
    pipeline: Array
    data: Array
    context: Array
    by_heads: Array
    """1 where context ranks exchange heads in all-to-alls, 0 where keys go round a ring."""
    expert: Array
    expert_tensor: Array
    chunks: Array
    micro_batch: Array
    zero: Array
    selective: Array
    """1 where the attention core is recomputed."""
    full_share: Array
    """Share of layers that are recomputed whole."""
    sequence_parallel: Array
    schedule: Array
    offload: Offloads | None = None
    """``None`` where every row keeps everything on its device."""

    @property
    def expert_data(self) -> Array:
        """Ranks that replicate a routed expert."""
        return xp.maximum(
            1.0, self.data * self.context * self.tensor / (self.expert * self.expert_tensor)
        )

    def take(self, rows: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> Strategies:
        """Return some rows."""
        columns = {name: getattr(self, name)[rows] for name in COLUMNS}
        offload = None if self.offload is None else self.offload.take(rows)
        return Strategies(**columns, offload=offload)

    def __len__(self) -> int:
        """Rows."""
        return int(self.tensor.size)


COLUMNS = tuple(item.name for item in fields(Strategies) if item.name != "offload")
"""The degrees of freedom that are plain columns."""


def as_arrays(strategies: Sequence[Strategy]) -> Strategies:
    """Return layouts as arrays of rows."""
    numbers = [_numbers(each) for each in strategies]
    columns = {name: np.array([row[name] for row in numbers], dtype=np.float64) for name in COLUMNS}
    moved = [each.offload for each in strategies]
    offload = offload_arrays(moved) if any(each.words for each in moved) else None
    return Strategies(**columns, offload=offload)


def _numbers(s: Strategy) -> dict[str, float]:
    full = s.recompute is Recompute.FULL
    return {
        "tensor": s.tensor,
        "pipeline": s.pipeline,
        "data": s.data,
        "context": s.context,
        "by_heads": float(s.context_exchange is ContextExchange.ALL_TO_ALL),
        "expert": s.expert,
        "expert_tensor": s.expert_tensor,
        "chunks": s.chunks,
        "micro_batch": s.micro_batch,
        "zero": s.zero,
        "selective": float(s.recompute is Recompute.SELECTIVE),
        "full_share": s.recomputed_share if full else 0.0,
        "sequence_parallel": float(s.sequence_parallel),
        "schedule": float(s.schedule),
    }


def at_row(strategies: Strategies, row: int) -> Strategy:
    """Return one row as a person writes it."""
    value = {name: float(getattr(strategies, name)[row]) for name in COLUMNS}
    recompute = Recompute.SELECTIVE if value["selective"] > 0.0 else Recompute.NONE
    if value["full_share"] > 0.0:
        recompute = Recompute.FULL
    by_heads = value["by_heads"] > 0.0
    return Strategy(
        context_exchange=ContextExchange.ALL_TO_ALL if by_heads else ContextExchange.RING,
        tensor=int(value["tensor"]),
        pipeline=int(value["pipeline"]),
        data=int(value["data"]),
        context=int(value["context"]),
        expert=int(value["expert"]),
        expert_tensor=int(value["expert_tensor"]),
        chunks=int(value["chunks"]),
        micro_batch=int(value["micro_batch"]),
        zero=int(value["zero"]),
        recompute=recompute,
        recomputed_share=value["full_share"] if recompute is Recompute.FULL else 1.0,
        sequence_parallel=value["sequence_parallel"] > 0.0,
        schedule=Schedule(int(value["schedule"])),
        offload=NO_OFFLOAD if strategies.offload is None else offload_at(strategies.offload, row),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What a step trains on, and the habits of the software, as numbers or arrays of rows."""

    sequence: Array
    batch: Array
    """Sequences in a step over all replicas."""
    fused_attention: Array
    fuses_score_bias: Array
    dropout: Array
    gradient_bytes: Array
    deduplicates: Array
    gathers: Array
    """1 where expert ranks gather all tokens of their group, 0 where they exchange them."""
    indexed_passes: Array
    permute_bytes: Array
    foreign: Array
    """1 where the software's kernels were written for an earlier chip family."""
    offload_keeps_weight: Array
    """1 where fp32 weights stay on the device though the host steps the optimizer."""
    trained_share: Array
    """Share of the weights that receive gradients: 1, or near 0 for adapters."""


def workload(
    sequence: int, batch: int, software: Generation, *, family: str, trained_share: float = 1.0
) -> Workload:
    """Return the workload of one job under one generation of software."""
    return Workload(
        sequence=xp.array(float(sequence)),
        batch=xp.array(float(batch)),
        fused_attention=xp.array(float(software.fused_attention)),
        fuses_score_bias=xp.array(float(software.fuses_score_bias)),
        dropout=xp.array(float(software.dropout)),
        gradient_bytes=xp.array(software.gradient_bytes),
        deduplicates=xp.array(float(software.deduplicates_dispatch)),
        gathers=xp.array(float(software.gathers_dispatch)),
        indexed_passes=xp.array(software.indexed_passes),
        permute_bytes=xp.array(software.permute_bytes),
        foreign=xp.array(float(bool(software.kernels_for) and family not in software.kernels_for)),
        offload_keeps_weight=xp.array(float(software.offload_keeps_weight)),
        trained_share=xp.array(trained_share),
    )
