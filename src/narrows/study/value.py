"""``narrows value``: what knowing, planning with a tree, and waiting are worth; cost for service.

All of it is expected money: the plan's aversion to risk is set aside, since foresight and signals
have no like measure under it. Whole numbers are relaxed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from narrows.catalog import load_catalog
from narrows.core import Json
from narrows.planning import (
    Optimum,
    Problem,
    Trade,
    Tree,
    optimum,
    relax,
    service_front,
    tree_from_chain,
    values_of_information,
)
from narrows.rules import load_pack
from narrows.study.answered import Answered, Planner, Report
from narrows.study.bridge.outlook import Outlook
from narrows.study.load import open_study, perspective_of
from narrows.study.perspectives import Question
from narrows.study.perspectives.buyer import ask_rooms
from narrows.study.schema import ORDERING, Origin
from narrows.study.sections.waiting import QUARTERS, wait
from narrows.study.uncertain.tornado import leading_import
from narrows.study.uncertain.world import World, make_world

SIGNAL_QUARTER = 1
"""A signal comes next quarter; what it tells would otherwise be seen with all else later."""
SEEN_QUARTER = 3
"""When every regime is told apart in any case: the quarter in which the plan looks again."""
CHANCE_VISIBLE = 0.005
"""A signal that is all but certain to come, or not to, is not priced."""
FRONT_POINTS = 6


@dataclass(frozen=True, slots=True)
class Value:
    """What knowing and waiting are worth to a study, as a JSON document."""

    document: dict[str, Json]

    def to_json(self) -> str:
        """Return the document; equal input gives equal bytes."""
        return json.dumps(self.document, ensure_ascii=False, indent=1) + "\n"


def study_value(
    name_or_path: str, *, as_known_on: date | None = None, report: Report = lambda _: None
) -> Value:
    """Return the values of information of a study, the cost of waiting, and the service front.

    Raises
    ------
    InputError
        The study is not well formed or plans no orders.
    RefusalError
        A fact without which there is no answer is missing.
    NoPlanExistsError, NoPlanError
        No plan satisfies the rules.
    """
    document = open_study(name_or_path)
    if perspective_of(document) not in ORDERING:
        raise document.error(
            ("perspective",), "plans no orders", f"use one of: {', '.join(ORDERING)}"
        )
    question = Question(
        document=document, catalog=load_catalog(), pack=load_pack(), as_known_on=as_known_on,
        report=report, planner=Planner.TREE,
    )  # fmt: skip
    return Value(json.loads(json.dumps(_document(ask_rooms(question), report))))


def _document(answered: Answered, report: Report) -> dict[str, object]:
    world, study = make_world(answered), answered.facts.study
    problem = neutral(answered.problem)
    base = relax(problem, answered.plan.basis)
    report("asking what foresight is worth")
    known = values_of_information(problem, base)
    report("asking what each signal is worth")
    signals = list(_signals(world))
    report("asking what waiting costs")
    waits = list(_waits(answered, problem, base.objective))
    report("trading cost for service")
    return {
        "study": {
            "name": study.study,
            "names": {option.id: dict(option.name) for option in study.options},
        },
        "as_known_on": study.as_known_on.isoformat(),
        "option": _option(world),
        "cost_cny": known.recourse,
        "evpi_cny": _saved(known.evpi),
        "vss_cny": None if known.vss is None else _saved(known.vss),
        "signals": signals,
        "waiting": waits,
        "front": _front(world, problem),
    }


def _saved(value: float) -> float:
    """Return a saving; knowing more costs nothing, and less is the solver's rounding."""
    return max(value, 0.0)


def neutral(problem: Problem) -> Problem:
    """Return the problem without aversion to risk."""
    return replace(problem, risk=replace(problem.risk, weight=0.0))


def _option(world: World) -> str | None:
    place = leading_import(world)
    return None if place is None else world.answered.planned[place].id


def _signals(world: World) -> Iterator[Mapping[str, object]]:
    """Yield, for each regime that may stand next quarter, what it is worth to be told so then."""
    outlook, study = world.answered.outlook, world.answered.facts.study
    if outlook is None or world.gates is None or study.quarters <= SEEN_QUARTER:
        return
    unseen = _solved(world, signal_tree(outlook, study.quarters, None))
    chances = outlook.chain.p_regime(quarters=SIGNAL_QUARTER)[SIGNAL_QUARTER]
    for place, name in enumerate(outlook.chain.names):
        chance = float(chances[place])
        if not CHANCE_VISIBLE <= chance <= 1.0 - CHANCE_VISIBLE:
            continue
        seen = _solved(world, signal_tree(outlook, study.quarters, place))
        yield {
            "regime": name,
            "quarter": world.answered.problem.axes.quarters[SIGNAL_QUARTER],
            "chance": chance,
            "value_cny": _saved(unseen.cost - seen.cost),
        }


def signal_tree(outlook: Outlook, quarters: int, regime: int | None) -> Tree:
    """Return a tree on which it is seen early whether one regime stands, and later which one does.

    Parameters
    ----------
    regime
        Place of the regime; ``None`` for the tree without the signal, of which the others are
        refinements.
    """
    chain = outlook.chain
    told = np.arange(len(chain.names)) == regime
    return tree_from_chain(
        chain.steps[: quarters - 1],
        chain.start,
        branching={SEEN_QUARTER: len(chain.names)},
        regimes=chain.names,
        signals={} if regime is None else {SIGNAL_QUARTER: told},
    )


def _solved(world: World, tree: Tree) -> Optimum:
    return optimum(neutral(world.on(tree).problem))


def _waits(answered: Answered, problem: Problem, cost: float) -> Iterator[Mapping[str, object]]:
    imports = np.array([one.option.origin is Origin.IMPORT for one in answered.planned])
    if not imports.any():
        return
    for quarters in QUARTERS[1 : problem.tree.n_stages]:
        waited = optimum(wait(problem, imports, quarters), answered.plan.basis)
        yield {"quarters": quarters, "cost_cny": max(waited.cost - cost, 0.0)}


def _front(world: World, problem: Problem) -> list[Mapping[str, object]]:
    """Return the least cost at each bound of unserved work, its penalty left out."""
    place = leading_import(world)
    return [
        {
            "unmet": trade.unmet,
            # Below a yuan a cost is the solver's rounding of nothing, and nothing has no sign.
            "cost_cny": float(np.round(trade.cost)) + 0.0,
            "chips": None if place is None else _chips(problem, trade, place),
        }
        for trade in service_front(problem, points=FRONT_POINTS)
    ]


def _chips(problem: Problem, trade: Trade, place: int) -> float:
    return max(float(trade.orders[place] * problem.offers.lot[place]), 0.0)
