"""From a table's words on layout to strategies: one where it is stated, several where not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from narrows.core import RefusalError
from narrows.performance.shape import Shape
from narrows.performance.software import Generation
from narrows.performance.training.layout_words import (
    recompute_mode,
    sequence_parallel,
    zero_stage,
)
from narrows.performance.training.offload import Offload
from narrows.performance.training.offload_words import offloads_of_any_layout, stated_offloads
from narrows.performance.training.row import RunRow
from narrows.performance.training.strategy import Recompute, Strategy, check_expert_group

_BLOCK = re.compile(r"full block (\d+)")

MICRO_BATCHES = (1, 2, 4, 8, 16)
"""Micro-batches tried where a table states none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Layouts that a row allows; more than one where it leaves something open."""

    strategies: tuple[Strategy, ...]
    assumed: tuple[str, ...]
    """Names of what the row leaves open."""
    offload: tuple[Offload, ...]
    """What may live on the host where the degrees themselves have to be searched."""


def stated_layouts(
    row: RunRow, *, shape: Shape, devices: int, batch: int, software: Generation
) -> Stated:
    """Return the layouts that a row states or leaves open.

    Raises
    ------
    RefusalError
        The degrees do not fit the devices, or the batch does not fill a micro-batch a replica.
    """
    if row.tp is None and row.pp is None and row.dp is None and _sharding(row) == "":
        _check_batch(row, batch=batch, replicas=1)
        open_ends = ["tp", "pp"]
        offload = offloads_of_any_layout(row, assumed=open_ends)
        return Stated(strategies=(), assumed=tuple(open_ends), offload=offload)
    tensor, pipeline, context = (_whole(each) for each in (row.tp, row.pp, row.cp))
    degrees = tensor * pipeline * context
    if devices % degrees:
        raise RefusalError(
            f"tp x pp x cp = {degrees} does not divide {devices} chips", ("tp", "pp", "cp")
        )
    assumed: list[str] = []
    data = devices // degrees
    if row.dp is not None and int(row.dp) != data:
        assumed.append("dp")
    _check_batch(row, batch=batch, replicas=_fewest_replicas(row, data, degrees))
    base = Strategy(
        tensor=tensor,
        pipeline=pipeline,
        context=context,
        data=data,
        expert=_whole(row.ep),
        expert_tensor=_expert_tensor(row, shape, tensor, software),
        chunks=_chunks(row, shape, pipeline),
        zero=_zero(row, software, assumed),
        sequence_parallel=_sequence_parallel(row, software),
    )
    check_expert_group(base)
    micro_batches = _micro_batches(row, batch, data, assumed)
    modes = _recompute_modes(row, shape, pipeline, assumed)
    moved = stated_offloads(row, zero=base.zero, replicas=data * context, assumed=assumed)
    return Stated(
        strategies=tuple(
            replace(base, micro_batch=size, recompute=mode, recomputed_share=share, offload=offload)
            for size, (mode, share), offload in product(micro_batches, modes, moved)
        ),
        assumed=tuple(assumed),
        offload=tuple(moved),
    )


def _whole(value: float | None) -> int:
    """Return one for a degree that a table leaves out: tables list the degrees in use."""
    return 1 if value is None else int(value)


def _check_batch(row: RunRow, *, batch: int, replicas: int) -> None:
    if row.micro_batch is not None and row.micro_batch * replicas > batch:
        raise RefusalError(
            f"a batch of {batch} is below micro_batch {int(row.micro_batch)} x {replicas} replicas",
            ("micro_batch", "global_batch_seqs"),
        )


def _fewest_replicas(row: RunRow, data: int, degrees: int) -> int:
    """Return the fewest replicas that a row may mean.

    Its chips may be packages of two dies, and it may state other replicas than they make.
    """
    as_counted = data if row.n_chips is None else max(1, int(row.n_chips) // degrees)
    return min(as_counted, data if row.dp is None else int(row.dp))


def _expert_tensor(row: RunRow, shape: Shape, tensor: int, software: Generation) -> int:
    if row.etp is not None:
        return int(row.etp)
    return tensor if software.splits_experts and float(shape.experts) > 0.0 else 1


def _chunks(row: RunRow, shape: Shape, pipeline: int) -> int:
    if pipeline == 1:
        return 1
    if row.vpp_stages is not None:
        return max(1, int(row.vpp_stages))
    if row.layers_per_vpp is not None:
        return max(1, round(float(shape.layers) / pipeline / row.layers_per_vpp))
    return 1


def _sharding(row: RunRow) -> str:
    """Return the words on sharding; those of the framework where its name tells a stage."""
    told = zero_stage(row.framework) is not None
    return row.dp_sharding or (row.framework if told else "")


def _zero(row: RunRow, software: Generation, assumed: list[str]) -> int:
    words = _sharding(row)
    stage = zero_stage(words)
    if stage is None and words:
        assumed.append("dp_sharding")
    return software.default_zero if stage is None else stage


def _sequence_parallel(row: RunRow, software: Generation) -> bool:
    told = sequence_parallel(row.sequence_parallel, row.recompute)
    return software.sequence_parallel if told is None else told


def _micro_batches(row: RunRow, batch: int, data: int, assumed: list[str]) -> Sequence[int]:
    if row.micro_batch is not None:
        return (int(row.micro_batch),)
    assumed.append("micro_batch")
    fitting = [size for size in MICRO_BATCHES if batch % (data * size) == 0]
    return fitting or (1,)


def _recompute_modes(
    row: RunRow, shape: Shape, pipeline: int, assumed: list[str]
) -> Sequence[tuple[Recompute, float]]:
    words = row.recompute.lower()
    if found := _BLOCK.search(words):
        per_stage = float(shape.layers) / pipeline
        return ((Recompute.FULL, min(1.0, int(found[1]) / per_stage)),)
    mode = recompute_mode(words)
    if mode is not None:
        return ((mode, 1.0),)
    assumed.append("recompute")
    return (
        (Recompute.NONE, 1.0),
        (Recompute.SELECTIVE, 1.0),
        *((Recompute.FULL, share) for share in PARTIAL_SHARES),
    )


PARTIAL_SHARES = (0.125, 0.25, 0.5, 1.0)
"""Shares of recomputed layers tried where a table states no mode: recipes recompute the least."""
