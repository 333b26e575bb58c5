"""The filtered belief about where a gate stands now.

A report is right with a chance that depends on its grade; if it is wrong, the gate is where it was:
``b' = right * e_s + (1 - right) * b``. Soft news multiplies the belief by its likelihood:
``b' ~ b * likelihood``. A lapse that nobody reported is a report with a stated chance. Between two
of them the belief drifts at the share of the fitted intensities that goes unreported,
``b' = b expm(u Q t)``: silence is evidence of no change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np

from narrows.core import GateState
from narrows.futures.exponential import exponential
from narrows.futures.history import History, Step
from narrows.futures.prior import ChainPrior
from narrows.futures.states import DAYS_PER_YEAR, STATE_INDEX, STATES, FloatArray


@dataclass(frozen=True, slots=True)
class SoftSignal:
    """Dated news with its likelihood under each state, shape ``(n,)``."""

    day: date
    likelihood: FloatArray
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lapse:
    """A day on which a measure was due to lapse while nobody reported whether it did.

    ``chance`` is the stated chance that the gate went to ``state``.
    """

    day: date
    state: GateState
    chance: float
    cites: tuple[str, ...] = ()


Unreported: TypeAlias = SoftSignal | Lapse
News: TypeAlias = Step | SoftSignal | Lapse


def filter_belief(
    history: History,
    soft: Sequence[Unreported] = (),
    *,
    q: FloatArray,
    prior: ChainPrior,
    on: date,
) -> FloatArray:
    """Return the belief over states on a day, shape ``(n,)``.

    Parameters
    ----------
    soft
        News beside the reports; what came before the first report is not used.
    q
        Generator per year, shape ``(n, n)``.
    """
    start = history.steps[0].day
    news: list[News] = [*history.steps, *(signal for signal in soft if signal.day >= start)]
    belief = np.full(len(STATES), 1.0 / len(STATES))
    before = start
    for item in sorted(news, key=_order):
        belief = _drift(belief, q, prior, (item.day - before).days)
        belief = _learn(belief, item, prior)
        before = item.day
    return _drift(belief, q, prior, (on - before).days)


def _order(item: News) -> tuple[date, bool]:
    """Order by day, reports before soft news of the same day."""
    return item.day, not isinstance(item, Step)


def _learn(belief: FloatArray, item: News, prior: ChainPrior) -> FloatArray:
    if isinstance(item, SoftSignal):
        weighted = belief * item.likelihood
        learned: FloatArray = weighted / weighted.sum()
        return learned
    right = item.chance if isinstance(item, Lapse) else prior.report_is_right[item.grade]
    reported = np.zeros(len(STATES))
    reported[STATE_INDEX[item.state]] = 1.0
    return right * reported + (1.0 - right) * belief


def _drift(belief: FloatArray, q: FloatArray, prior: ChainPrior, days: int) -> FloatArray:
    years = max(days, 0) / DAYS_PER_YEAR
    drifted: FloatArray = belief @ exponential(q * (prior.unreported_share * years))
    return drifted
