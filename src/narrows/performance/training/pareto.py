"""The plans that no other beats on every count: step time, memory, chips."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from narrows.performance.arrays import Array


def pareto_rows(*costs: Array) -> npt.NDArray[np.intp]:
    """Return the rows that are not dominated, in order of the first cost.

    A row is dominated where another is at most as costly on every count and cheaper on one; of
    equal rows the first stays. Costs are finite and of one shape ``(n,)``.
    """
    table = np.stack(costs, axis=1)
    order = np.lexsort(table.T[::-1])
    kept: list[int] = []
    front = np.empty((0, table.shape[1]))
    for row in order:
        if not front.size or not np.any(np.all(front <= table[row], axis=1)):
            kept.append(int(row))
            front = np.vstack([front, table[row]])
    return np.array(kept, dtype=np.intp)


def fast_and_lean_rows(step_s: Array, memory_bytes: Array) -> npt.NDArray[np.intp]:
    """Return the rows that no other is both faster and leaner than, the fastest first.

    Two costs of shape ``(n,)``; rows of infinite time are out. Sorting alone decides, so that
    millions of rows take a second where :func:`pareto_rows` would take hours.
    """
    order = np.lexsort((memory_bytes, step_s))
    order = order[np.isfinite(step_s[order])]
    memory = memory_bytes[order]
    least_before = np.concatenate([[np.inf], np.minimum.accumulate(memory)[:-1]])
    return order[memory < least_before]
