"""Every strategy of a space, each once: the fastest that fit, without a table of all of them.

A search keeps every candidate; a sweep keeps the few best, and so takes spaces of hundreds of
millions. Both evaluate with the same formulas, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from narrows.core import RefusalError
from narrows.performance.calibration import Calibration, constants_at, packaged
from narrows.performance.hardware import GIB
from narrows.performance.shape import Shape
from narrows.performance.training.distinct import distinct_blocks
from narrows.performance.training.host_memory import HOST_HEADROOM
from narrows.performance.training.job import Cluster, Job, device_of, setting_of, workload_of
from narrows.performance.training.search import MEMORY_HEADROOM
from narrows.performance.training.space import Space
from narrows.performance.training.strategy import Strategy, at_row
from narrows.performance.training.sweep_axes import (
    Bundle,
    as_strategies,
    bundles,
    degree_rows,
    on_axes,
)
from narrows.performance.training.sweep_block import Block, Good, Question, found_in
from narrows.performance.training.table import Table

BLOCK_CANDIDATES = 32_768
"""Arrays of this many numbers stay in cache, and are long enough to hide the calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One of the fastest strategies."""

    strategy: Strategy
    step_s: float
    """Median seconds."""
    peak_mem_gib: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What became of every strategy of a space."""

    ranked: tuple[Ranked, ...]
    """The fastest that fit, in order."""
    evaluated: int
    """Strategies whose step time and memory were both computed."""
    pruned: int
    """Strategies whose memory was computed and does not fit their device."""
    pruned_by_host: int
    """Strategies that fit their device and not its host."""
    excluded: Mapping[str, int]
    """Rows of degrees that cannot exist, by reason."""

    @property
    def best(self) -> Ranked:
        """The fastest."""
        return self.ranked[0]

    @property
    def candidates(self) -> int:
        """Distinct strategies of the space."""
        return self.evaluated + self.pruned + self.pruned_by_host


STRATEGIES_MAX = 5_000_000_000
"""Ten minutes of one core; beyond, a degree was left open that a question can narrow."""

Watch = Callable[[int, int], None]
"""Is told how many strategies are done, of how many."""


def unwatched(done: int, of: int) -> None:
    """Tell nobody how far a sweep is."""


def sweep(
    shape: Shape,
    cluster: Cluster,
    *,
    job: Job,
    space: Space,
    top: int = 1,
    calibration: Calibration | None = None,
    memory_headroom: float = MEMORY_HEADROOM,
    watch: Watch = unwatched,
) -> Sweep:
    """Return the ``top`` fastest strategies of a whole space, and the count of the others.

    ``watch`` is told after every block how many strategies are done. ``memory_headroom`` is the
    share of a device's memory that a plan may fill; infinite, everything is timed that hosts hold.

    Raises
    ------
    RefusalError
        No strategy fits, there are more than :data:`STRATEGIES_MAX`, or the chip has no rate at
        the job's precision.
    """
    used = calibration or packaged()
    constants, _ = constants_at(used, setting_of(cluster, job))
    room = cluster.hardware.host.memory_bytes
    asked = Question(
        shape=shape,
        device=device_of(cluster, job),
        constants=constants,
        work=workload_of(cluster, job),
        memory_bytes=memory_headroom * cluster.hardware.memory_bytes,
        host_bytes=np.inf if room is None else HOST_HEADROOM * room,
        top=top,
    )
    table = degree_rows(shape, cluster, job=job, space=space)
    packed = list(bundles(table, shape, cluster, space))
    total = _counted(packed)
    evaluated = pruned = pruned_by_host = 0
    good: list[Good] = []
    for block in _blocks(asked, table, packed):
        found = found_in(asked, block, good[-1].step_s if len(good) == top else np.inf)
        good = sorted([*good, *found.good])[:top] if found.good else good
        evaluated += found.evaluated
        pruned += found.pruned
        pruned_by_host += found.pruned_by_host
        watch(evaluated + pruned + pruned_by_host, total)
    if not good:
        raise RefusalError("no strategy fits", ("more chips",))
    return Sweep(
        ranked=tuple(_ranked(each, used.log_offset) for each in good),
        evaluated=evaluated,
        pruned=pruned,
        pruned_by_host=pruned_by_host,
        excluded=dict(sorted(table.excluded.items())),
    )


def _ranked(each: Good, log_offset: float) -> Ranked:
    return Ranked(
        strategy=at_row(each.strategy, 0),
        step_s=each.step_s * float(np.exp(log_offset)),
        peak_mem_gib=each.memory_bytes / GIB,
    )


def _counted(packed: Sequence[Bundle]) -> int:
    total = sum(each.candidates for each in packed)
    if total > STRATEGIES_MAX:
        raise RefusalError(
            f"the space has {total:,} strategies, more than {STRATEGIES_MAX:,}",
            ("fewer micro-batches, chunks or degrees",),
        )
    return total


def _blocks(asked: Question, table: Table, packed: Sequence[Bundle]) -> Iterator[Block]:
    if not table.rows:
        return
    layer, code = distinct_blocks(
        asked.shape, asked.device, asked.constants, as_strategies(table), asked.work
    )
    place, schedule = table.columns["place"], table.columns["schedule"]
    for bundle in packed:
        across = bundle.zero.size * len(bundle.modes)
        many = max(1, BLOCK_CANDIDATES // across)
        for start in range(0, bundle.rows.size, many):
            rows = bundle.rows[start : start + many]
            yield Block(
                crossed=on_axes(table, bundle, rows),
                size=(rows.size, bundle.zero.size, len(bundle.modes)),
                layer=layer.take(code[rows]),
                row_order=list(zip(place[rows], schedule[rows], strict=True)),
            )
