"""From a study's tree problem to its policy graph: the regime is seen in every quarter.

All that is not a matter of regimes (prices, supply, demand, caps, shares, budget, what was booked)
is the tree's, quarter by quarter; what may be ordered and what passes follows the regime. The
quarter at hand is planned on the belief of the day, as the tree's root is. A study's intervals are
of levels that persist, so they enter the draws around a plan and no shock from quarter to quarter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from narrows.futures import RegimeChain
from narrows.planning import (
    NEVER,
    MipLimits,
    NoPlanError,
    PolicyGraph,
    Problem,
    ProblemError,
    no_shocks,
    node_values,
    plan_portings,
)
from narrows.study.bridge.lump import lumps
from narrows.study.bridge.passage import Way

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

JOINED = " + "
PORTING_GAP = 0.01
"""As for the whole lots of the tree."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What keeps a study from being planned by the graph: a field, and the planner's reason."""

    field: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimes:
    """The regimes of a graph.

    Attributes
    ----------
    names
        Those lumped together joined by a plus.
    start
        Belief on the day, shape ``(R,)``.
    steps
        Shape ``(T - 1, R, R)``.
    order, deliver
        Shape ``(T, R, K)``; see :class:`Way`.
    """

    names: tuple[str, ...]
    start: FloatArray
    steps: FloatArray
    order: FloatArray
    deliver: FloatArray


def make_graph(
    problem: Problem, chain: RegimeChain | None, ways: Sequence[Way]
) -> PolicyGraph | Refused:
    """Return the graph of a study with its portings planned, or what of it no graph carries."""
    try:
        graph = bare_graph(problem, regimes_of(problem.n_stages, chain, ways))
    except ProblemError as error:
        return Refused(str(error.fieldname), error.problem)
    try:
        portings = plan_portings(graph, MipLimits(gap=PORTING_GAP))
    except NoPlanError:
        return Refused("mean_future", "the mean future has no plan with whole portings")
    return replace(graph, porting_start=portings.start)


def regimes_of(quarters: int, chain: RegimeChain | None, ways: Sequence[Way]) -> Regimes:
    """Return the regimes that a plan can tell apart, with what each lets through.

    A study that imports nothing has one.
    """
    names = ("only",) if chain is None else chain.names
    start = np.ones(1) if chain is None else chain.start
    count = len(names)
    steps = np.ones((quarters - 1, 1, 1)) if chain is None else chain.steps[: quarters - 1]
    order, deliver = (
        np.stack([_by_regime(way, name, quarters, count) for way in ways], axis=2)
        for name in ("order", "deliver")
    )
    reached = _reached(start, steps)
    place = lumps(steps, np.concatenate([order, deliver], axis=2), reached)
    into = np.eye(place.max() + 1)[place] * reached[:, None]
    first = [int(np.flatnonzero(place == lump)[0]) for lump in range(place.max() + 1)]
    return Regimes(
        names=tuple(
            JOINED.join(name for name, at in zip(names, place, strict=True) if at == lump)
            for lump in range(len(first))
        ),
        start=start @ into,
        steps=steps[:, first] @ into,
        order=order[:, first],
        deliver=deliver[:, first],
    )


def _reached(start: FloatArray, steps: FloatArray) -> BoolArray:
    """Return which regimes can be reached from the belief by any steps, shape ``(R,)``."""
    leads = np.any(steps > 0.0, axis=0) | np.eye(len(start), dtype=np.bool_)
    reached: BoolArray = start > 0.0
    for _ in range(len(start)):
        reached = np.any(leads[reached], axis=0)
    return reached


def _by_regime(way: Way, name: str, quarters: int, count: int) -> FloatArray:
    """Return what a way lets through by quarter and regime, shape ``(T, R)``."""
    if way.let is None:
        by_quarter: FloatArray = getattr(way, name)
        return np.repeat(by_quarter[:, None], count, axis=1)
    by_regime: FloatArray = getattr(way.let, name)
    return np.tile(by_regime, (quarters, 1))


def bare_graph(problem: Problem, regimes: Regimes) -> PolicyGraph:
    """Return the graph in which nothing more is ported than is ported already.

    Raises
    ------
    ProblemError
        The graph cannot carry the study; names the field.
    """
    count = len(regimes.names)
    start = int(np.argmax(regimes.start))
    nodes = _nodes(problem)

    def each(values: FloatArray) -> FloatArray:
        return np.repeat(values[nodes], count, axis=0)

    parts = node_values(problem, each)
    steps = regimes.steps.copy()
    if len(steps):
        steps[0, start] = regimes.start @ regimes.steps[0]
    return PolicyGraph(
        regimes=regimes.names,
        start=start,
        transition=steps / steps.sum(axis=2, keepdims=True),
        shocks=no_shocks(problem.sizes["W"], problem.sizes["K"]),
        axes=problem.axes,
        offers=replace(
            parts.offers,
            may_order=_as_believed(regimes.order, regimes.start, start),
            may_deliver=_as_believed(regimes.deliver, regimes.start, start),
        ),
        fleet=problem.fleet,
        sites=problem.sites,
        work=parts.work,
        rental=parts.rental,
        porting=problem.porting,
        caps=parts.caps,
        shares=parts.shares,
        budget=problem.budget,
        risk=problem.risk,
        porting_start=np.full(problem.porting.done.shape, NEVER, dtype=np.int64),
    )


def _as_believed(passage: FloatArray, belief: FloatArray, start: int) -> FloatArray:
    """Return ``(T, R, K)`` by quarter and regime, the first quarter as believed on the day."""
    believed = passage.copy()
    believed[0, start] = np.tensordot(belief, passage[0], axes=1)
    flat: FloatArray = believed.reshape(-1, passage.shape[2])
    return np.clip(flat, 0.0, 1.0)


def _nodes(problem: Problem) -> IntArray:
    """Return one node of each quarter, all alike but for what may be ordered and what passes.

    Raises
    ------
    ProblemError
        Something else differs between the nodes of a quarter.
    """
    tree = problem.tree
    nodes = np.array([int(tree.at_stage(t)[0]) for t in range(problem.n_stages)], dtype=np.int64)
    for name, values in _steady(problem).items():
        if not np.array_equal(values, values[nodes[tree.stage]]):
            raise ProblemError("differs within a quarter", "use the tree for it", fieldname=name)
    return nodes


def _steady(problem: Problem) -> Mapping[str, FloatArray]:
    """Return what is the same at all nodes of a quarter in a study."""
    offers, work, rental = problem.offers, problem.work, problem.rental
    arrays = {
        "offers.price": offers.price,
        "offers.duty": offers.duty,
        "offers.supply": offers.supply,
        "work.demand": work.demand,
        "work.unmet_max": work.unmet_max,
        "rental.price": rental.price,
        "rental.ceiling": rental.ceiling,
        "rental.allowed": rental.allowed,
    }
    banks = {f"caps.{cap.name}": cap.quota for cap in problem.caps}
    return arrays | banks | {f"shares.{share.name}": share.share for share in problem.shares}
