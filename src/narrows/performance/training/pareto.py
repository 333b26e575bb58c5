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
