"""How the chances that were given did: gates against what came, deliveries against the reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import log

from narrows.catalog import Catalog
from narrows.core import Figure, Truth
from narrows.futures import (
    STATES,
    ForecastFile,
    GateChains,
    KeptScore,
    load_backtest_plan,
    make_forecasts,
    persistence_forecasts,
    score_forecasts,
)
from narrows.study.replay_happened import Happened
from narrows.study.sources import EVENT, FUTURES

HORIZONS_QUARTERS = (1, 2)
"""A first order lands within half a year; later chances are kept for later scores."""


@dataclass(frozen=True, slots=True)
class LargeDelivery:
    """The chance given to large deliveries by a day, and whether they came."""

    said_on: date
    by: date
    large: Figure
    chance: Figure
    quarters: int


def judged_until(to: date) -> date:
    """Return the last day of which it is known what came: news was searched no further."""
    return min(to, load_backtest_plan().judged_until)


@dataclass(frozen=True, slots=True)
class DayScores:
    """The scores of one day's chances, and of persistence on the same forecasts."""

    model: tuple[KeptScore, ...]
    persistence: tuple[KeptScore, ...]


def gate_scores(
    chains: GateChains, catalog: Catalog, lines: Sequence[str], *, to: date
) -> DayScores:
    """Return the scores of one day's chances of the gates of some lines."""
    said = make_forecasts(chains, horizons_quarters=HORIZONS_QUARTERS)
    same = persistence_forecasts(chains, horizons_quarters=HORIZONS_QUARTERS)
    model, persistence = (_scored_of(kept, catalog, lines, to) for kept in (said, same))
    return DayScores(model, persistence)


def _scored_of(
    kept: ForecastFile, catalog: Catalog, lines: Sequence[str], to: date
) -> tuple[KeptScore, ...]:
    asked = replace(kept, forecasts=tuple(one for one in kept.forecasts if one.line in lines))
    return score_forecasts(asked, catalog, judged_until=judged_until(to))


def came_true(asked: LargeDelivery, happened: Happened) -> Truth:
    """Return whether the large delivery came; unknown where the reports do not decide it.

    The period that holds the day bounds what was delivered from above, the one before from below.
    """
    large = asked.large.value
    until = happened.delivered_until
    if large is None or until is None or until < asked.by:
        return Truth.UNKNOWN
    most = next(one.high_so_far.value for one in happened.delivered if one.end >= asked.by)
    if most is not None and most < large:
        return Truth.FALSE
    least = [one.low_so_far.value for one in happened.delivered if one.end <= asked.by]
    reached = bool(least) and least[-1] is not None and least[-1] >= large
    return Truth.TRUE if reached else Truth.UNKNOWN


def scores_section(
    by_quarter: Mapping[str, DayScores],
    asked: Mapping[str, LargeDelivery],
    happened: Happened,
    *,
    to: date,
) -> dict[str, object]:
    """Return the scores of each day's chances, of all together, and the deliveries."""
    every = DayScores(
        tuple(score for scores in by_quarter.values() for score in scores.model),
        tuple(score for scores in by_quarter.values() for score in scores.persistence),
    )
    return {
        "judged_until": judged_until(to),
        "gates": [
            {"quarter": quarter, **_scored(scores)}
            for quarter, scores in by_quarter.items()
            if scores.model
        ],
        "all": _scored(every) if every.model else None,
        "equal_chances": Figure(
            log(len(STATES)), "1", "log score of equal chances, in nats", sources=(FUTURES,)
        ),
        "deliveries": [
            {
                "quarter": quarter,
                "by": one.by,
                "large": one.large,
                "chance": one.chance,
                "came": came_true(one, happened),
            }
            for quarter, one in asked.items()
        ],
    }


def _scored(scores: DayScores) -> dict[str, object]:
    count = len(scores.model)
    return {
        "forecasts": Figure(count, "1", "forecasts whose day has come", sources=(FUTURES,)),
        "log_score": _mean(scores.model, "log_score", _LOG_SCORE),
        "brier": _mean(scores.model, "brier", _BRIER),
        "persistence_log_score": _mean(scores.persistence, "log_score", _LOG_SCORE),
        "persistence_brier": _mean(scores.persistence, "brier", _BRIER),
    }


_LOG_SCORE = "nats: mean of minus the logarithm of the chance given to the state that came"
_BRIER = "mean squared distance of the chances from what came"


def _mean(scores: Sequence[KeptScore], name: str, formula: str) -> Figure:
    cites = sorted({f"{EVENT}{cite}" for one in scores for cite in one.forecast.evidence})
    total = sum(float(getattr(one, name)) for one in scores)
    return Figure(total / len(scores), "1", formula, sources=(FUTURES, *cites))
