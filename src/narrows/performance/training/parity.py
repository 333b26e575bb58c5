"""How many chips of one kind do the training work of one of another, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import exp, factorial, log, sqrt

import numpy as np

from narrows.core import Estimate, Message, message
from narrows.performance.arrays import Array
from narrows.performance.calibration import Calibration, constants_at, packaged
from narrows.performance.hardware import Hardware, Precision
from narrows.performance.shape import Shape
from narrows.performance.training.evaluate import evaluate
from narrows.performance.training.job import (
    Cluster,
    Job,
    device_of,
    setting_of,
    software_of,
    workload_of,
)
from narrows.performance.training.predict import (
    TrainingPrediction,
    interval,
    is_routed,
)
from narrows.performance.training.search import SearchResult, search
from narrows.performance.training.space import Space
from narrows.performance.training.strategy import Recompute, Strategy, as_arrays

PARTS = ("hardware", "interconnect", "precision", "software")
"""What can differ: peaks, bandwidth and memory; links and domains; number format; efficiency."""

PARITY_SPACE = Space(
    zero=(1, 3), recompute=(Recompute.NONE, Recompute.FULL), micro_batch=(1, 2, 4), chunks=(1, 2, 4)
)
"""A coarse space: a ratio of best layouts needs no finer one, and sixteen are searched."""


SHARED_RESIDUAL = 0.5
"""Correlation of the two sides' residuals: both run one model, whose own quirks are in each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Chips, the precision they train in, and their software (``None``: current)."""

    hardware: Hardware
    precision: Precision = Precision.BF16
    software: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingParity:
    """Packages of the second kind that do the work of one package of the first."""

    ratio: Estimate
    factors: Mapping[str, float]
    """The ratio's median as a product over :data:`PARTS` (Shapley mean over orders)."""
    first: TrainingPrediction
    second: TrainingPrediction
    flags: tuple[Message, ...]


def parity(
    shape: Shape,
    sides: tuple[Side, Side],
    *,
    chips: int,
    sequence: int,
    batch: int,
    calibration: Calibration | None = None,
) -> TrainingParity:
    """Compare two kinds of chips, ``chips`` packages each, every one with its best layout.

    Raises
    ------
    RefusalError
        One side has no layout that fits.
    """
    used = calibration or packaged()
    job = Job(sequence=sequence, batch=batch)
    first, second = (_best(shape, side, chips, job, used) for side in sides)
    factors = _factors(shape, sides, chips, job, used)
    drawn_first = _draws(shape, sides[0], chips, job, used, first.strategy)
    drawn_second = _draws(shape, sides[1], chips, job, used, second.strategy)
    best = second.step_s.p50 / first.step_s.p50 * exp(-used.log_offset)
    own = [
        used.log_spread(each.hardware.family, each.hardware.chip_id, routed=is_routed(shape))
        for each in sides
    ]
    left = sqrt(own[0] ** 2 + own[1] ** 2 - 2.0 * SHARED_RESIDUAL * own[0] * own[1])
    return TrainingParity(
        ratio=interval(best, drawn_second / drawn_first, left, "chip", used),
        factors=factors,
        first=first,
        second=second,
        flags=tuple(dict.fromkeys((*first.flags, *second.flags, _searched(chips)))),
    )


def _searched(chips: int) -> Message:
    return message("performance.parity.layouts", chips=chips)


def _setting(side: Side, chips: int, job: Job) -> tuple[Cluster, Job]:
    cluster = Cluster(hardware=side.hardware, chips=chips)
    precise = replace(job, precision=side.precision, software=side.software)
    return cluster, replace(precise, software=software_of(cluster, precise).id)


def _search(shape: Shape, cluster: Cluster, job: Job, used: Calibration) -> SearchResult:
    return search(shape, cluster, job=job, space=PARITY_SPACE, top=1, calibration=used)


def _best(shape: Shape, side: Side, chips: int, job: Job, used: Calibration) -> TrainingPrediction:
    return _search(shape, *_setting(side, chips, job), used).ranked[0]


def _draws(
    shape: Shape, side: Side, chips: int, job: Job, used: Calibration, strategy: Strategy
) -> Array:
    """Return step times under every draw; the same draw serves both sides of a ratio."""
    cluster, own = _setting(side, chips, job)
    _, constants = constants_at(used, setting_of(cluster, own))
    rows = as_arrays([strategy])
    found = evaluate(shape, device_of(cluster, own), constants, rows, workload_of(cluster, own))
    return found.step_s[:, 0]


def _factors(
    shape: Shape, sides: tuple[Side, Side], chips: int, job: Job, used: Calibration
) -> dict[str, float]:
    """Attribute the ratio to its parts so that the order of changing them does not matter."""
    log_rate = {
        chosen: _mixed_log_rate(shape, sides, chosen, chips, job, used)
        for size in range(len(PARTS) + 1)
        for chosen in map(frozenset, combinations(PARTS, size))
    }
    return {part: float(np.exp(_shapley(log_rate, part))) for part in PARTS}


def _shapley(log_rate: Mapping[frozenset[str], float], part: str) -> float:
    others = [each for each in PARTS if each != part]
    total = 0.0
    for size in range(len(others) + 1):
        weight = factorial(size) * factorial(len(others) - size) / factorial(len(PARTS))
        for chosen in map(frozenset, combinations(others, size)):
            total += weight * (log_rate[chosen | {part}] - log_rate[chosen])
    return total


def _mixed_log_rate(
    shape: Shape,
    sides: tuple[Side, Side],
    chosen: frozenset[str],
    chips: int,
    job: Job,
    used: Calibration,
) -> float:
    """Return the log rate of a machine that takes the chosen parts from the first side."""
    hardware = _mixed(sides, chosen)
    precision = sides[0 if "precision" in chosen else 1].precision
    if precision not in hardware.flops_per_s:
        precision = Precision.BF16  # a format changes nothing on hardware that lacks it
    efficient = sides[0 if "software" in chosen else 1]
    mixed = Side(
        hardware=replace(hardware, family=efficient.hardware.family),
        precision=precision,
        software=efficient.software,
    )
    return -log(_best(shape, mixed, chips, job, used).step_s.p50)


def _mixed(sides: tuple[Side, Side], chosen: frozenset[str]) -> Hardware:
    base = sides[0 if "hardware" in chosen else 1].hardware
    network = sides[0 if "interconnect" in chosen else 1].hardware
    share = network.devices_per_package / base.devices_per_package
    return replace(
        base,
        link_bytes_per_s=network.link_bytes_per_s * share,
        nic_bytes_per_s=network.nic_bytes_per_s * share,
        ports=network.ports,
        domain=max(1, round(network.domain / share)),
    )
