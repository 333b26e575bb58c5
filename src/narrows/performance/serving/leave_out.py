"""The error on runs that a fit has not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from narrows.performance.serving.answer import Answer, answer, best, doubts_of
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
from narrows.performance.serving.knowledge import (
    PRIOR_RESIDUAL,
    Doubt,
    Knowledge,
    Residuals,
    prior_knowledge,
)
from narrows.performance.serving.predict import P95
from narrows.performance.serving.residual_parts import HELD, split_errors
from narrows.performance.serving.runs import Run
from narrows.performance.serving.score import weighted_quantile

FOLDS = 12
"""Groups are dealt to this many folds in their order; each fold is left out once."""
DRAWS = 64
SEED = 11
ALL = "all"
"""The error of makers with few cells."""
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


def by_engine(run: Run) -> str:
    """Return the group of runs of one engine by one source."""
    return f"{run.source}/{run.member.engine}"


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
    """Return the errors that make 90 % intervals hold 90 % of left-out runs.

    How they differ by maker and doubt is found with every (chip, model) cell alike.

    ``models`` were left out with all runs of their model by their source, ``sources`` with their
    whole engine by one source: what these err beyond the others is the doubt of a machine without
    runs. A doubt that no run is under keeps the guess made before any run. Runs that their source
    tells in part are no yardstick.
    """
    told = [u for u in models if u.run.full]
    makers = _parted(told)
    errors = split_errors(
        [_parts(u, makers) for u in told],
        array([u.log_ratio for u in told]),
        array([u.parameter_spread for u in told]),
        cell_weights([u.run for u in told]),
    )
    known = {
        family: errors[makers.get(_maker(family), ALL)]
        for family in sorted({u.run.member.family for u in models})
    }
    found = Residuals(
        families=known,
        engines=tuple(sorted({u.run.member.engine for u in models})),
        doubts={doubt: errors.get(doubt, PRIOR_RESIDUAL) for doubt in Doubt},
        first_token=_first_token(told),
    )
    unseen = _beyond(found, [u for u in sources if u.run.full])
    return replace(found, doubts=found.doubts | {Doubt.UNSEEN: unseen})


def _parted(runs: Sequence[Unseen]) -> dict[str, str]:
    """Return the makers with cells enough to have an error of their own."""
    cells: dict[str, set[tuple[str, str]]] = {}
    for one in runs:
        cells.setdefault(_maker(one.run.member.family), set()).add(one.run.cell)
    return {maker: maker for maker, own in cells.items() if len(own) >= FEWEST}


def _parts(one: Unseen, makers: Mapping[str, str]) -> dict[str, float]:
    """Return the errors that add up in a run and how far: its maker's, and those of its doubts."""
    base = makers.get(_maker(one.run.member.family), ALL)
    doubts = doubts_of(one.run.case, one.run.plan)
    return {base: 1.0} | {doubt.value: size for doubt, size in doubts.items()}


def _maker(family: str) -> str:
    """Return the maker of a family: its generations are judged together, being few cells each."""
    return family.split("-")[0]


def _beyond(found: Residuals, runs: Sequence[Unseen]) -> float:
    """Return the error in quadrature beyond the known ones that holds 90 % of ``runs``."""
    own = [found.spread(u.run.member, doubts_of(u.run.case, u.run.plan)) for u in runs]
    spread = [float(np.hypot(u.parameter_spread, o)) for u, o in zip(runs, own, strict=True)]
    return held_spread([u.log_ratio for u in runs], spread, cell_weights([u.run for u in runs]))


def held_spread(ratios: Sequence[float], spreads: Sequence[float], weights: Array) -> float:
    """Return the error s for which |ratio| <= 1.645 hypot(s, spread) on 90 % of the weight."""
    if len(ratios) == 0:
        return 0.0
    excess = np.maximum((array(ratios) / P95) ** 2 - array(spreads) ** 2, 0.0)
    return round(float(np.sqrt(weighted_quantile(excess, weights, HELD))), 4)


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
