"""What a run measured, as seconds of a step: the first comparable figure of its source."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.performance.training.flops import model_flops_per_token
from narrows.performance.training.question import Question
from narrows.performance.training.row import Measure


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of a step, and whether they were measured as a time or a rate."""

    step_s: float
    direct: bool
    """False where the step follows from a FLOP rate through its source's convention."""


def measured_step(measure: Measure, asked: Question) -> Measured | None:
    """Return the measured step, or ``None`` where the row has no comparable figure.

    Times and token rates compare directly; FLOP rates only through the convention that their
    source names (2104.04473 counts the recomputed forward pass and full attention).
    """
    if measure.measured_step_s is not None:
        return Measured(measure.measured_step_s, direct=True)
    chips = asked.cluster.chips
    if measure.tokens_per_s_per_chip is not None:
        return Measured(asked.tokens / measure.tokens_per_s_per_chip / chips, direct=True)
    if measure.samples_per_s is not None:
        return Measured(asked.job.batch / measure.samples_per_s, direct=True)
    if measure.tflops_per_chip is None:
        return None
    counted = _counted_flops(measure.tflops_kind, asked)
    if counted is None:
        return None
    return Measured(counted / (measure.tflops_per_chip * 1e12 * chips), direct=False)


def _counted_flops(kind: str, asked: Question) -> float | None:
    """Return the operations of a step as the source counts them."""
    if not kind:
        return None
    passes = 4.0 if kind.startswith("hardware") else 3.0
    return passes / 3.0 * asked.tokens * model_flops_per_token(asked.shape, asked.job.sequence)
