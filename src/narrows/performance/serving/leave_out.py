"""The error on runs that a fit has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from narrows.performance.serving.answer import Answer, answer, best
from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.calibrate import (
    calibrate,
    cell_weights,
    measured,
    predicted,
    tells_first,
)
from narrows.performance.serving.effects import Member, Priors
from narrows.performance.serving.fit import Fit
from narrows.performance.serving.knowledge import Knowledge, Residuals, prior_knowledge
from narrows.performance.serving.predict import P95
from narrows.performance.serving.runs import Run
from narrows.performance.serving.score import weighted_quantile

FOLDS = 4
"""Groups are dealt to this many folds in their order; each fold is left out once."""
DRAWS = 64
SEED = 11
HELD = 0.9
"""The share of unseen runs that a 90 % interval is to hold."""
FEWEST = 6
"""A maker with fewer (chip, model) cells borrows the error of all makers."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A run left out: log(predicted / measured), and the spread that parameters alone give it."""

    run: Run
    log_ratio: float
    parameter_spread: float
    first_log_ratio: float | None


def by_model(run: Run) -> str:
    """Return the group of runs of one model by one source."""
    return f"{run.source}/{run.case.shape.name}"


def by_source(run: Run) -> str:
    """Return the group of runs of one source."""
    return run.source


def left_out(
    priors: Priors, runs: Sequence[Run], whole: Fit, group: Callable[[Run], str]
) -> tuple[Unseen, ...]:
    """Return every run predicted by a fit that saw no run of its group's fold."""
    used = [run for run in runs if measured(run) is not None]
    groups = sorted({group(run) for run in used})
    fold = {name: i % FOLDS for i, name in enumerate(groups)}
    found: list[Unseen] = []
    for number in range(min(FOLDS, len(groups))):
        seen = [run for run in used if fold[group(run)] != number]
        hidden = [run for run in used if fold[group(run)] == number]
        known = posterior(priors, calibrate(priors, seen, start=whole))
        found += [_unseen(run, known) for run in hidden]
    return tuple(found)


def posterior(priors: Priors, found: Fit) -> Knowledge:
    """Return a fit as knowledge, with the residuals of the priors."""
    blank = prior_knowledge(priors)
    return Knowledge(
        priors=priors,
        names=found.names,
        middle=found.middle,
        draws=found.draws(DRAWS, SEED),
        residuals=blank.residuals,
        obtained=blank.obtained,
    )


def residuals(models: Sequence[Unseen], sources: Sequence[Unseen]) -> Residuals:
    """Return the errors that make 90 % intervals hold 90 % of left-out (chip, model) cells.

    ``models`` were left out with all runs of their model by their source, ``sources`` with their
    whole source: the second is the error on families and engines without runs.
    """
    plain = [u for u in models if not u.run.plan.searched and u.run.case.model_match == "same"]
    names = sorted({u.run.member.family for u in plain})
    makers = {
        maker: [u for u in plain if _maker(u.run.member.family) == maker]
        for maker in sorted({_maker(name) for name in names})
    }
    families = {
        name: _held(own if _cells(own) >= FEWEST else plain)
        for name in names
        for own in (makers[_maker(name)],)
    }
    searched = [u for u in models if u.run.plan.searched and u.run.case.model_match == "same"]
    stand_in = [u for u in models if u.run.case.model_match != "same"]
    return Residuals(
        families=families,
        engines=tuple(sorted({u.run.member.engine for u in plain})),
        unseen=_held(sources),
        searched=_extra(searched, families),
        stand_in=_extra(stand_in, families),
        first_token=_first_token(plain),
    )


def _maker(family: str) -> str:
    """Return the maker of a family: its generations are judged together, being few cells each."""
    return family.split("-")[0]


def _cells(runs: Sequence[Unseen]) -> int:
    return len({u.run.cell for u in runs})


def _held(runs: Sequence[Unseen]) -> float:
    return held_spread(
        [u.log_ratio for u in runs],
        [u.parameter_spread for u in runs],
        cell_weights([u.run for u in runs]),
    )


def held_spread(ratios: Sequence[float], spreads: Sequence[float], weights: Array) -> float:
    """Return the error s for which |ratio| <= 1.645 hypot(s, spread) on 90 % of the weight."""
    if len(ratios) == 0:
        return 0.0
    excess = np.maximum((array(ratios) / P95) ** 2 - array(spreads) ** 2, 0.0)
    return round(float(np.sqrt(weighted_quantile(excess, weights, HELD))), 4)


def _extra(runs: Sequence[Unseen], families: dict[str, float]) -> float:
    """Return the error in quadrature beyond the family's own that holds 90 % of ``runs``."""
    if not runs:
        return max(families.values(), default=0.0)
    own = [families.get(u.run.member.family, max(families.values())) for u in runs]
    spread = [float(np.hypot(u.parameter_spread, o)) for u, o in zip(runs, own, strict=True)]
    return held_spread([u.log_ratio for u in runs], spread, cell_weights([u.run for u in runs]))


def _first_token(runs: Sequence[Unseen]) -> float:
    told = [u.first_log_ratio for u in runs if u.first_log_ratio is not None]
    return held_spread(told, [0.0] * len(told), np.ones(len(told)))


def _unseen(run: Run, known: Knowledge) -> Unseen:
    member: Member = run.member
    central = known.central(member)
    plan = run.plan.only(best(run.case, run.plan, central))
    kind = measured(run)
    if kind is None:
        msg = f"{run.case.id} has no figure to be judged by"
        raise ValueError(msg)
    found = answer(run.case, plan, central)
    middle = predicted(run, found)
    drawn: Array = predicted(run, answer(run.case, plan, known.spread(member)))
    return Unseen(
        run=run,
        log_ratio=float(np.log(np.ravel(middle)[0] / kind[1])),
        parameter_spread=float(np.std(np.log(drawn))),
        first_log_ratio=_first_log_ratio(run, found),
    )


def _first_log_ratio(run: Run, found: Answer) -> float | None:
    if not tells_first(run) or found.ttft_s is None or run.ttft_s is None:
        return None
    return float(np.log(np.ravel(found.ttft_s)[0] / run.ttft_s))
