"""The evaluator: arrays of anything in, step time, its parts and memory out."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.performance.arrays import Array
from narrows.performance.constants import Constants
from narrows.performance.hardware import Device
from narrows.performance.shape import Shape
from narrows.performance.training.block import Blocks, block_seconds
from narrows.performance.training.buckets import buckets
from narrows.performance.training.footprint import Footprint, footprint
from narrows.performance.training.step import StepParts, step_parts
from narrows.performance.training.strategy import Strategies, Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Step time with its parts, and memory with its parts."""

    step_s: Array
    parts: StepParts
    memory: Footprint


def evaluate(
    shape: Shape,
    device: Device,
    constants: Constants,
    strategies: Strategies,
    workload: Workload,
    *,
    blocks: Blocks | None = None,
) -> Evaluation:
    """Evaluate every broadcast combination of the arguments.

    Rows of measurements, a grid of strategies, or parameter draws against either: whatever
    dimension an argument has, the result has too. ``blocks`` may carry layer times that were
    computed before for the same rows.
    """
    layer = blocks or block_seconds(shape, device, constants, strategies, workload)
    held = buckets(shape, strategies)
    parts = step_parts(shape, device, constants, strategies, workload, layer, held)
    memory = footprint(shape, device, strategies, workload, held)
    return Evaluation(step_s=parts.step_s, parts=parts, memory=memory)
