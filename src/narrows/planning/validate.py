"""Whether the arrays of a problem fit one another; the first fault is raised with its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from narrows.planning.arrays import BoolArray, FloatArray
from narrows.planning.errors import fault
from narrows.planning.parts import SHARE_MAX, Counted, Item

if TYPE_CHECKING:
    from narrows.planning.policy.graph import PolicyGraph
    from narrows.planning.problem import Problem

SUM_TOLERANCE = 1e-9
"""Beliefs and shares that should sum to one may miss it by rounding."""

_Domain = tuple[str, Callable[[FloatArray], BoolArray]]

_AT_LEAST_0: _Domain = ("at least 0", lambda a: (a >= 0.0) & np.isfinite(a))
_ABOVE_0: _Domain = ("above 0", lambda a: (a > 0.0) & np.isfinite(a))
_SHARE: _Domain = ("between 0 and 1", lambda a: (a >= 0.0) & (a <= 1.0 + SUM_TOLERANCE))
_UP: _Domain = ("above 0 and at most 1", lambda a: (a > 0.0) & (a <= 1.0))
_LIMIT: _Domain = ("at least 0, infinite where nothing limits", lambda a: a >= 0.0)
_REFUND: _Domain = ("between 0 and 1, or NaN", lambda a: np.isnan(a) | ((a >= 0.0) & (a <= 1.0)))
_YES_NO: _Domain = ("true or false", lambda a: (a == 0) | (a == 1))
_TARGET: _Domain = ("above 0, infinite where there is no clock", lambda a: a > 0.0)
_WHOLE: _Domain = ("a whole number of at least -1", lambda a: (a >= -1) & (a == np.floor(a)))

_ARRAYS: Mapping[str, tuple[str, _Domain]] = {
    "offers.price": ("NK", _AT_LEAST_0),
    "offers.duty": ("NK", _AT_LEAST_0),
    "offers.may_order": ("NK", _SHARE),
    "offers.may_deliver": ("NK", _SHARE),
    "offers.supply": ("NK", _AT_LEAST_0),
    "offers.lot": ("K", _ABOVE_0),
    "offers.lead": ("KL", _SHARE),
    "offers.deposit": ("K", _SHARE),
    "offers.blocked_refund": ("K", _SHARE),
    "offers.hold_until": ("K", _WHOLE),
    "offers.cancel_refund": ("KL", _REFUND),
    "offers.end_value": ("KT", _AT_LEAST_0),
    "offers.booked": ("KST", _AT_LEAST_0),
    "fleet.power_kw": ("K", _AT_LEAST_0),
    "fleet.floor": ("K", _AT_LEAST_0),
    "fleet.availability": ("K", _UP),
    "fleet.operating": ("KT", _AT_LEAST_0),
    "fleet.installed": ("KS", _AT_LEAST_0),
    "sites.power_kw": ("ST", _LIMIT),
    "sites.floor": ("ST", _LIMIT),
    "sites.energy_price": ("ST", _AT_LEAST_0),
    "sites.takes": ("KS", _YES_NO),
    "work.rate": ("KW", _AT_LEAST_0),
    "work.demand": ("NW", _AT_LEAST_0),
    "work.unmet_price": ("WT", _AT_LEAST_0),
    "work.unmet_max": ("NW", _SHARE),
    "work.runs_at": ("WS", _YES_NO),
    "rental.rate": ("CW", _AT_LEAST_0),
    "rental.price": ("NC", _AT_LEAST_0),
    "rental.ceiling": ("NC", _AT_LEAST_0),
    "rental.allowed": ("NCW", _SHARE),
    "porting.stack": ("K", _WHOLE),
    "porting.done": ("QW", _YES_NO),
    "porting.cost": ("QW", _AT_LEAST_0),
    "porting.quarters": ("QW", _WHOLE),
}


def check_problem(problem: Problem | PolicyGraph) -> None:
    """Raise the first fault of a problem.

    Raises
    ------
    ProblemError
        See :class:`narrows.planning.Problem`.
    """
    _check_axes(problem)
    for name, (axes, domain) in _ARRAYS.items():
        part, field = name.split(".")
        check_array(problem, name, getattr(getattr(problem, part), field), axes, domain)
    if problem.offers.booked_value is not None:
        value = problem.offers.booked_value
        check_array(problem, "offers.booked_value", value, "KST", _AT_LEAST_0)
    _check_wishes(problem)
    _check_leads(problem)
    _check_stacks(problem)
    _check_banks(problem)
    _check_risk(problem)


def check_array(
    problem: Problem | PolicyGraph,
    name: str,
    values: FloatArray | BoolArray,
    axes: str,
    domain: _Domain,
) -> None:
    """Raise where an array has another shape than its axes or leaves its domain."""
    sizes = problem.sizes
    shape = tuple(sizes[axis] for axis in axes)
    found = np.shape(values)
    if found != shape:
        raise fault(name, f"shape {found} is not {shape}", f"give the axes {', '.join(axes)}")
    words, fits = domain
    inside = fits(np.asarray(values, dtype=np.float64))
    if not inside.all():
        at = tuple(int(i) for i in np.argwhere(~inside)[0])
        raise fault(f"{name}[{', '.join(map(str, at))}]", f"is not {words}", "correct the value",
                    float(values[at]))  # fmt: skip


def _check_axes(problem: Problem | PolicyGraph) -> None:
    axes = problem.axes
    for axis in ("systems", "sites", "workloads", "rentals", "stacks", "quarters"):
        names = getattr(axes, axis)
        if len(set(names)) != len(names):
            raise fault(f"axes.{axis}", "a name occurs twice", "name each once", names)
        if not names and axis != "rentals":
            raise fault(f"axes.{axis}", "is empty", "name at least one")
    if len(axes.quarters) != problem.n_stages:
        mend = f"name {problem.n_stages} quarters or change the horizon"
        raise fault("axes.quarters", "does not match the horizon", mend, len(axes.quarters))


def _check_wishes(problem: Problem | PolicyGraph) -> None:
    """Check what is wanted beyond the demand: gangs and capabilities."""
    work = problem.work
    if work.gang is not None:
        check_array(problem, "work.gang", work.gang, "W", _AT_LEAST_0)
    clock = work.capability
    if clock is None:
        return
    check_array(problem, "work.capability.target", clock.target, "W", _TARGET)
    check_array(problem, "work.capability.delay_price", clock.delay_price, "W", _ABOVE_0)


def _check_leads(problem: Problem | PolicyGraph) -> None:
    offers = problem.offers
    if np.any(np.abs(offers.lead.sum(axis=1) - 1.0) > SUM_TOLERANCE):
        raise fault("offers.lead", "a row does not sum to 1", "give shares of the order")
    stands = (problem.fleet.installed > 0.0) | np.any(offers.booked > 0.0, axis=2)
    if np.any(stands & ~problem.sites.takes):
        raise fault("sites.takes", "a site has or awaits a system that it may not take",
                    "remove the chips or allow them")  # fmt: skip


def _check_stacks(problem: Problem | PolicyGraph) -> None:
    stack = problem.porting.stack
    if np.any(stack < 0) or np.any(stack >= len(problem.axes.stacks)):
        raise fault("porting.stack", "an index names no stack", "use the order of axes.stacks")
    if np.any(problem.porting.quarters < 0):
        raise fault("porting.quarters", "a duration is negative", "give whole quarters")


def _check_banks(problem: Problem | PolicyGraph) -> None:
    names = [*(cap.name for cap in problem.caps), *(share.name for share in problem.shares)]
    if len(set(names)) != len(names):
        raise fault("caps", "two rules have the same name", "name each once", names)
    for cap in problem.caps:
        place = f"caps.{cap.name}"
        check_array(problem, f"{place}.systems", cap.systems, "K", _YES_NO)
        check_array(problem, f"{place}.quota", cap.quota, "N", _LIMIT)
        _check_share_of_one(f"{place}.carry", cap.carry)
        _check_opening(place, cap.opening)
        if cap.counted is Counted.FLEET:
            raise fault(f"{place}.counted", "a cap counts orders or deliveries", "choose one")
    for share in problem.shares:
        place = f"shares.{share.name}"
        for name in ("domestic", "others"):
            check_array(problem, f"{place}.{name}", getattr(share, name), "K", _YES_NO)
        if np.any(share.domestic & share.others):
            raise fault(place, "a system is domestic and not domestic", "put it on one side")
        check_array(problem, f"{place}.weight", share.weight, "NK", _AT_LEAST_0)
        check_array(problem, f"{place}.share", share.share, "N", _SHARE)
        _check_share_of_one(f"{place}.carry", share.carry)
        _check_opening(place, share.opening)
        if np.any(share.share > SHARE_MAX):
            raise fault(f"{place}.share", f"is above {SHARE_MAX}",
                        "say a ban with offers.may_order", float(share.share.max()))  # fmt: skip
    if problem.budget is not None:
        check_array(problem, "budget.release", problem.budget.release, "T", _AT_LEAST_0)
        _check_share_of_one("budget.carry", problem.budget.carry)
        _check_opening("budget", problem.budget.opening)
        if Item.DELAY in problem.budget.pays:
            raise fault("budget.pays", "waiting is weighed, not paid", "leave delay out")


def _check_risk(problem: Problem | PolicyGraph) -> None:
    risk = problem.risk
    _check_share_of_one("risk.weight", risk.weight)
    if not 0.0 < risk.discount <= 1.0:
        raise fault("risk.discount", "is not in (0, 1]", "give a quarterly factor", risk.discount)
    if not 0.0 <= risk.tail < 1.0:
        raise fault("risk.tail", "is not in [0, 1)", "give a level such as 0.9", risk.tail)


def _check_opening(place: str, value: float) -> None:
    if not (np.isfinite(value) and value >= 0.0):
        mend = "give what was left before the first quarter"
        raise fault(f"{place}.opening", "is not a balance of 0 or more", mend, value)


def _check_share_of_one(name: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:
        raise fault(name, "is not between 0 and 1", "correct the value", value)
