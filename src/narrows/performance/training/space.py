"""The space of layouts, enumerated as arrays: one column for each degree of freedom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.performance.arrays import Array, Mask
from narrows.performance.pipeline import Schedule, least_micro_batches
from narrows.performance.shape import Shape
from narrows.performance.training.job import Cluster, Job
from narrows.performance.training.offload import NO_OFFLOAD, Offload
from narrows.performance.training.space_offload import grow_offload, offloads_of
from narrows.performance.training.strategy import ContextExchange, Recompute, Strategies
from narrows.performance.training.table import Table, layers_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """Which values each degree may take; ``None`` derives them from the cluster and the model."""

    tensor: Sequence[int] | None = None
    pipeline: Sequence[int] | None = None
    context: Sequence[int] = (1,)
    context_exchange: Sequence[ContextExchange] = (ContextExchange.RING,)
    expert: Sequence[int] | None = None
    micro_batch: Sequence[int] = (1, 2, 4, 8)
    chunks: Sequence[int] | None = None
    zero: Sequence[int] = (0, 1, 2, 3)
    recompute: Sequence[Recompute] = tuple(Recompute)
    recomputed_share: Sequence[float] | None = (1.0,)
    """Shares of the layers under full recomputation; ``None``: every number of a rank's layers."""
    schedule: Sequence[Schedule] = (Schedule.ONE_F_ONE_B,)
    sequence_parallel: Sequence[bool] = (True,)
    offload: Sequence[Offload] = (NO_OFFLOAD,)


def divisors(number: int) -> list[int]:
    """Return the divisors of a number in order."""
    small = [k for k in range(1, int(number**0.5) + 1) if number % k == 0]
    return sorted({*small, *(number // k for k in small)})


def enumerate_space(
    shape: Shape, cluster: Cluster, *, job: Job, space: Space
) -> tuple[Strategies, Counter[str]]:
    """Return every admissible layout of a cluster and the count of excluded ones by reason."""
    table = degrees_table(shape, cluster, job=job, space=space)
    grow_states(table, shape, cluster, space)
    _grow_recompute(table, shape, space)
    grow_schedule(table, job, space)
    return _strategies(table.columns, space), table.excluded


def degrees_table(shape: Shape, cluster: Cluster, *, job: Job, space: Space) -> Table:
    """Return the degrees that a layer's time or a rank's layers depend on, crossed and filtered."""
    table = Table({"one": np.ones(1)})
    _grow_degrees(table, shape, cluster, job=job, space=space)
    _grow_batches(table, job, space)
    _grow_experts(table, shape, space)
    _grow_chunks(table, shape, space)
    table.grow("sequence_parallel", [float(each) for each in space.sequence_parallel])
    return table


def grow_schedule(table: Table, job: Job, space: Space) -> None:
    """Cross every row with every schedule whose order exists for it."""
    table.grow("schedule", [float(each) for each in space.schedule])
    _filter_schedule(table)
    _filter_short(table, job)


def recompute_options(space: Space, layers: int) -> list[tuple[Recompute, float]]:
    """Return the modes of a rank of ``layers`` layers, each with the share that it covers."""
    shares = space.recomputed_share
    parts = [k / layers for k in range(1, layers + 1)] if shares is None else shares
    return [
        (mode, share)
        for mode in space.recompute
        for share in (parts if mode is Recompute.FULL else (0.0,))
    ]


def _grow_recompute(table: Table, shape: Shape, space: Space) -> None:
    table.grow("recompute", [float(_RECOMPUTE.index(each)) for each in space.recompute])
    full = _is(table, "recompute", _RECOMPUTE.index(Recompute.FULL))
    layers = layers_of(table, shape)
    if space.recomputed_share is None:
        table.number("recomputed", np.where(full, layers, 1.0).astype(np.intp))
        numbers = table.columns["recomputed"]
        share = numbers / layers_of(table, shape)
    else:
        shares = np.asarray(space.recomputed_share, dtype=np.float64)
        table.number("recomputed", np.where(full, shares.size, 1).astype(np.intp))
        share = shares[table.columns["recomputed"].astype(np.intp) - 1]
    full = _is(table, "recompute", _RECOMPUTE.index(Recompute.FULL))
    table.columns["full_share"] = np.where(full, share, 0.0)


_RECOMPUTE = tuple(Recompute)
_BY_HEADS = tuple(ContextExchange)


def _is(table: Table, name: str, value: float) -> Mask:
    return np.asarray(table.columns[name] == value)


def _grow_degrees(table: Table, shape: Shape, cluster: Cluster, *, job: Job, space: Space) -> None:
    devices, heads, layers = cluster.devices, int(shape.heads), int(shape.layers)
    domain = cluster.hardware.domain
    tensor = space.tensor or [
        t for t in divisors(devices) if t <= min(domain, heads) and heads % t == 0
    ]
    pipeline = space.pipeline or [p for p in divisors(devices) if p <= layers]
    table.grow("tensor", tensor)
    table.grow("pipeline", pipeline)
    table.grow("context", space.context)
    columns = table.columns
    data = devices / (columns["tensor"] * columns["pipeline"] * columns["context"])
    table.columns = {**columns, "data": data}
    table.keep((data >= 1.0) & (data == np.floor(data)), "devices")
    table.keep(np.asarray(heads % table.columns["tensor"] == 0), "heads")
    table.keep(np.asarray(job.sequence % table.columns["context"] == 0), "sequence")
    table.grow("by_heads", [float(_BY_HEADS.index(each)) for each in space.context_exchange])
    columns = table.columns
    shared = columns["tensor"] * columns["context"]
    table.keep(np.asarray((columns["by_heads"] == 0) | (shared <= heads)), "context_heads")
    alone = _is(table, "context", 1) & ~_is(table, "by_heads", 0)
    several = len(space.context_exchange) > 1
    table.keep(~(alone & several), "exchange_without_context")


def _grow_batches(table: Table, job: Job, space: Space) -> None:
    table.grow("micro_batch", space.micro_batch)
    per_step = table.columns["data"] * table.columns["micro_batch"]
    table.keep(np.asarray(job.batch % per_step == 0), "batch")


def _grow_experts(table: Table, shape: Shape, space: Space) -> None:
    experts = int(shape.experts)
    own = [e for e in divisors(experts) if e & (e - 1) == 0] if experts else [1]
    table.grow("expert", space.expert or own)
    expert = table.columns["expert"]
    shared = experts % expert == 0 if experts else expert == 1
    table.keep(np.asarray(shared), "experts")
    columns = table.columns
    ranks = columns["data"] * columns["context"] * columns["tensor"]
    table.keep(np.asarray(ranks % columns["expert"] == 0), "expert_group")


def _grow_chunks(table: Table, shape: Shape, space: Space) -> None:
    layers = int(shape.layers)
    table.grow("chunks", space.chunks or _chunk_options(layers))
    columns = table.columns
    stages = columns["pipeline"] * columns["chunks"]
    table.keep(np.asarray(stages <= layers), "layers")
    columns = table.columns
    stages = columns["pipeline"] * columns["chunks"]
    uneven = np.ceil(layers / stages) * stages / layers
    table.keep(np.asarray(uneven <= UNEVEN_MAX), "uneven_stages")
    lone = _is(table, "pipeline", 1) & (table.columns["chunks"] > 1)
    table.keep(~lone, "chunks_without_pipeline")


def _chunk_options(layers: int) -> list[int]:
    return [v for v in CHUNKS if v <= layers]


UNEVEN_MAX = 1.1
"""The fullest stage may exceed the mean by a tenth; a worse split always has a better neighbour."""

CHUNKS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16)
"""More chunks a rank than this have not been reported to pay."""


def grow_states(table: Table, shape: Shape, cluster: Cluster, space: Space) -> None:
    """Cross every row with every ZeRO stage and every offload that can exist for it."""
    table.grow("zero", [float(each) for each in space.zero])
    _filter_zero(table)
    grow_offload(table, shape, cluster, space.offload)


def _filter_zero(table: Table) -> None:
    """Stages 2 and 3 re-reduce or re-gather under a pipeline, which no framework supports."""
    columns = table.columns
    piped = (columns["zero"] >= 2) & (columns["pipeline"] > 1)
    table.keep(~np.asarray(piped), "zero_with_pipeline")
    alone = (table.columns["zero"] >= 1) & (table.columns["data"] * table.columns["context"] == 1)
    table.keep(~np.asarray(alone), "zero_without_replicas")


def _filter_schedule(table: Table) -> None:
    columns = table.columns
    v_shape = columns["schedule"] == Schedule.ZB_V
    table.keep(np.asarray(~v_shape | (columns["chunks"] == 2)), "schedule")
    columns = table.columns
    single = (columns["schedule"] > Schedule.ONE_F_ONE_B) & (columns["schedule"] != Schedule.ZB_V)
    table.keep(
        np.asarray(~single | ((columns["chunks"] == 1) & (columns["pipeline"] > 1))), "schedule"
    )


def _filter_short(table: Table, job: Job) -> None:
    """Two directions want an even number of ranks and of micro-batches; all want enough to fill."""
    columns = table.columns
    schedule, stages = columns["schedule"], columns["pipeline"]
    micro_batches = job.batch / (columns["data"] * columns["micro_batch"])
    both = (schedule != Schedule.DUALPIPE) | ((stages % 2 == 0) & (micro_batches % 2 == 0))
    enough = micro_batches >= least_micro_batches(schedule, stages)
    table.keep(np.asarray(both & enough), "schedule")


def _strategies(columns: dict[str, npt.NDArray[np.float64]], space: Space) -> Strategies:
    recompute = columns["recompute"]
    ones = np.ones_like(recompute)
    return Strategies(
        tensor=columns["tensor"],
        pipeline=columns["pipeline"],
        data=columns["data"],
        context=columns["context"],
        by_heads=columns["by_heads"],
        expert=columns["expert"],
        expert_tensor=ones,
        chunks=columns["chunks"],
        micro_batch=columns["micro_batch"],
        zero=columns["zero"],
        selective=_flag(recompute, Recompute.SELECTIVE),
        full_share=columns["full_share"],
        sequence_parallel=columns["sequence_parallel"],
        schedule=columns["schedule"],
        offload=offloads_of(columns["offload"], space.offload),
    )


def _flag(recompute: Array, mode: Recompute) -> Array:
    return np.asarray(recompute == _RECOMPUTE.index(mode), dtype=np.float64)
