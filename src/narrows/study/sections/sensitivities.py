"""What would change the plan: the unpublished share, the cap, terms of payment, the gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from narrows.core import Figure, GateState
from narrows.executors import Executor
from narrows.futures import STATES
from narrows.planning import (
    Curve,
    Plan,
    Problem,
    Tree,
    curve,
    find_flip,
    optimum,
    orders_now,
    with_event,
)
from narrows.study.answered import Answered, Report
from narrows.study.bridge.offers import Offer
from narrows.study.bridge.outlook import SEED, Outlook
from narrows.study.bridge.permission import Passing
from narrows.study.bridge.problem import CAP
from narrows.study.bridge.variants import with_cap, without_refund
from narrows.study.sections.electricity import electricity_section
from narrows.study.sections.margins import delay_curves, margins_section, power_curve
from narrows.study.sections.shares import (
    SharePoint,
    asked_grid,
    draws_figure,
    draws_section,
    lost_draws,
    share_points,
)
from narrows.study.sections.tornado import tornado_section
from narrows.study.sources import FUTURES, PLANNER
from narrows.study.uncertain.bands import share_bands
from narrows.study.uncertain.world import make_world

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

CAP_FACTORS = (0.0, 0.5, 2.0)
"""The cap closed, halved and doubled, beside the base."""
EVENT_QUARTER = 3
"""The way is looked at again after three quarters, where the tree branches for the second time."""
ALL_OPEN = "all_open"
"""The regime of futures in which licence, approval and customs all stand open."""
CHANCE_LOWEST = 0.01
FLIP_TOLERANCE = 0.04
"""Four points of probability: no belief about a gate is sharper."""


@dataclass(frozen=True)
class Decision:
    """Where the decision on non-refundable orders turns, and what we believe."""

    threshold: float | None
    orders_nonrefundable: float


@dataclass(frozen=True)
class Sensitivities:
    """The section, and what the headline needs of it."""

    section: dict[str, object]
    turn: Decision | None
    shares: tuple[SharePoint, ...]
    lost: tuple[dict[str, object], ...]


def sensitivities(
    answered: Answered,
    *,
    let: Passing | None,
    inputs: tuple[Figure, ...],
    report: Report,
    executor: Executor,
) -> Sensitivities:
    """Return re-solved optima of the relaxation around that of the plan.

    The draws run where ``executor`` says. Curves do not: each of their points starts from the
    basis of the one before, which saves more than a second processor.
    """
    problem, base, outlook = answered.problem, answered.relaxed, answered.outlook
    world = make_world(answered)
    report("pricing the unpublished domestic share")
    bases = answered.facts.study.domestic_share.bases
    bands = share_bands(world, bases, asked_grid(answered), executor)
    draws = draws_figure(world, bands.draws)
    shares = share_points(answered, bands, draws=draws, inputs=inputs)
    report("pricing the cap")
    cap = _cap(problem, base, inputs)
    report("looking for the chance that turns the decision")
    turn = None
    if outlook is not None and let is not None:
        turn = _turn(answered.planned, problem, base, outlook, let)
    section: dict[str, object] = {
        "draws": draws_section(world, draws, bands),
        "domestic_share": [point.entry for point in shares],
        "cap": cap,
        "power": power_curve(answered, inputs),
        "delay": delay_curves(answered, inputs),
        "margins": margins_section(answered, inputs),
    }
    if answered.power:
        section["domestic_only_sites"] = electricity_section(answered.power, inputs)
    report("moving one uncertain input at a time")
    found = tornado_section(world)
    if found is not None:
        section["tornado"] = found
    if turn is not None and outlook is not None:
        section["flip"] = _flip_section(outlook, turn, inputs)
    return Sensitivities(section, turn, tuple(shares), tuple(lost_draws(bands)))


_COST = "discounted, risk-weighted cost of the re-solved plan, lots relaxed"


def _planned(value: float | None, unit: str, formula: str, inputs: Sequence[Figure]) -> Figure:
    return Figure(value, unit, formula, tuple(inputs), (PLANNER,))


def _cap(problem: Problem, base: Plan, inputs: Sequence[Figure]) -> list[dict[str, object]]:
    caps = [cap for cap in problem.caps if cap.name == CAP]
    if not caps:
        return []
    level = float(caps[0].quota[0])
    others = sorted({level * factor for factor in CAP_FACTORS} - {level})
    found: Curve | None = None
    if others:
        found = curve(CAP, lambda chips: with_cap(problem, chips), others, base=base)
    points = [] if found is None else [(p.value, p.cost, p.change) for p in found.points]
    points = sorted([*points, (level, base.objective, 0.0)])
    return [
        {
            "units": _planned(units, "chip", "chips a quarter under the cap", inputs),
            "cost_cny": _planned(cost, "CNY", _COST, inputs),
            "change": _planned(change, "1", "cost / cost at the study's cap - 1", inputs),
        }
        for units, cost, change in points
    ]


def _turn(
    offers: Sequence[Offer], problem: Problem, base: Plan, outlook: Outlook, let: Passing
) -> Decision | None:
    """Ask for the non-refundable order: at today's belief, and at which belief it begins."""
    systems = [place for place, offer in enumerate(offers) if offer.option.line == outlook.line]
    leaves = _likelier_open(problem.tree)
    if not systems or not 0 < leaves.sum() < len(leaves):
        return None
    strict = without_refund(problem, systems)
    today = optimum(strict, base.basis)
    opened = _all_open_on(strict, systems, leaves, outlook, let)
    flip = find_flip(
        lambda chance: with_event(opened, leaves, chance),
        orders_now(strict, [offers[place].id for place in systems]),
        low=CHANCE_LOWEST,
        high=1.0 - CHANCE_LOWEST,
        tolerance=FLIP_TOLERANCE,
        start=today.basis,
    )
    return Decision(
        threshold=None if flip is None else flip.value,
        orders_nonrefundable=float(today.orders[0, systems].sum()),
    )


def _likelier_open(tree: Tree) -> BoolArray:
    """Return the leaves whose path is more likely open than shut at the event quarter."""
    nodes = tree.ancestors[tree.n_stages - 1 - _event_stage(tree)][tree.leaves]
    shut = np.array([GateState.SHUT.value in name for name in tree.regimes])
    likelier: BoolArray = tree.belief[nodes][:, ~shut].sum(axis=1) > 0.5
    return likelier


def _event_stage(tree: Tree) -> int:
    return min(EVENT_QUARTER, tree.n_stages - 1)


def _all_open_on(
    problem: Problem,
    systems: Sequence[int],
    leaves: BoolArray,
    outlook: Outlook,
    let: Passing,
) -> Problem:
    """Return the problem in which every gate stands open on some paths from the event on."""
    tree = problem.tree
    place = outlook.chain.names.index(ALL_OPEN)
    on_path = np.zeros(tree.n_nodes, dtype=np.bool_)
    for leaf in tree.leaves[leaves]:
        on_path[tree.path(int(leaf))[_event_stage(tree) :]] = True
    deliver, order = problem.offers.may_deliver.copy(), problem.offers.may_order.copy()
    cells = np.ix_(np.flatnonzero(on_path), np.asarray(systems, dtype=np.int64))
    deliver[cells] = let.deliver[place]
    order[cells] = let.order[place]
    offers = replace(problem.offers, may_deliver=deliver, may_order=order)
    return replace(problem, offers=offers)


def _flip_section(outlook: Outlook, turn: Decision, inputs: Sequence[Figure]) -> dict[str, object]:
    evidence = (FUTURES, *(f"event:{event}" for event in outlook.chain.evidence))
    low, middle, high = open_belief(outlook)
    formula = f"chance that every gate of {outlook.line} is open after {EVENT_QUARTER} quarters"
    return {
        "gate": "every_gate",
        "quarters": Figure(EVENT_QUARTER, "quarter", "quarter of the event", sources=(PLANNER,)),
        "threshold": _planned(
            turn.threshold,
            "1",
            "chance at which a non-refundable order begins, by bisection over re-solved plans",
            inputs,
        ),
        "belief": {
            "p05": Figure(low, "1", f"p05 of the {formula}", sources=evidence),
            "p50": Figure(middle, "1", f"p50 of the {formula}", sources=evidence),
            "p95": Figure(high, "1", f"p95 of the {formula}", sources=evidence),
        },
    }


def open_belief(outlook: Outlook) -> tuple[float, float, float]:
    """Return p05, p50 and p95 over the posterior draws that every gate is open at the event.

    Gates move apart given their intensities, so the chance is the product over the gates.
    """
    chains, place = outlook.chains, STATES.index(GateState.OPEN)
    opened: FloatArray = np.ones(1)
    for gate in outlook.chain.gates:
        matrices = chains.quarter_matrices(gate, seed=SEED)
        ahead = np.linalg.matrix_power(matrices, EVENT_QUARTER)
        opened = opened * (chains.start(outlook.line, gate) @ ahead)[:, place]
    low, middle, high = np.quantile(opened, (0.05, 0.5, 0.95))
    return float(low), float(middle), float(high)
