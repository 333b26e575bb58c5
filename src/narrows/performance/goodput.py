"""What failures leave of a healthy rate (Daly 2006, exact form for exponential failures)."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.performance.arrays import Array, xp


def effective_time_ratio(
    failures_per_s: Array, between_s: Array, write_s: Array, restart_s: Array
) -> Array:
    """Return useful time over elapsed time.

    ``lambda Delta / (e^{lambda u} (e^{lambda (Delta + w)} - 1))`` with compute ``Delta`` between
    checkpoints, blocking write ``w`` and restart ``u``, which a failure may interrupt too.
    """
    lost = xp.exp(failures_per_s * restart_s) * (
        xp.exp(failures_per_s * (between_s + write_s)) - 1.0
    )
    return failures_per_s * between_s / lost


def best_interval_s(failures_per_s: Array, write_s: Array) -> Array:
    """Return Daly's refinement of Young's checkpoint interval."""
    young = xp.sqrt(2.0 * write_s / failures_per_s)
    x = xp.sqrt(write_s * failures_per_s / 2.0)
    return young * (1.0 + x / 3.0 + x * x / 9.0) - write_s


def straggler_factor(spread: Array, members: Array) -> Array:
    """Return how much a synchronous step lengthens when it waits for the slowest of ``n``.

    The expected maximum of ``n`` light-tailed times: ``1 + sigma sqrt(2 ln n)``.
    """
    return 1.0 + spread * xp.sqrt(2.0 * xp.log(xp.maximum(members, 1.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How often a cluster fails and what it costs, per chip so that it scales with the size."""

    failures_per_chip_day: float
    checkpoint_write_s: float
    restart_s: float
    spare_share: float = 0.0

    def goodput(self, chips: int) -> float:
        """Return the share of paid chip time that does useful work, at the best interval."""
        if self.failures_per_chip_day == 0.0:
            return 1.0 / (1.0 + self.spare_share)
        failures_per_s = xp.array(self.failures_per_chip_day * chips / 86_400.0)
        write_s = xp.array(self.checkpoint_write_s)
        between_s = best_interval_s(failures_per_s, write_s)
        ratio = effective_time_ratio(failures_per_s, between_s, write_s, xp.array(self.restart_s))
        return float(ratio) / (1.0 + self.spare_share)
