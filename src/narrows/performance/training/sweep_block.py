"""A block of a sweep: memory first, then the time of the part in which something fits."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from narrows.performance.arrays import Mask
from narrows.performance.constants import Constants
from narrows.performance.hardware import Device
from narrows.performance.shape import Shape
from narrows.performance.training.block import Blocks
from narrows.performance.training.buckets import buckets
from narrows.performance.training.footprint import footprint, host_footprint
from narrows.performance.training.step import step_parts
from narrows.performance.training.strategy import Strategies, Workload
from narrows.performance.training.sweep_axes import Rows, at_place, part_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What does not change from one block of strategies to the next."""

    shape: Shape
    device: Device
    constants: Constants
    work: Workload
    memory_bytes: float
    """Limit of a device."""
    host_bytes: float
    """Limit of a device's share of its host; infinite where nothing is offloaded."""
    top: int
    """Strategies to keep."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Good:
    """One of the fastest strategies so far; sorts by time, and equals as a search lists them."""

    step_s: float
    order: tuple[float, ...]
    memory_bytes: float = field(compare=False)
    strategy: Strategies = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of the strategies of a block."""

    evaluated: int
    pruned: int
    pruned_by_host: int
    good: list[Good]
    """Up to the number asked for, of those that are not slower than what was found before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some rows of a bundle, crossed with its states and modes."""

    crossed: Strategies
    size: tuple[int, int, int]
    layer: Blocks
    """Layer times of the rows."""
    row_order: list[tuple[float, float]]
    """Place of each row before its schedule, and the schedule."""


def found_in(asked: Question, block: Block, bound_s: float) -> Found:
    """Return what became of a block: memory first, then the time of what fits."""
    crossed = block.crossed
    held = buckets(asked.shape, crossed)
    used = footprint(asked.shape, asked.device, crossed, asked.work, held).total
    kept = host_footprint(asked.shape, asked.device, crossed, asked.work, held)
    within = np.broadcast_to(used <= asked.memory_bytes, block.size)
    fits = within if kept is None else within & (kept.total <= asked.host_bytes)
    counted, timed = int(np.count_nonzero(within)), int(np.count_nonzero(fits))
    memory = np.broadcast_to(used, block.size)
    good = [
        Good(
            step_s=step_s,
            order=_order(block, place),
            memory_bytes=float(memory[place]),
            strategy=at_place(crossed, place),
        )
        for step_s, place in (_fastest(asked, block, fits, bound_s) if timed else ())
    ]
    return Found(
        evaluated=timed,
        pruned=within.size - counted,
        pruned_by_host=counted - timed,
        good=sorted(good)[: asked.top],
    )


def _fastest(
    asked: Question, block: Block, fits: Mask, bound_s: float
) -> list[tuple[float, tuple[int, ...]]]:
    """Return seconds and place of the fastest that fit, none slower than the bound; ties all.

    Only the part of the block is timed in which something fits.
    """
    picked = [np.flatnonzero(fits.any(axis=others)) for others in ((1, 2), (0, 2), (0, 1))]
    part = part_of(block.crossed, picked)
    held = buckets(asked.shape, part)
    layer = _on_first_axis(block.layer, picked[0])
    parts = step_parts(asked.shape, asked.device, asked.constants, part, asked.work, layer, held)
    step_s = np.where(fits[np.ix_(*picked)], parts.step_s, np.inf)
    near = step_s[step_s <= min(bound_s, LONGEST_S)]
    if near.size > asked.top:
        near = np.partition(near, asked.top - 1)[: asked.top]
    last_s = near.max(initial=-np.inf)
    return [
        (
            float(step_s[tuple(each)]),
            tuple(int(axis[i]) for axis, i in zip(picked, each, strict=True)),
        )
        for each in np.argwhere(step_s <= last_s)
    ]


LONGEST_S = np.finfo(np.float64).max
"""Whatever fits is faster than what does not."""


def _on_first_axis(layer: Blocks, rows: Rows) -> Blocks:
    """Return layer times of some rows along the first of three axes."""
    own = layer.take(rows)
    values = {item.name: getattr(own, item.name) for item in fields(own)}
    return Blocks(
        **{
            name: value[:, None, None] if np.ndim(value) else value
            for name, value in values.items()
        }
    )


def _order(block: Block, place: tuple[int, ...]) -> tuple[float, ...]:
    """Return where a search would list a candidate: states and modes vary before schedules."""
    row, schedule = block.row_order[place[0]]
    return (float(row), place[1], place[2], float(schedule))
