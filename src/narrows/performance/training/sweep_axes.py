"""The axes over which a sweep broadcasts: degrees, what states live where, what is recomputed.

Most of a step depends on one or two of them; a formula then costs as much as its own axes, and not
as their product. Rows of one *bundle* allow the same states and the same recomputation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from narrows.performance.arrays import Array
from narrows.performance.shape import Shape
from narrows.performance.training.job import Cluster, Job
from narrows.performance.training.offload import Offloads
from narrows.performance.training.space import (
    Space,
    degrees_table,
    grow_schedule,
    grow_states,
    recompute_options,
)
from narrows.performance.training.space_offload import offloads_of
from narrows.performance.training.strategy import COLUMNS, Recompute, Strategies
from narrows.performance.training.table import Table, layers_of

Rows = npt.NDArray[np.intp]


def degree_rows(shape: Shape, cluster: Cluster, *, job: Job, space: Space) -> Table:
    """Return every admissible row of degrees and schedule, each once.

    One tensor rank has no sequence to split, so that its two settings are one strategy.
    """
    table = degrees_table(shape, cluster, job=job, space=space)
    if len(space.sequence_parallel) > 1:
        alone = (table.columns["tensor"] == 1.0) & (table.columns["sequence_parallel"] == 0.0)
        table.keep(~alone, "sequence_parallel_without_tensor")
    table.columns["place"] = np.arange(float(table.rows))
    grow_schedule(table, job, space)
    return table


def as_strategies(table: Table) -> Strategies:
    """Return the degrees alone, as what layer times depend on."""
    columns = {name: table.columns[name] for name in DEGREES}
    columns |= dict.fromkeys(("zero", "selective", "full_share"), np.zeros(table.rows))
    return Strategies(**columns, expert_tensor=np.ones(table.rows), offload=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Rows of degrees that share the options of the two other axes."""

    rows: Rows
    zero: Array
    """ZeRO stage of every choice of states."""
    offload: Offloads | None
    modes: tuple[tuple[Recompute, float], ...]

    @property
    def candidates(self) -> int:
        """Strategies in it."""
        return self.rows.size * self.zero.size * len(self.modes)


def bundles(table: Table, shape: Shape, cluster: Cluster, space: Space) -> Iterator[Bundle]:
    """Yield the rows by pipeline, chunks and whether there is more than one replica."""
    columns = table.columns
    lone = columns["data"] * columns["context"] == 1.0
    key = np.stack([columns["pipeline"], columns["chunks"], lone], axis=1)
    _, first, place = np.unique(key, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(place.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(place.ravel()))
    layers = layers_of(table, shape)
    for row, rows in zip(first, np.split(order, ends[:-1]), strict=True):
        one = Table({name: column[row : row + 1] for name, column in columns.items()})
        grow_states(one, shape, cluster, space)
        modes = tuple(recompute_options(space, int(layers[row])))
        if one.rows and modes:
            zero, offload = one.columns["zero"], offloads_of(one.columns["offload"], space.offload)
            yield Bundle(rows=rows, zero=zero, offload=offload, modes=modes)


DEGREES = (
    "tensor", "pipeline", "data", "context", "by_heads", "expert", "chunks", "micro_batch",
    "sequence_parallel", "schedule",
)  # fmt: skip
"""Columns of the first axis."""


def on_axes(table: Table, bundle: Bundle, rows: Rows) -> Strategies:
    """Return some rows of a bundle crossed with its states and modes: shape (rows, states, modes).

    Every column keeps length one along the axes that it does not depend on.
    """
    column = {name: table.columns[name][rows][:, None, None] for name in DEGREES}
    modes = np.array(
        [[float(mode is Recompute.SELECTIVE), share] for mode, share in bundle.modes]
    ).T[:, None, None, :]
    return Strategies(
        **column,
        expert_tensor=np.ones((1, 1, 1)),
        zero=bundle.zero[None, :, None],
        selective=modes[0],
        full_share=modes[1],
        offload=None if bundle.offload is None else _raised(bundle.offload),
    )


def _raised(flags: Offloads) -> Offloads:
    return Offloads(
        **{item.name: getattr(flags, item.name)[None, :, None] for item in fields(flags)}
    )


def part_of(s: Strategies, picked: Sequence[Rows]) -> Strategies:
    """Return the part of crossed strategies at some places of each axis."""

    def cut(column: Array) -> Array:
        for axis, places in enumerate(picked):
            if column.shape[axis] > 1:
                column = column.take(places, axis=axis)
        return column

    offload = s.offload
    if offload is not None:
        offload = Offloads(
            **{item.name: cut(getattr(offload, item.name)) for item in fields(offload)}
        )
    return replace(s, **{name: cut(getattr(s, name)) for name in COLUMNS}, offload=offload)


def at_place(s: Strategies, place: Sequence[int]) -> Strategies:
    """Return one strategy of a crossing as a single row."""
    found = part_of(s, [np.array([index], dtype=np.intp) for index in place])
    offload = found.offload
    if offload is not None:
        offload = Offloads(
            **{item.name: getattr(offload, item.name).ravel() for item in fields(offload)}
        )
    return Strategies(**{name: getattr(found, name).ravel() for name in COLUMNS}, offload=offload)
