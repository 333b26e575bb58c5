"""Which uncertain inputs make up the spread of a study's cost and of its first order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.core import RefusalError
from narrows.executors import Executor, Job
from narrows.planning import NoPlanError, Optimum, Problem, optimum
from narrows.planning.basis import Basis
from narrows.study.uncertain.inputs import Input
from narrows.study.uncertain.sobol import Index, analyse, sample
from narrows.study.uncertain.tornado import Swing, Tornado, first_order_chips, tornado
from narrows.study.uncertain.world import World

FloatArray = npt.NDArray[np.float64]
Report = Callable[[str], None]

SEED = 20260123
EDGE = 0.005
"""Quantiles run from half a per cent to 99.5 %: the ends of a log-normal lie nowhere."""
AT_ONCE = 100
"""Plans between two words of progress: some ten seconds, and 15 MB of problems."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, standard deviation and Sobol indices of one output; no indices where it is constant."""

    mean: float
    deviation: float
    indices: tuple[Index, ...] | None


@dataclass(frozen=True, slots=True)
class Variance:
    """What makes up the spread.

    Attributes
    ----------
    moved, held
        Inputs that were drawn, and those that kept their middle value.
    outputs
        ``cost``, ``cost_log`` and, where something is imported, ``order``.
    """

    tornado: Tornado
    moved: tuple[Input, ...]
    held: tuple[Input, ...]
    samples: int
    solves: int
    outputs: Mapping[str, Spread]


def variance(
    world: World, *, samples: int, inputs: int, report: Report, executor: Executor
) -> Variance:
    """Return Sobol indices of the inputs that matter most when moved alone.

    Parameters
    ----------
    samples
        Base samples, a power of two; ``samples * (inputs + 2)`` plans are solved.
    inputs
        How many inputs are drawn: those widest in the tornado of the cost or of the order.
    executor
        Where the plans are solved.

    Raises
    ------
    InputError
        SALib is not installed, or ``samples`` is no power of two.
    RefusalError
        At some point of the sample no plan or no result exists, so that there is no variance.
    """
    moved_names = [one.value for one in world.inputs[:inputs]]
    sample(moved_names, samples=2, seed=SEED)  # refuses before the long part where SALib is missing
    report("moving one input at a time")
    found = tornado(world)
    moved = widest(found, inputs)
    names = [one.value for one in moved]
    points = EDGE + (1.0 - 2.0 * EDGE) * sample(names, samples=samples, seed=SEED)
    values = _solve(world, moved, points, report, executor)
    outputs = {name: _spread(names, column) for name, column in values.items()}
    held = tuple(one for one in world.inputs if one not in moved)
    return Variance(found, moved, held, samples, len(points), outputs)


def widest(found: Tornado, count: int) -> tuple[Input, ...]:
    """Return the inputs that come first by their swing of the cost or of the order."""
    by_cost = sorted(found.swings, key=lambda one: -one.width)
    by_order = sorted(found.swings, key=lambda one: -_chips(one))
    alternating = [one.input for pair in zip(by_cost, by_order, strict=True) for one in pair]
    return tuple(dict.fromkeys(alternating))[:count]


def _chips(one: Swing) -> float:
    if one.low.chips is None or one.high.chips is None:
        return 0.0
    return abs(one.high.chips - one.low.chips)


def least(problem: Problem, start: Basis) -> Optimum | None:
    """Return the optimum of one point of the sample, ``None`` where no plan exists: one job."""
    try:
        return optimum(problem, start)
    except NoPlanError:
        return None


def _solve(
    world: World, moved: Sequence[Input], points: FloatArray, report: Report, executor: Executor
) -> dict[str, FloatArray]:
    """Solve every point; indices need them all, so that one without a result is a refusal."""
    start = optimum(world.at({}).problem).basis
    found: list[Optimum | None] = []
    for first in range(0, len(points), AT_ONCE):
        report(f"plan {first} of {len(points)}")
        jobs = [
            Job(
                key=f"point {first + place}",
                work=least,
                arguments=(world.at(dict(zip(moved, row.tolist(), strict=True))).problem, start),
            )
            for place, row in enumerate(points[first : first + AT_ONCE])
        ]
        found += executor.run(jobs).values()
    if any(one is None for one in found):
        reason = "at some point of the sample no plan satisfies the rules"
        raise RefusalError(reason, ("a plan at every draw",))
    solved = [one for one in found if one is not None]
    cost = np.array([one.cost for one in solved])
    values = {"cost": cost, "cost_log": np.log(cost)}
    ordered = [first_order_chips(world, one) for one in solved]
    chips = [one for one in ordered if one is not None]
    return values if len(chips) < len(cost) else {**values, "order": np.array(chips)}


def _spread(names: Sequence[str], values: FloatArray) -> Spread:
    return Spread(float(values.mean()), float(values.std()), analyse(names, values, seed=SEED))
