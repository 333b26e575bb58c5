"""Layer times once for each combination that they depend on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from narrows.performance.arrays import Array
from narrows.performance.constants import Constants
from narrows.performance.hardware import Device
from narrows.performance.shape import Shape
from narrows.performance.training.block import Blocks, block_seconds
from narrows.performance.training.strategy import Strategies, Workload

_BLOCK_KEYS = (
    "tensor",
    "context",
    "by_heads",
    "expert",
    "expert_tensor",
    "micro_batch",
    "sequence_parallel",
)


def distinct_blocks(
    shape: Shape, device: Device, constants: Constants, candidates: Strategies, work: Workload
) -> tuple[Blocks, npt.NDArray[np.intp]]:
    """Return layer times of the distinct combinations and each candidate's place among them."""
    code = np.zeros(len(candidates), dtype=np.intp)
    for name in _BLOCK_KEYS:
        levels, place = _levels(getattr(candidates, name))
        code = code * levels + place
    size = int(code.max(initial=0)) + 1
    first = np.full(size, -1, dtype=np.intp)
    first[code[::-1]] = np.arange(len(candidates) - 1, -1, -1, dtype=np.intp)
    present = np.flatnonzero(first >= 0)
    renumber = np.zeros(size, dtype=np.intp)
    renumber[present] = np.arange(present.size, dtype=np.intp)
    distinct = candidates.take(first[present])
    return block_seconds(shape, device, constants, distinct, work), renumber[code]


def _levels(column: Array) -> tuple[int, npt.NDArray[np.intp]]:
    """Return how many values a column of small integers has room for, and each row's place."""
    whole = column.astype(np.intp)
    seen = np.zeros(int(whole.max(initial=0)) + 1, dtype=bool)
    seen[whole] = True
    place = np.cumsum(seen) - 1
    return int(np.count_nonzero(seen)), place[whole]
