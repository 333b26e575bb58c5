"""How a price moved around an event, beside how it moves anyway.

A market model is fitted on a window that ends before the event. The cumulative abnormal return is
judged by its prediction error and, since returns are not normal, by its rank among placebo dates.
It is a hint at what holders of one security made of the news, never proof of an effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from narrows.core import Json, RefusalError
from narrows.futures.prices import Prices
from narrows.futures.states import FloatArray

ESTIMATION_DAYS_MAX = 250
ESTIMATION_DAYS_MIN = 120
"""Between half a trading year and a whole one, as the literature has it (MacKinlay 1997)."""
GAP_DAYS = 10
"""Sessions left out before the event, so that a leak does not enter the model."""
LEVEL = 0.05
ROUNDING = 1e-12
"""A spread this small beside the returns is rounding: nothing can be judged by it."""
WINDOWS = ((0, 0), (-1, 1), (0, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """One window of sessions around the event, both ends inclusive.

    Attributes
    ----------
    car
        Cumulative abnormal return, of the logarithm.
    error
        Standard prediction error of ``car`` under the market model.
    placebo_p
        Share of placebo dates with as large a movement, ``(1 + larger) / (1 + dates)``.
    holm_p
        ``placebo_p`` adjusted for all windows asked at once (Holm 1979).
    """

    window: tuple[int, int]
    car: float
    error: float
    placebo_p: float
    placebos: int
    holm_p: float

    @property
    def t(self) -> float:
        """The movement in units of its prediction error."""
        return self.car / self.error

    @property
    def distinguishable(self) -> bool:
        """Whether the movement stands out at five percent after adjustment."""
        return self.holm_p <= LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStudy:
    """The reactions to one event.

    Attributes
    ----------
    session
        First trading day on or after the event's first public day.
    beta, alpha, daily_spread
        The market model and the standard deviation of its residuals.
    """

    event_day: date
    session: date
    alpha: float
    beta: float
    daily_spread: float
    estimation_days: int
    reactions: tuple[Reaction, ...]


def event_study(
    prices: Prices, *, event_day: date, windows: Sequence[tuple[int, int]] = WINDOWS
) -> EventStudy:
    """Measure the reaction of a price to an event.

    Raises
    ------
    RefusalError
        The file has no session for a window, or too few before the event for the model, or
        the price never moves apart from the benchmark.
    """
    at = _session(prices, event_day)
    first = min(before for before, _ in windows)
    end = at + min(first, 0) - GAP_DAYS
    start = max(0, end - ESTIMATION_DAYS_MAX)
    if end - start < ESTIMATION_DAYS_MIN:
        raise RefusalError(
            f"{max(end - start, 0)} sessions before the event, {ESTIMATION_DAYS_MIN} are needed",
            ("earlier prices",),
        )
    if at + max(after for _, after in windows) >= len(prices.days):
        raise RefusalError("the prices end inside a window", ("later prices",))
    model = _MarketModel(prices.benchmark[start:end], prices.returns[start:end])
    abnormal = model.abnormal(prices.benchmark, prices.returns)
    rough = [_reaction(model, prices, abnormal, at, (start, end), window) for window in windows]
    adjusted = holm([one.placebo_p for one in rough])
    return EventStudy(
        event_day=event_day,
        session=prices.days[at],
        alpha=model.alpha,
        beta=model.beta,
        daily_spread=model.spread,
        estimation_days=end - start,
        reactions=tuple(replace(one, holm_p=p) for one, p in zip(rough, adjusted, strict=True)),
    )


def _session(prices: Prices, event_day: date) -> int:
    for index, day in enumerate(prices.days):
        if day >= event_day:
            return index
    raise RefusalError(f"no session on or after {event_day}", ("later prices",))


class _MarketModel:
    """``r = alpha + beta * m + e`` by least squares."""

    def __init__(self, market: FloatArray, returns: FloatArray) -> None:
        self.days = len(market)
        self.middle = float(market.mean())
        self.scatter = float(np.square(market - self.middle).sum())
        if self.scatter == 0:
            raise RefusalError("the benchmark never moves", ("a benchmark",))
        self.beta = float(
            ((market - self.middle) * (returns - returns.mean())).sum() / self.scatter
        )
        self.alpha = float(returns.mean() - self.beta * self.middle)
        residuals = returns - self.alpha - self.beta * market
        self.spread = float(np.sqrt(np.square(residuals).sum() / (self.days - 2)))
        if self.spread <= ROUNDING * float(np.abs(returns).max(initial=0.0)):
            raise RefusalError("the price never moves apart from the benchmark", ("a price",))

    def abnormal(self, market: FloatArray, returns: FloatArray) -> FloatArray:
        return returns - self.alpha - self.beta * market

    def error(self, market: FloatArray) -> float:
        """Return the standard error of a sum of abnormal returns outside the window of the fit."""
        length = len(market)
        lever = float((market - self.middle).sum()) ** 2 / self.scatter
        return self.spread * float(np.sqrt(length + length**2 / self.days + lever))


def _reaction(
    model: _MarketModel,
    prices: Prices,
    abnormal: FloatArray,
    at: int,
    estimation: tuple[int, int],
    window: tuple[int, int],
) -> Reaction:
    first, last = at + window[0], at + window[1] + 1
    if first < 0 or first >= last:
        raise RefusalError(f"window {window} lies outside the prices", ("a shorter window",))
    car = float(abnormal[first:last].sum())
    placebo = placebo_sums(abnormal[slice(*estimation)], last - first)
    larger = int((np.abs(placebo) >= abs(car)).sum())
    p = (1 + larger) / (1 + len(placebo))
    return Reaction(
        window=window,
        car=car,
        error=model.error(prices.benchmark[first:last]),
        placebo_p=p,
        placebos=len(placebo),
        holm_p=p,
    )


def placebo_sums(abnormal: FloatArray, length: int) -> FloatArray:
    """Return the sums over every run of ``length`` sessions, shape ``(n - length + 1,)``."""
    total = np.concatenate([[0.0], np.cumsum(abnormal)])
    return np.asarray(total[length:] - total[:-length])


def holm(chances: Sequence[float]) -> list[float]:
    """Return Holm's adjusted p values, in the order given."""
    order = sorted(range(len(chances)), key=lambda index: chances[index])
    adjusted = [0.0] * len(chances)
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(chances) - rank) * chances[index]))
        adjusted[index] = largest
    return adjusted


def reaction_tree(study: EventStudy, others: Sequence[str]) -> dict[str, Json]:
    """Return a study, and the ids of other events within its windows, as JSON values."""
    return {
        "event_day": study.event_day.isoformat(),
        "session": study.session.isoformat(),
        "market_model": {
            "alpha": study.alpha,
            "beta": study.beta,
            "daily_spread": study.daily_spread,
            "estimation_days": study.estimation_days,
        },
        "reactions": [
            {
                "window": list(one.window),
                "car": one.car,
                "prediction_error": one.error,
                "t": one.t,
                "placebo_p": one.placebo_p,
                "placebos": one.placebos,
                "holm_p": one.holm_p,
                "distinguishable": one.distinguishable,
            }
            for one in study.reactions
        ],
        "other_events": list(others),
    }
