"""Which uncertain inputs make up the spread of a study's cost and of its first order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.core import RefusalError
from narrows.planning import NoPlanError, optimum
from narrows.study.uncertain.inputs import Input
from narrows.study.uncertain.sobol import Index, analyse, sample
from narrows.study.uncertain.tornado import Swing, Tornado, reach, tornado
from narrows.study.uncertain.world import World

FloatArray = npt.NDArray[np.float64]
Report = Callable[[str], None]

SEED = 20260123
EDGE = 0.005
"""Quantiles run from half a per cent to 99.5 %: the ends of a log-normal lie nowhere."""
SAID_EVERY = 50
"""Solves between two words of progress: a few seconds."""


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


def variance(world: World, *, samples: int, inputs: int, report: Report) -> Variance:
    """Return Sobol indices of the inputs that matter most when moved alone.

    Parameters
    ----------
    samples
        Base samples, a power of two; ``samples * (inputs + 2)`` plans are solved.
    inputs
        How many inputs are drawn: those widest in the tornado of the cost or of the order.

    Raises
    ------
    InputError
        SALib is not installed, or ``samples`` is no power of two.
    RefusalError
        At some point of the sample no plan exists, so that there is no variance.
    """
    moved_names = [one.value for one in world.inputs[:inputs]]
    sample(moved_names, samples=2, seed=SEED)  # refuses before the long part where SALib is missing
    report("moving one input at a time")
    found = tornado(world)
    moved = widest(found, inputs)
    names = [one.value for one in moved]
    points = EDGE + (1.0 - 2.0 * EDGE) * sample(names, samples=samples, seed=SEED)
    values = _solve(world, moved, points, report)
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


def _solve(
    world: World, moved: Sequence[Input], points: FloatArray, report: Report
) -> dict[str, FloatArray]:
    start = optimum(world.at({}).problem).basis
    reached = []
    for place, point in enumerate(points):
        if place % SAID_EVERY == 0:
            report(f"plan {place} of {len(points)}")
        try:
            quantiles = dict(zip(moved, point.tolist(), strict=True))
            reached.append(reach(world, quantiles, start))
        except NoPlanError as error:
            reason = "at some point of the sample no plan satisfies the rules"
            raise RefusalError(reason, ("a plan at every draw",)) from error
    cost = np.array([one.cost for one in reached])
    values = {"cost": cost, "cost_log": np.log(cost)}
    chips = [one.chips for one in reached if one.chips is not None]
    return values if len(chips) < len(cost) else {**values, "order": np.array(chips)}


def _spread(names: Sequence[str], values: FloatArray) -> Spread:
    return Spread(float(values.mean()), float(values.std()), analyse(names, values, seed=SEED))
