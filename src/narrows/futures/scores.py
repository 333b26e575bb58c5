"""Scores of a probability forecast; lower is better in all of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from narrows.futures.states import FloatArray

CRPS_STEPS = 800
"""Steps of the trapezoid rule; over eight quarters its error stays below 1e-4 quarters."""


def brier(chances: FloatArray, happened: int) -> float:
    """Return ``sum_s (p_s - o_s)^2`` over states, between 0 and 2 (Brier 1950)."""
    outcome = np.zeros(len(chances))
    outcome[happened] = 1.0
    return float(np.square(chances - outcome).sum())


def log_score(chances: FloatArray, happened: int) -> float:
    """Return ``-ln p`` of what happened, in nats; infinite where it was called impossible."""
    with np.errstate(divide="ignore"):
        return float(-np.log(chances[happened]))


def time_crps(
    chance_by: Callable[[FloatArray], FloatArray], happened_at: float | None, *, until: float
) -> float:
    """Return ``int_0^until (F(t) - 1{T <= t})^2 dt``, in the unit of ``until``.

    The continuous ranked probability score of a waiting time, taken up to the end of what was
    observed: with the weight 1{t <= until} it stays proper under censoring (Gneiting and Ranjan
    2011).

    Parameters
    ----------
    chance_by
        ``F``: the chance that the time has come by ``t``.
    happened_at
        ``T``, or ``None`` where it did not come before ``until``.
    """
    times = np.linspace(0.0, until, CRPS_STEPS + 1)
    come = chance_by(times)
    if happened_at is None or happened_at >= until:
        return float(np.trapezoid(np.square(come), times))
    before = np.append(times[times < happened_at], happened_at)
    after = np.insert(times[times > happened_at], 0, happened_at)
    early = np.trapezoid(np.square(chance_by(before)), before)
    late = np.trapezoid(np.square(chance_by(after) - 1.0), after)
    return float(early + late)
