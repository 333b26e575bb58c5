"""Calibration: the posterior of the constants from measured runs, and the error that is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from narrows.performance.serving.answer import Answer, answer, best
from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.constants import NAMES, nudged
from narrows.performance.serving.effects import (
    Member,
    Priors,
    constants_of,
    effect_name,
    prior_middle,
)
from narrows.performance.serving.fit import Fit, fit
from narrows.performance.serving.knowledge import spread_names
from narrows.performance.serving.phases import Phase
from narrows.performance.serving.plan import Plan
from narrows.performance.serving.runs import Run

SCALE = 0.12
"""Error that a tuned model leaves on a clean run; submitters of one benchmark differ by 3-30 %."""
COLD, WARM = 0.02, 0.2
"""Gain in log posterior density at which a fit stops, from the prior and from another fit."""
FIRST_TOKEN_WEIGHT = 0.1
PARTIAL_SHARE = 0.5
"""What a run told in part weighs: its layout is the model's own choice, so it can hide an error."""
STEP_NUDGE = 1e-3
"""Change of a constant, on its unbounded scale, by which slopes are taken."""
PLANS = 2
"""Rounds of choosing open layouts with the constants of the round before."""


def calibrate(priors: Priors, runs: Sequence[Run], *, start: Fit | None = None) -> Fit:
    """Return the posterior that ``runs`` leave; those without a figure to judge by are passed over.

    ``start`` saves rounds where a fit to nearly the same runs is at hand.
    """
    used = [run for run in runs if measured(run) is not None]
    names = spread_names(priors, tuple(sorted({run.member for run in used}, key=str)))
    weights = observation_weights(used)
    begun = {} if start is None else dict(zip(start.names, start.middle, strict=True))
    plans = _choose(priors, used, begun)
    now = None if start is None else array([_from(priors, begun, name) for name in names])
    settled = COLD if start is None else WARM
    for _ in range(PLANS if start is None else 1):
        chosen = plans

        def model(now: Array, plans: Sequence[Plan] = chosen) -> tuple[Array, Array]:
            return linearised(priors, names, used, plans, now)

        found = fit(priors, names, model, weights, SCALE, start=now, settled=settled)
        now = found.middle
        plans = _choose(priors, used, dict(zip(names, found.middle, strict=True)))
    return found


def _from(priors: Priors, begun: dict[str, Array], name: str) -> float:
    return float(begun[name]) if name in begun else prior_middle(priors, name)


def measured(run: Run) -> tuple[str, float] | None:
    """Return the figure by which a run is judged: token time, output rate, or time of a batch."""
    if run.tpot_s is not None:
        return "tpot", run.tpot_s
    if run.batch_s is not None:
        return "batch", run.batch_s
    return None if run.output_rate is None else ("rate", run.output_rate)


def predicted(run: Run, found: Answer) -> Array:
    """Return the prediction of the figure by which a run is judged."""
    kind = measured(run)
    told = None if kind is None else kind[0]
    value = found.output_rate if told == "rate" else found.tpot_s
    if told == "batch" and found.tpot_s is not None and found.ttft_s is not None:
        value = found.ttft_s + found.tpot_s * run.case.output_tokens
    if value is None:
        msg = f"{run.case.id} is judged by a figure that its phase does not have"
        raise ValueError(msg)
    return value


def cell_weights(runs: Sequence[Run]) -> Array:
    """Return weights by which every (chip, model) cell counts alike, with a mean of one.

    A run that its source tells in part has less say.
    """
    counts = Counter(run.cell for run in runs)
    shares = (1.0 if run.full else PARTIAL_SHARE for run in runs)
    weights = array([share / counts[run.cell] for run, share in zip(runs, shares, strict=True)])
    return weights / np.mean(weights)


def observation_weights(runs: Sequence[Run]) -> Array:
    """Return weights of the judged figures, then of the times to first token where told.

    A time to first token is a queueing quantity that tables report in many ways, so it has little
    say.
    """
    weights = cell_weights(runs)
    first = [
        w * FIRST_TOKEN_WEIGHT for w, run in zip(weights, runs, strict=True) if tells_first(run)
    ]
    return np.concatenate([weights, array(first)])


def tells_first(run: Run) -> bool:
    """Whether a run tells the time to first token of clients that wait on the engine."""
    return run.ttft_s is not None and run.case.phase in {Phase.TOGETHER, Phase.APART}


def linearised(
    priors: Priors,
    names: tuple[str, ...],
    runs: Sequence[Run],
    plans: Sequence[Plan],
    now: Array,
) -> tuple[Array, Array]:
    """Return log(predicted / measured) and its slope by every parameter; slower is positive.

    Rates enter inverted, so that one sign means one thing. Judged figures of all runs come
    first, then times to first token of those that tell one. Effects add to the constants that
    they name, so slopes by the constants give the slopes by all.
    """
    free = dict(zip(names, now, strict=True))
    reach = {run.member: _reach(priors, names, run.member) for run in runs}
    judged, firsts = [], []
    for run, plan in zip(runs, plans, strict=True):
        found = answer(run.case, plan, nudged(constants_of(priors, free, run.member), STEP_NUDGE))
        judged.append(_slope(_log_ratio(run, found), reach[run.member]))
        if tells_first(run) and found.ttft_s is not None and run.ttft_s is not None:
            ratio = np.log(found.ttft_s[:, 0] / run.ttft_s)
            firsts.append(_slope(ratio, reach[run.member]))
    every = np.array(judged + firsts)
    return every[:, 0], every[:, 1:]


def _slope(ratios: Array, reach: Array) -> Array:
    """Return the first of the ratios, and how it changes with each parameter, as one row."""
    by_constant = (ratios[1:] - ratios[0]) / STEP_NUDGE
    return array([ratios[0], *(by_constant @ reach)])


def _reach(priors: Priors, names: tuple[str, ...], member: Member) -> Array:
    """Return which constants each parameter adds to, shape ``(constants, parameters)``."""
    touched = {name: {name} for name in NAMES}
    for effect in priors.effects:
        touched[effect_name(effect, member.of(effect.group))] = set(effect.constants)
    return array([[name in touched.get(own, ()) for own in names] for name in NAMES])


def _log_ratio(run: Run, found: Answer) -> Array:
    kind = measured(run)
    if kind is None:
        msg = f"{run.case.id} has no figure to be judged by"
        raise ValueError(msg)
    value = predicted(run, found)
    ratio = np.log(value[:, 0] / kind[1])
    return -ratio if kind[0] == "rate" else ratio


def _choose(priors: Priors, runs: Sequence[Run], middle: dict[str, Array]) -> list[Plan]:
    chosen = []
    for run in runs:
        constants = constants_of(priors, middle, run.member)
        chosen.append(run.plan.only(best(run.case, run.plan, constants)))
    return chosen
