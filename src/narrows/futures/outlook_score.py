"""A kept file of forecasts held against what came, beside persistence on the same forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from narrows.catalog import Catalog
from narrows.core import Json, Message, message
from narrows.futures.chains import fit_chains
from narrows.futures.forecast_file import ForecastFile, KeptScore, make_forecasts, score_forecasts
from narrows.futures.persistence_file import persistence_forecasts
from narrows.futures.states import STATE_INDEX

HORIZONS_QUARTERS = (1, 2, 4)
"""How far the forecasts kept with a release reach; a year holds half of all stays in a state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredFile:
    """A file of forecasts and the scores of those whose day has come.

    Attributes
    ----------
    model, persistence
        Scores of the same forecasts, in the same order.
    next_due
        First target day still to come; ``None`` where none is.
    """

    kept: ForecastFile
    model: tuple[KeptScore, ...]
    persistence: tuple[KeptScore, ...]
    next_due: date | None


def outlook(catalog: Catalog, *, known_on: date) -> ForecastFile:
    """Return the forecasts to keep with a release, from what was public on a day."""
    chains = fit_chains(catalog, known_on=known_on)
    return make_forecasts(chains, horizons_quarters=HORIZONS_QUARTERS)


def score_file(kept: ForecastFile, catalog: Catalog, *, judged_until: date) -> ScoredFile:
    """Score a file, and what persistence would have said on its day of the same gates and targets.

    A forecast of a gate that nobody followed on that day has no persistence and no score.
    """
    chains = fit_chains(catalog, known_on=kept.made_on)
    same = persistence_forecasts(chains, horizons_quarters=HORIZONS_QUARTERS)
    of = {(one.line, one.gate, one.target): one for one in same.forecasts}
    asked = tuple(one for one in kept.forecasts if (one.line, one.gate, one.target) in of)
    beside = tuple(of[one.line, one.gate, one.target] for one in asked)
    return ScoredFile(
        kept=kept,
        model=score_forecasts(replace(kept, forecasts=asked), catalog, judged_until=judged_until),
        persistence=score_forecasts(
            replace(kept, forecasts=beside), catalog, judged_until=judged_until
        ),
        next_due=min(
            (one.target for one in kept.forecasts if one.target > judged_until), default=None
        ),
    )


def mean_score(scores: Sequence[KeptScore], name: str) -> float | None:
    """Return the mean of ``log_score`` (nats) or ``brier``; ``None`` where nothing has come."""
    if not scores:
        return None
    return sum(float(getattr(one, name)) for one in scores) / len(scores)


def outlook_findings(scored: ScoredFile) -> tuple[Message, ...]:
    """Return how many forecasts a file holds, how they did, and when the next is due."""
    made_on, count = scored.kept.made_on, len(scored.kept.forecasts)
    found = [message("futures.outlook.kept", made_on=made_on, forecasts=count)]
    if scored.model:
        found.append(
            message(
                "futures.outlook.scored",
                due=len(scored.model),
                log_score=mean_score(scored.model, "log_score"),
                persistence=mean_score(scored.persistence, "log_score"),
            )
        )
    else:
        found.append(message("futures.outlook.none_due"))
    if scored.next_due is not None:
        found.append(message("futures.outlook.next", day=scored.next_due))
    return tuple(found)


def outlook_score_tree(scored: ScoredFile) -> dict[str, Json]:
    """Return a scored file as JSON values."""
    return {
        "made_on": scored.kept.made_on.isoformat(),
        "forecasts": len(scored.kept.forecasts),
        "next_due": None if scored.next_due is None else scored.next_due.isoformat(),
        "scores": {
            who: {name: mean_score(scores, name) for name in ("log_score", "brier")}
            for who, scores in (("model", scored.model), ("persistence", scored.persistence))
        },
        "due": [
            {
                "line": one.forecast.line,
                "gate": one.forecast.gate.value,
                "target": one.forecast.target.isoformat(),
                "chance_given": float(one.forecast.chances[STATE_INDEX[one.happened]]),
                "happened": one.happened.value,
                "log_score": one.log_score,
                "brier": one.brier,
                "persistence_log_score": beside.log_score,
            }
            for one, beside in zip(scored.model, scored.persistence, strict=True)
        ],
    }
