"""Rows that leave something open: the fastest layout that they allow and that fits in memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from narrows.performance.arrays import Array
from narrows.performance.calibration.table import constants_from
from narrows.performance.training.evaluate import Evaluation, evaluate
from narrows.performance.training.question import Question
from narrows.performance.training.stack import Stack, stacked
from narrows.performance.training.strategy import Strategy

Pair = tuple[Question, Strategy]


def evaluate_stack(stack: Stack, values: Array) -> Evaluation:
    """Evaluate stacked questions under parameter values, ``(parameters,)`` or ``(draws, ...)``."""
    constants = constants_from(values, stack.settings)
    return evaluate(stack.shape, stack.device, constants, stack.strategies, stack.workload)


MEMORY_TOLERANCE = 1.1
"""A measured run did fit; the estimate of its memory may be a tenth too high."""

OVER_MEMORY_S = 1e9
"""Puts layouts that do not fit behind every one that does, the leanest of them first."""


def chosen(rows: Sequence[Question], values: Array) -> list[Pair]:
    """Return one layout for each question under fixed parameter values."""
    pairs = [(each, strategy) for each in rows for strategy in each.strategies]
    if len(pairs) == len(rows):
        return pairs
    found = evaluate_stack(stacked(pairs), values)
    step_s = np.broadcast_to(found.step_s, (len(pairs),))
    limit = np.array([each.cluster.hardware.reachable_bytes for each, _ in pairs])
    within = found.memory.total <= MEMORY_TOLERANCE * limit
    rank = np.where(within, step_s, OVER_MEMORY_S * found.memory.total)
    best: dict[int, int] = {}
    for place, (each, _) in enumerate(pairs):
        key = id(each)
        if key not in best or rank[place] < rank[best[key]]:
            best[key] = place
    return [pairs[best[id(each)]] for each in rows]
