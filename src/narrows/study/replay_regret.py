"""What the first orders of each quarter cost beyond the best, on the gates as they came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from narrows.core import Figure
from narrows.planning import NoPlanError, Problem, cost_of_first_orders, mean_path, relax
from narrows.study.bridge.calendar import place
from narrows.study.replay_day import Day, order_book
from narrows.study.replay_happened import Happened
from narrows.study.say import say
from narrows.study.sources import PLANNER

FloatArray = npt.NDArray[np.float64]
SIDES = ("low", "high")
SOLVER_SHARE = 1e-7
"""Of a plan's cost: two optima that differ by less are equal to the solver (its tolerance)."""


@dataclass(frozen=True, slots=True)
class Regret:
    """The regret of one day's first orders; ``None`` where it cannot be told, and why.

    ``low`` and ``high`` differ where the reports leave open how much was delivered.
    """

    day: Day
    low: Figure | None
    high: Figure | None
    share: Figure | None
    left_out: dict[str, object] | None


def regrets(days: Sequence[Day], happened: Happened) -> tuple[Regret, ...]:
    """Return the regret of every day's first orders.

    They are held, and the rest is planned anew with foresight of one path: what passed the gates
    in each quarter as reported, and from there on as expected on the last day asked. Prices,
    speeds and limits stay those of the day.
    """
    last = days[-1]
    return tuple(_regret(day, last, happened) for day in days)


def _regret(day: Day, last: Day, happened: Happened) -> Regret:
    if day.answered is None or last.answered is None:
        return _left_out(day, "no_plan")
    if day is last:
        return _left_out(day, "nothing_since")
    ordered = order_book(happened, day.outlook)
    if ordered is None or not ordered.value:
        return _left_out(day, "no_order_book")
    lots = np.round(day.answered.plan.orders[0], 6)
    found = []
    for side in SIDES:
        problem = as_it_came(day, last, happened, side)
        try:
            best = relax(problem).objective
            found.append((_beyond(cost_of_first_orders(problem, lots), best), best))
        except NoPlanError:
            return _left_out(day, "no_plan")
    inputs = (ordered, _held(day), *(one.high for one in happened.delivered))
    low, high = min(found), max(found)
    return Regret(
        day,
        low=_cny(low[0], "low end", inputs),
        high=_cny(high[0], "high end", inputs),
        share=_of_best(high, inputs),
        left_out=None,
    )


def _beyond(cost: float, best: float) -> float:
    """Return what held orders cost beyond the best; what the solver cannot tell apart is none."""
    beyond = cost - best
    return beyond if beyond > SOLVER_SHARE * abs(best) else 0.0


def _left_out(day: Day, why: str) -> Regret:
    return Regret(day, None, None, None, say(f"replay.regret.{why}", quarter=day.quarter))


def _held(day: Day) -> Figure:
    answered = day.answered
    assert answered is not None, "a regret is asked of a plan"  # noqa: S101
    chips = (answered.plan.orders[0].sum(axis=1) * answered.problem.offers.lot).sum()
    return Figure(
        float(np.round(chips, 6)),
        "chip",
        f"all first orders of /said/{day.quarter}/orders",
        sources=(PLANNER,),
        name=f"first orders of {day.quarter}",
    )


def _cny(value: float, end: str, inputs: tuple[Figure, ...]) -> Figure:
    return Figure(
        value,
        "CNY",
        f"{end} of: least cost with the first orders held - least cost, both with foresight",
        inputs,
        (PLANNER,),
    )


def _of_best(found: tuple[float, float], inputs: tuple[Figure, ...]) -> Figure:
    return Figure(found[0] / found[1], "1", "regret / least cost", inputs, (PLANNER,))


def as_it_came(day: Day, last: Day, happened: Happened, side: str) -> Problem:
    """Return a day's problem on the one path that the gates took, with one end of the reports."""
    assert day.answered is not None, "a regret is asked of a plan"  # noqa: S101
    assert last.answered is not None, "the last day has a plan too"  # noqa: S101
    problem, later = mean_path(day.answered.problem), mean_path(last.answered.problem)
    shares = shares_passed(happened, order_book(happened, day.outlook), side)
    deliver = problem.offers.may_deliver.copy()
    for option in _of_line(day):
        column, theirs = (each.axes.systems.index(option) for each in (problem, later))
        expected = later.offers.may_deliver[:, theirs]
        for row, quarter in enumerate(problem.axes.quarters):
            ahead = min(max(place(quarter, last.quarter), 0), len(expected) - 1)
            deliver[row, column] = shares.get(quarter, float(expected[ahead]))
    return replace(problem, offers=replace(problem.offers, may_deliver=deliver))


def _of_line(day: Day) -> list[str]:
    """Return the planned options of the line whose orders are reported."""
    assert day.answered is not None, "a regret is asked of a plan"  # noqa: S101
    line = None if day.outlook is None else day.outlook.line
    return [offer.id for offer in day.answered.planned if offer.option.line == line]


def shares_passed(happened: Happened, ordered: Figure | None, side: str) -> Mapping[str, float]:
    """Return by quarter what share of the orders still waiting passed the gates."""
    waiting = None if ordered is None else ordered.value
    shares: dict[str, float] = {}
    for one in happened.delivered:
        passed = getattr(one, side).value
        if waiting is None or not waiting or passed is None:
            break
        shares[one.quarter] = min(passed / waiting, 1.0)
        waiting -= passed
    return shares


def regret_section(found: Sequence[Regret]) -> list[dict[str, object]]:
    """Return one entry a day."""
    return [
        {
            "quarter": one.day.quarter,
            "low_cny": one.low,
            "high_cny": one.high,
            "share": one.share,
            "left_out": one.left_out,
        }
        for one in found
    ]


def regret_lines(found: Sequence[Regret], happened: Happened, last: Day) -> list[dict[str, object]]:
    """Return the short answer's sentences on regret."""
    told = [
        say(
            "replay.regret.one",
            quarter=one.day.quarter,
            high=one.high,
            share=one.share,
        )
        for one in found
        if one.high is not None
    ]
    if not told:
        return [one.left_out for one in found if one.left_out is not None][:1]
    until = happened.delivered_until
    return [say("replay.regret", regrets=told, until=until, date=last.known_on)]
