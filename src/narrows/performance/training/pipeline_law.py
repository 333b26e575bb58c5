"""How far measured steps of one layout lie from any pipeline: a check that needs no model.

A 1F1B step of ``m`` micro-batches of ``b`` sequences over ``p`` stages takes ``(m + p - 1)`` times
what a stage needs for one, and that is ``f0 + f1 b`` with ``f0, f1 >= 0``, whatever the hardware.
Each layout gets its own two constants; what they leave is no property of the layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from narrows.performance.arrays import Array

WIDE_TENSOR = 8
"""Tensor ranks that fill a server; with fewer, several pipeline stages or replicas share one."""
FEWEST_RUNS = 3
"""Two constants leave nothing of two runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRun:
    """One measured step; runs of equal ``layout`` differ in the micro-batch alone."""

    hidden: int
    layout: tuple[int, ...]
    tensor: int
    pipeline: int
    micro_batch: int
    micro_batches: float
    step_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LawScatter:
    """What two constants a layout leave of the measured steps of one model size."""

    hidden: int
    wide: bool
    """Whether the layouts have at least :data:`WIDE_TENSOR` tensor ranks."""
    layouts: int
    runs: int
    rms: float
    """Root mean square relative deviation, by degrees of freedom."""
    worst: float


def law_scatter(runs: Sequence[PipelineRun]) -> tuple[LawScatter, ...]:
    """Return the scatter by model size and width of tensor parallelism."""
    alike: dict[tuple[int, bool], list[list[PipelineRun]]] = {}
    for group in _by_layout(runs):
        key = (group[0].hidden, group[0].tensor >= WIDE_TENSOR)
        alike.setdefault(key, []).append(group)
    return tuple(_scatter(groups) for _, groups in sorted(alike.items()))


def _by_layout(runs: Sequence[PipelineRun]) -> list[list[PipelineRun]]:
    groups: dict[tuple[int, ...], list[PipelineRun]] = {}
    for each in runs:
        groups.setdefault((each.hidden, *each.layout), []).append(each)
    return [group for group in groups.values() if len(group) >= FEWEST_RUNS]


def _scatter(groups: Sequence[Sequence[PipelineRun]]) -> LawScatter:
    left = [deviations(group) for group in groups]
    freedom = sum(each.size - 2 for each in left)
    first = groups[0][0]
    return LawScatter(
        hidden=first.hidden,
        wide=first.tensor >= WIDE_TENSOR,
        layouts=len(groups),
        runs=sum(each.size for each in left),
        rms=float(np.sqrt(sum(float(each @ each) for each in left) / freedom)),
        worst=max(float(np.abs(each).max()) for each in left),
    )


def deviations(group: Sequence[PipelineRun]) -> Array:
    """Return relative deviations of one layout's steps from its best ``(m + p - 1)(f0 + f1 b)``."""
    slots = np.array([each.micro_batches + each.pipeline - 1.0 for each in group])
    sizes = np.array([float(each.micro_batch) for each in group])
    steps = np.array([each.step_s for each in group])
    terms = np.stack([slots, slots * sizes], axis=1) / steps[:, None]
    constants, _ = nnls(terms, np.ones(len(group)))
    return np.asarray(terms @ constants - 1.0)
