"""One search: the fastest way in which one chip does one workload, or why there is none.

A pure function of frozen records, so that a search can run in another process or machine.
"""

from __future__ import annotations

from dataclasses import dataclass

from narrows.catalog import Model
from narrows.core import Estimate, Message, RefusalError, convert, message
from narrows.performance import serving, training
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import Precision, hardware_of
from narrows.performance.shape import shape_of
from narrows.study.facts import Product
from narrows.study.given import Given
from narrows.study.schema import WorkKind, Workload


@dataclass(frozen=True, slots=True)
class Runner:
    """What runs the work: a product under an option's or rental's id, and its serving engine.

    Without an engine the usual one of the chip family is taken.
    """

    id: str
    product: Product
    engine: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one healthy chip of an option gives a workload, or why it gives nothing.

    ``speed`` is in tokens a second a package.
    """

    owner: str
    workload: str
    speed: Estimate | None
    precision: str | None
    refused: Message | None
    flags: tuple[Message, ...] = ()


def rate_of(runner: Runner, workload: Workload, model: Model) -> Rate:
    """Return the rate in the fastest precision that the workload tolerates."""
    found: list[Rate] = []
    reasons: list[str] = []
    for precision in workload.precisions:
        try:
            found.append(_at_precision(runner, workload, model, precision))
        except RefusalError as refusal:
            reasons.append(refusal.reason)
    if not found:
        why = message(
            "study.rate.refused", option=runner.id, workload=workload.id, reason=reasons[-1]
        )
        return Rate(owner=runner.id, workload=workload.id, speed=None, precision=None, refused=why)
    return max(found, key=_median_speed)


def _median_speed(rate: Rate) -> float:
    return 0.0 if rate.speed is None else rate.speed.p50


def _at_precision(runner: Runner, workload: Workload, model: Model, precision: str) -> Rate:
    ask = _training if workload.kind is WorkKind.TRAINING else _serving
    speed, flags = ask(runner, workload, model, precision)
    return Rate(
        owner=runner.id,
        workload=workload.id,
        speed=speed,
        precision=precision,
        refused=None,
        flags=flags,
    )


def _training(
    runner: Runner, workload: Workload, model: Model, precision: str
) -> tuple[Estimate, tuple[Message, ...]]:
    hardware = hardware_of(runner.product.chip, runner.product.system)
    chips = _stated(workload.cluster_chips, workload, "cluster_chips")
    job = training.Job(
        sequence=_stated(workload.sequence_tokens, workload, "sequence_tokens"),
        batch=_stated(workload.global_batch_sequences, workload, "global_batch_sequences"),
        precision=Precision(precision),
    )
    result = training.search(
        shape_of(dimensions_of(model)),
        training.Cluster(hardware=hardware, chips=chips),
        job=job,
        top=1,
    )
    best = result.ranked[0]
    return best.tokens_per_s_per_chip, best.flags


_WEIGHTS = {"int8": "w8a8"}
"""The serving room writes the format of weights and activations; other words are the same."""


def _serving(
    runner: Runner, workload: Workload, model: Model, precision: str
) -> tuple[Estimate, tuple[Message, ...]]:
    """Return output tokens a second a package in the best deployment under the limits."""
    load = serving.Load(
        input_tokens=_stated(workload.input_tokens, workload, "input_tokens"),
        output_tokens=_stated(workload.output_tokens, workload, "output_tokens"),
    )
    found = serving.search(
        model,
        runner.product.chip,
        load,
        chips=_stated(workload.cluster_chips, workload, "cluster_chips"),
        limits=serving.Limits(
            ttft_ms=_milliseconds(workload.ttft_limit), tpot_ms=_milliseconds(workload.tpot_limit)
        ),
        system=runner.product.system,
        deployment=serving.Deployment(
            engine=runner.engine, weights=_WEIGHTS.get(precision, precision)
        ),
        shown=1,
    )
    return found[0].output_rate_per_chip, found[0].flags


def _milliseconds(limit: Given | None) -> float | None:
    if limit is None or limit.value is None:
        return None
    return convert(limit.value, unit="s", to="ms")


def _stated(value: int | None, workload: Workload, field: str) -> int:
    if value is None:
        raise RefusalError(f"workload {workload.id} states no {field}", (field,))
    return value
