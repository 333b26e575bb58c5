"""The model and the two baselines, as forecasters of one gate of one line.

Each gives the chances of the states after some quarters and the chance that the state has changed
by a time. All three see only what was public on the origin's day, and all three learn from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from narrows.core import Gate
from narrows.futures.chains import GateChains
from narrows.futures.history import Counts, History, count
from narrows.futures.quarters import quarters_after
from narrows.futures.states import STATE_INDEX, STATES, YEARS_PER_QUARTER, FloatArray


class Forecaster(StrEnum):
    """Who forecasts."""

    MODEL = "model"
    PERSISTENCE = "persistence"
    BASE_RATE = "base_rate"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Chances of the states by horizon, and the law of the time to the next change.

    Attributes
    ----------
    chances
        Shape ``(horizons, n)``.
    weights, shapes, rates
        ``P(T > t) = sum_k weights_k (1 + t / rates_k)^-shapes_k``: a mixture of Lomax laws, which
        is what an exponential time with a Gamma intensity is. Times in quarters, arrays ``(k,)``.
    """

    chances: FloatArray
    weights: FloatArray
    shapes: FloatArray
    rates: FloatArray

    def changed_by(self, quarters: FloatArray) -> FloatArray:
        """Return the chance that the state has changed by a time, shape of ``quarters``."""
        base = 1.0 + np.asarray(quarters)[..., None] / self.rates
        changed: FloatArray = 1.0 - (self.weights * base**-self.shapes).sum(axis=-1)
        return changed


def model_forecast(
    chains: GateChains, line: str, gate: Gate, horizons: Sequence[int], *, draws: int, seed: int
) -> Forecast:
    """Return the posterior predictive of the gate's chain."""
    chain = chains.chain(gate)
    belief = chains.start(line, gate)
    odds = chains.p_state(line, quarters=max(horizons), draws=draws, seed=seed)[gate]
    return Forecast(
        chances=odds.mean[list(horizons)],
        weights=belief,
        shapes=chain.rates.shape.sum(axis=1),
        rates=chain.rates.rate_years / YEARS_PER_QUARTER,
    )


def persistence_forecast(
    history: History, failing: FloatArray, horizons: Sequence[int]
) -> Forecast:
    """Return "as it is now", smoothed by how often that failed so far.

    Parameters
    ----------
    failing
        :func:`failure_rate` for each horizon, shape ``(horizons,)``. It is shared evenly over the
        other states. The time to change is exponential with the rate that gives the same chance
        at the longest horizon.
    """
    now = STATE_INDEX[history.steps[-1].state]
    chances = np.repeat(failing[:, None] / (len(STATES) - 1), len(STATES), axis=1)
    chances[:, now] = 1.0 - failing
    rate = -float(np.log1p(-failing[-1])) / horizons[-1]
    return Forecast(chances, np.ones(1), *_exponential(rate))


def failure_rate(seen: Sequence[History], origin: date, horizon: int) -> float:
    """Return the share of past origins at which persistence failed, by the rule of succession.

    ``(changed + 1) / (tried + 2)`` over every quarter origin of every gate of every line whose
    target day had come by ``origin``.
    """
    changed, tried = 0, 0
    for history in seen:
        for back in range(horizon, BACK_QUARTERS_MAX):
            then, target = quarters_after(origin, -back), quarters_after(origin, horizon - back)
            before, after = history.state_on(then), history.state_on(target)
            if before is None or after is None:
                continue
            tried += 1
            changed += before is not after
    return (changed + 1) / (tried + 2)


BACK_QUARTERS_MAX = 40
"""Ten years: the oldest event is of October 2022."""


def base_rate_forecast(gate_seen: Sequence[History], horizons: Sequence[int]) -> Forecast:
    """Return how often each state held so far on this gate, whatever holds now.

    The time spent in each state on all lines, with a quarter added to each state so that none is
    impossible; the time to change is exponential with jumps over time on this gate, with one jump
    and one year added.
    """
    counts = count(gate_seen)
    share = base_rate(counts)
    jumps_a_year = (counts.jumps.sum() + 1.0) / (counts.dwell_years.sum() + 1.0)
    chances = np.tile(share, (len(horizons), 1))
    return Forecast(chances, np.ones(1), *_exponential(jumps_a_year * YEARS_PER_QUARTER))


def base_rate(counts: Counts) -> FloatArray:
    """Return the smoothed share of time in each state, shape ``(n,)``."""
    smoothed = counts.dwell_years + YEARS_PER_QUARTER
    share: FloatArray = smoothed / smoothed.sum()
    return share


_NEARLY_EXPONENTIAL = 1e6


def _exponential(rate_per_quarter: float) -> tuple[FloatArray, FloatArray]:
    """Return the Lomax law that is exponential to one part in a million."""
    return np.array([_NEARLY_EXPONENTIAL]), np.array([_NEARLY_EXPONENTIAL / rate_per_quarter])
