"""The answer for one layout: step time, throughput and memory with intervals and parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import hypot

import numpy as np

from narrows.core import Estimate, Message, RefusalError, message
from narrows.performance.arrays import Array, xp
from narrows.performance.calibration import Calibration, constants_at, packaged
from narrows.performance.hardware import GIB
from narrows.performance.pipeline import Schedule, least_micro_batches
from narrows.performance.shape import Shape
from narrows.performance.training.evaluate import Evaluation, evaluate
from narrows.performance.training.flops import utilisation
from narrows.performance.training.host_use import HostUse, host_log_spread, host_use
from narrows.performance.training.job import (
    Cluster,
    Job,
    Reduction,
    device_of,
    setting_of,
    software_of,
    workload_of,
)
from narrows.performance.training.offload import EVERY_OFFLOAD, gradients_are_own
from narrows.performance.training.strategy import (
    ContextExchange,
    Strategy,
    as_arrays,
    check_expert_group,
)

MEMORY_LOG_SPREAD = 0.10
"""Log standard deviation of peak memory: allocator, buffers and uneven stages."""
NORMAL_95 = 1.6448536269514722
"""95th percentile of the standard normal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPrediction:
    """What a training step takes on a cluster under one strategy."""

    strategy: Strategy
    step_s: Estimate
    tokens_per_s_per_chip: Estimate
    peak_mem_gib: Estimate
    """Per device."""
    utilisation: float
    """Model operations (full attention) over the peak at the job's precision."""
    breakdown: Mapping[str, float]
    """Seconds by part; they add up to the median step."""
    memory: Mapping[str, float]
    """GiB by part on the fullest device."""
    fits: bool
    host: HostUse | None
    """What a device keeps on its host and sends there; ``None`` where nothing is offloaded."""
    flags: tuple[Message, ...]


def predict(
    shape: Shape,
    cluster: Cluster,
    *,
    job: Job,
    strategy: Strategy,
    calibration: Calibration | None = None,
) -> TrainingPrediction:
    """Return the time and memory of a training step.

    Raises
    ------
    RefusalError
        The layout does not fit the cluster or the job, or a needed rate is not published.
    """
    check(shape, cluster, job, strategy)
    used = calibration or packaged()
    setting = setting_of(cluster, job)
    best_constants, drawn_constants = constants_at(used, setting)
    device, work = device_of(cluster, job), workload_of(cluster, job)
    host = host_use(shape, device, cluster.hardware, strategy, work)
    rows = as_arrays([strategy])
    best = evaluate(shape, device, best_constants, rows, work)
    drawn = evaluate(shape, device, drawn_constants, rows, work)
    own = used.log_spread(
        cluster.hardware.family, cluster.hardware.chip_id, routed=is_routed(shape)
    )
    spread = hypot(own, software_of(cluster, job).log_spread, host_log_spread(best, 0, strategy))
    step_s = interval(float(best.step_s[0]), drawn.step_s[:, 0], spread, "s", used)
    reached = utilisation(shape, cluster, job, step_s.p50)
    rate = job.tokens / cluster.chips
    memory = memory_parts(best)
    total = sum(memory.values())
    return TrainingPrediction(
        strategy=strategy,
        step_s=step_s,
        tokens_per_s_per_chip=inverse(step_s, rate, "token/s"),
        peak_mem_gib=Estimate(
            total * np.exp(-NORMAL_95 * MEMORY_LOG_SPREAD),
            total,
            total * np.exp(NORMAL_95 * MEMORY_LOG_SPREAD),
            "GiB",
            used.obtained,
        ),
        utilisation=reached,
        breakdown=time_parts(best, scale=float(np.exp(used.log_offset))),
        memory=memory,
        fits=total * GIB <= cluster.hardware.memory_bytes,
        host=host,
        flags=(
            *_flags(cluster, job, used),
            *_further_tokens(shape),
            *_offloaded(strategy),
            *_implausible(cluster, job, used, reached),
        ),
    )


def is_routed(shape: Shape) -> bool:
    """Return whether the model has routed experts."""
    return float(shape.moe_layers) > 0.0


def check(shape: Shape, cluster: Cluster, job: Job, s: Strategy) -> None:
    """Refuse a layout that cannot exist.

    Raises
    ------
    RefusalError
        With the divisibility that fails.
    """
    if s.devices != cluster.devices:
        raise RefusalError(
            f"the layout occupies {s.devices} devices and the cluster has {cluster.devices}",
            ("tensor x pipeline x data x context = devices",),
        )
    if job.batch % (s.data * s.micro_batch):
        raise RefusalError(
            f"a batch of {job.batch} does not divide into micro-batches of {s.micro_batch} "
            f"on {s.data} replicas",
            ("micro-batch",),
        )
    _check_schedule(job, s)
    _check_offload(s)
    heads = int(shape.heads)
    if heads % s.tensor:
        raise RefusalError(f"{s.tensor} tensor ranks cannot share {heads} heads", ("tensor",))
    if job.sequence % s.context:
        raise RefusalError(
            f"{s.context} context ranks cannot share a sequence of {job.sequence}", ("context",)
        )
    if s.context_exchange is ContextExchange.ALL_TO_ALL and s.tensor * s.context > heads:
        raise RefusalError(
            f"{s.tensor} tensor x {s.context} context ranks cannot share {heads} heads",
            ("context", "tensor"),
        )
    if s.pipeline * s.chunks > int(shape.layers):
        raise RefusalError("there are more pipeline stages than layers", ("pipeline", "chunks"))
    _check_experts(int(shape.experts), s)


def _check_experts(experts: int, s: Strategy) -> None:
    if s.expert > 1 and (experts == 0 or experts % s.expert):
        raise RefusalError(f"{s.expert} expert ranks cannot share {experts} experts", ("expert",))
    check_expert_group(s)


def _check_offload(s: Strategy) -> None:
    if s.offload not in EVERY_OFFLOAD:
        raise RefusalError(
            "gradients move to the host only where it steps the optimizer",
            ("offload optimizer+gradients",),
        )
    own = gradients_are_own(xp.array(s.zero), xp.array(s.data * s.context))
    if s.offload.gradients and not own:
        raise RefusalError(
            f"gradients of {s.data * s.context} replicas under ZeRO {s.zero} are summed on the "
            "devices and cannot leave before",
            ("zero 2 or 3, or one replica",),
        )


def _check_schedule(job: Job, s: Strategy) -> None:
    micro_batches = job.batch // (s.data * s.micro_batch)
    least = int(least_micro_batches(xp.array(s.schedule), xp.array(s.pipeline)))
    name = s.schedule.name
    if micro_batches < least:
        raise RefusalError(
            f"{name} on {s.pipeline} stages needs {least} micro-batches and there are "
            f"{micro_batches}",
            ("micro-batches",),
        )
    if s.schedule is Schedule.DUALPIPE and (s.pipeline % 2 or micro_batches % 2):
        raise RefusalError(
            f"{name} runs from both ends: {s.pipeline} stages and {micro_batches} micro-batches "
            "are not both even",
            ("pipeline", "micro-batches"),
        )
    if s.schedule is Schedule.ZB_V and s.chunks != 2:
        raise RefusalError(f"{name} folds a rank's layers in two parts", ("chunks",))


def interval(
    best: float, draws: Array, log_spread: float, unit: str, used: Calibration
) -> Estimate:
    """Return the best value with the spread of draws and residual, on the log scale."""
    best = best * float(np.exp(used.log_offset))
    centred = np.log(draws) - np.log(np.median(draws))
    low, high = np.quantile(centred, (0.05, 0.95))
    residual = NORMAL_95 * log_spread
    return Estimate(
        best * float(np.exp(-np.hypot(low, residual))),
        best,
        best * float(np.exp(np.hypot(high, residual))),
        unit,
        used.obtained,
    )


def inverse(time: Estimate, amount: float, unit: str) -> Estimate:
    """Return the rate ``amount / time``."""
    return Estimate(amount / time.p95, amount / time.p50, amount / time.p05, unit, time.obtained)


def time_parts(evaluation: Evaluation, *, row: int = 0, scale: float = 1.0) -> dict[str, float]:
    """Return seconds by part of one row of an evaluation."""
    parts = evaluation.parts
    return {
        item.name.removesuffix("_s"): scale * _at(getattr(parts, item.name), evaluation, row)
        for item in fields(parts)
    }


def memory_parts(evaluation: Evaluation, *, row: int = 0) -> dict[str, float]:
    """Return GiB by part of one row of an evaluation."""
    memory = evaluation.memory
    return {
        item.name: _at(getattr(memory, item.name), evaluation, row) / GIB for item in fields(memory)
    }


def _at(values: Array, evaluation: Evaluation, row: int) -> float:
    return float(np.broadcast_to(values, evaluation.step_s.shape)[row])


def _implausible(
    cluster: Cluster, job: Job, used: Calibration, reached: float
) -> tuple[Message, ...]:
    """Flag a prediction above anything measured: a search finds the model's optimistic corner."""
    key = f"{cluster.hardware.family}/{job.precision}"
    best = used.best_utilisation.get(key)
    if best is None or reached <= best:
        return ()
    return (message("performance.plan.above_measured", reached=reached, measured=best),)


def _offloaded(strategy: Strategy) -> tuple[Message, ...]:
    if not strategy.offload.words:
        return ()
    return (message("performance.offload.unmeasured", what="+".join(strategy.offload.words)),)


def _further_tokens(shape: Shape) -> tuple[Message, ...]:
    layers = int(shape.mtp_layers)
    return (message("performance.mtp.trained", layers=layers),) if layers else ()


def _flags(cluster: Cluster, job: Job, used: Calibration) -> tuple[Message, ...]:
    flags = [message("performance.constants.used", calibration=used.name, how=str(used.obtained))]
    if cluster.hardware.chip_id not in used.measured_chips:
        flags.append(message("performance.chip.extrapolated", chip=cluster.hardware.chip_id))
    flags += [
        message("performance.hardware.assumed", chip=cluster.hardware.chip_id, field=name)
        for name in cluster.hardware.assumed
    ]
    if job.reduction is Reduction.SWITCH:
        flags.append(message("performance.reduction.switch", chip=cluster.hardware.chip_id))
    return tuple(flags)
