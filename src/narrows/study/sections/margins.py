"""What a little more of a rule costs: curves of power and delay, and duals beside re-solves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from narrows.core import Figure, convert
from narrows.planning import (
    SHARE_MAX,
    Margin,
    NoPlanError,
    Plan,
    Problem,
    SolveOnce,
    curve,
    margin,
    shares_hold,
    with_delay,
    with_scaled_power,
)
from narrows.study.answered import Answered
from narrows.study.bridge.site_arrays import site_power_kw
from narrows.study.bridge.variants import share_weight, with_cap, with_share
from narrows.study.schema import Origin
from narrows.study.sources import PLANNER

BoolArray = npt.NDArray[np.bool_]

POWER_FACTORS = (0.8, 0.9, 1.1, 1.2)
"""A tenth and a fifth to either side: what a late substation or a leased hall may change."""
DELAY_MONTHS = (1.0, 3.0)
"""A month and a quarter."""
PERCENT = 0.01
"""One per cent of a cap or of the power, and one point of the share."""
CHIP = 1.0
"""The step from a cap that is closed, of which no part is a step."""
_COST = "discounted, risk-weighted cost of the re-solved plan, lots relaxed"


def power_curve(answered: Answered, inputs: tuple[Figure, ...]) -> list[dict[str, object]]:
    """Return cost against the power of all sites, told by their power at the end."""
    problem, base = answered.problem, answered.relaxed
    level = _power_mw(answered)
    found = curve(
        "power", partial(with_scaled_power, problem), POWER_FACTORS, base=base, base_value=1.0
    )
    points = [(one.value, one.cost, one.change) for one in found.points]
    return [
        {
            "mw": Figure(level * factor, "MW", "power of all sites at the end", inputs, (PLANNER,)),
            **_costs(cost, change, "cost / cost at the study's power - 1", inputs),
        }
        for factor, cost, change in sorted([*points, (1.0, base.objective, 0.0)])
    ]


def _power_mw(answered: Answered) -> float:
    facts = answered.facts
    total = sum(float(site_power_kw(facts, site)[-1]) for site in facts.study.sites)
    return convert(total, unit="kW", to="MW")


def delay_curves(answered: Answered, inputs: tuple[Figure, ...]) -> list[dict[str, object]]:
    """Return cost against months by which orders of one origin arrive later."""
    return [
        {
            "origin": origin,
            "months": Figure(months, "month", "added to each lead time", inputs, (PLANNER,)),
            **_costs(cost, change, "cost / cost without delay - 1", inputs),
        }
        for origin, systems in _origins(answered)
        for months, cost, change in _delayed(answered.problem, systems, answered.relaxed)
    ]


def _delayed(
    problem: Problem, systems: BoolArray, base: Plan
) -> list[tuple[float, float | None, float | None]]:
    found = curve(
        "delay", lambda months: with_delay(problem, months, systems), DELAY_MONTHS, base=base
    )
    points = [(one.value, one.cost, one.change) for one in found.points]
    return [(0.0, base.objective, 0.0), *points]


def _origins(answered: Answered) -> Iterator[tuple[Origin, BoolArray]]:
    """Yield the origins that something may be ordered from, with the mask of their systems."""
    for origin in Origin:
        mask = np.array([offer.option.origin is origin for offer in answered.planned])
        if mask.any():
            yield origin, mask


def _costs(
    cost: float | None, change: float | None, formula: str, inputs: tuple[Figure, ...]
) -> dict[str, object]:
    money = Figure(cost, "CNY", _COST, inputs, (PLANNER,))
    return {"cost_cny": money, "change": Figure(change, "1", formula, (money,), (PLANNER,))}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A parameter whose unit is priced: where it stands, one unit, and where it begins."""

    rule: str
    unit: str
    problem_at: Callable[[float], Problem]
    at: float
    step: float


def margins_section(answered: Answered, inputs: tuple[Figure, ...]) -> list[dict[str, object]]:
    """Return the price of one unit of each rule: one unit less, by the dual, one unit more."""
    solve = SolveOnce(answered.relaxed.basis)
    return [
        _entry(asked, found, inputs)
        for asked in _asked(answered)
        if (found := _margin(asked, solve)) is not None
    ]


def _margin(asked: _Asked, solve: SolveOnce) -> Margin | None:
    try:
        return margin(
            asked.rule, asked.problem_at, asked.at, step=asked.step, lowest=0.0, solve=solve
        )
    except NoPlanError:
        return None


def _asked(answered: Answered) -> Iterator[_Asked]:
    problem, study = answered.problem, answered.facts.study
    for cap in problem.caps[:1]:
        quota = float(cap.quota[0])
        step = PERCENT * quota if quota > 0.0 else CHIP
        yield _Asked("cap", "chip", partial(with_cap, problem), quota, step)
    basis = study.domestic_share.basis
    weight = share_weight(answered.facts, answered.planned, basis)
    at_share = partial(with_share, problem, answered.planned, weight)
    priced = {one for one in study.domestic_share.grid if 0.0 < one <= SHARE_MAX - PERCENT}
    for share in sorted(priced):
        # What the plan keeps by itself, one point more included, has no price.
        if not shares_hold(at_share(share + PERCENT), answered.relaxed.orders):
            yield _Asked("domestic_share", "1", at_share, share, PERCENT)
    level = _power_mw(answered)
    if level > 0.0:
        yield _Asked(
            "power", "MW", lambda mw: with_scaled_power(problem, mw / level), level, PERCENT * level
        )
    for origin, systems in _origins(answered):
        delay = partial(_later, problem, systems)
        yield _Asked(f"delay_{origin}", "month", delay, 0.0, 1.0)


def _later(problem: Problem, systems: BoolArray, months: float) -> Problem:
    return with_delay(problem, months, systems)


def _entry(asked: _Asked, found: Margin, inputs: tuple[Figure, ...]) -> dict[str, object]:
    """Return changes of cost for one step; a slope is told as the money of the step."""

    def money(slope: float | None, formula: str) -> Figure:
        value = None if slope is None else slope * asked.step
        return Figure(value, "CNY", formula, inputs, (PLANNER,))

    return {
        "rule": asked.rule,
        "at": Figure(asked.at, asked.unit, "where it stands in the plan", inputs, (PLANNER,)),
        "step": Figure(asked.step, asked.unit, "one step", inputs, (PLANNER,)),
        "less_cny": money(found.left, "cost here - cost one step lower, re-solved"),
        "dual_cny": money(found.dual, "slope by the prices of one solution x step"),
        "more_cny": money(found.right, "cost one step higher - cost here, re-solved"),
    }
