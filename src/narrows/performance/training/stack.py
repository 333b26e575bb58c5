"""Many questions as one: rows of shapes, devices, workloads and strategies side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from narrows.performance.constants import Setting
from narrows.performance.hardware import Device
from narrows.performance.shape import Shape, stack
from narrows.performance.training.job import device_of, workload_of
from narrows.performance.training.question import Question, generation_level
from narrows.performance.training.strategy import (
    Strategies,
    Strategy,
    Workload,
    as_arrays,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One row for each pair of a question and a strategy."""

    shape: Shape
    device: Device
    workload: Workload
    strategies: Strategies
    settings: tuple[Setting, ...]


def stacked(pairs: Sequence[tuple[Question, Strategy]]) -> Stack:
    """Return the arrays of many questions, one row each."""
    asked = [question for question, _ in pairs]
    return Stack(
        shape=stack([each.shape for each in asked]),
        device=_devices([device_of(each.cluster, each.job) for each in asked]),
        workload=_workloads([workload_of(each.cluster, each.job) for each in asked]),
        strategies=as_arrays([strategy for _, strategy in pairs]),
        settings=tuple(setting(each) for each in asked),
    )


def setting(asked: Question) -> Setting:
    """Return the levels of a question's constants."""
    return Setting(asked.cluster.hardware.family, generation_level(asked), str(asked.job.precision))


def _devices(rows: Sequence[Device]) -> Device:
    return Device(
        **{
            item.name: np.array([float(getattr(row, item.name)) for row in rows])
            for item in fields(Device)
        }
    )


def _workloads(rows: Sequence[Workload]) -> Workload:
    return Workload(
        **{
            item.name: np.array([float(getattr(row, item.name)) for row in rows])
            for item in fields(Workload)
        }
    )
