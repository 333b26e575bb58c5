"""A purchase problem over a regime chain: what a tree of millions of leaves would say.

The parts are those of :class:`narrows.planning.Problem`, with one difference: the axis ``N`` counts
pairs of quarter and regime, ``N = T * R``, index ``quarter * R + regime``. On top of the regime
come shocks that are independent from quarter to quarter. Whatever persists (price levels, supply
regimes, permissions) belongs to the regime.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.arrays import BoolArray, FloatArray, IntArray
from narrows.planning.errors import fault
from narrows.planning.parts import (
    Axes,
    Budget,
    Cap,
    Fleet,
    Measure,
    Offers,
    Porting,
    Rental,
    Risk,
    Share,
    Sites,
    Work,
)
from narrows.planning.policy.tranches import overlap, refunds_differ
from narrows.planning.validate import check_problem

NEVER = -1
"""In ``PolicyGraph.porting_start``: this porting is not made."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shocks:
    """What varies within a regime, independent from quarter to quarter; none in the first.

    Attributes
    ----------
    probability
        ``(M,)``.
    demand
        ``(M, W)`` factor on the demand of the regime, above 0.
    supply
        ``(M, K)`` factor on the supply.
    quota
        ``(M,)`` factor on the releases of all caps.
    """

    probability: FloatArray
    demand: FloatArray
    supply: FloatArray
    quota: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class NestedRisk(Risk):
    """Nested CVaR: in every quarter ``(1 - weight) E + weight CVaR_tail`` of the cost to come."""

    measure: Measure = Measure.NESTED


@dataclass(frozen=True, kw_only=True, eq=False)
class PolicyGraph:
    """A purchase problem over a regime chain.

    Attributes
    ----------
    regimes
        The names of the R regimes.
    start
        The regime of the first quarter.
    transition
        ``(T - 1, R, R)`` row-stochastic.
    risk
        The CVaR nested or of the total, by its name (:class:`narrows.planning.Measure`).
    porting_start
        ``(Q, W)`` the quarter in which each porting starts, :data:`NEVER` for those that do not.
        ``None`` leaves porting to the policy, relaxed: then the bound is loose and training slow,
        because half a porting serves half the work. See ``plan_portings``.

    Raises
    ------
    ProblemError
        As for :class:`narrows.planning.Problem`; besides, what the graph cannot carry is refused by
        name: a right to cancel where prices differ by regime, or where the lead is uncertain and
        lots equally far from the gate differ in price or refund; booked lots without the money
        agreed for them or further away than the longest lead, gangs and capability clocks, a floor
        under service, unlimited quotas, and portings that take no time.
    """

    regimes: tuple[str, ...]
    start: int
    transition: FloatArray
    shocks: Shocks
    axes: Axes
    offers: Offers
    fleet: Fleet
    sites: Sites
    work: Work
    rental: Rental
    porting: Porting
    caps: tuple[Cap, ...] = ()
    shares: tuple[Share, ...] = ()
    budget: Budget | None = None
    risk: Risk
    porting_start: IntArray | None = None

    def __post_init__(self) -> None:
        check_problem(self)
        _check_chain(self)
        _check_shocks(self)
        _check_carried(self)
        _check_plan(self)

    @property
    def n_stages(self) -> int:
        """The number of quarters, T."""
        return len(self.axes.quarters)

    @property
    def sizes(self) -> dict[str, int]:
        """The length of each axis by its letter, N being quarters times regimes."""
        axes = self.axes
        return {
            "N": len(axes.quarters) * len(self.regimes),
            "K": len(axes.systems),
            "S": len(axes.sites),
            "W": len(axes.workloads),
            "C": len(axes.rentals),
            "Q": len(axes.stacks),
            "T": len(axes.quarters),
            "L": int(self.offers.lead.shape[1]),
            "M": len(self.shocks.probability),
        }

    def ported_by(self, quarter: int) -> BoolArray:
        """``(Q, W)``: what runs in a quarter without a decision of the policy."""
        if self.porting_start is None:
            return self.porting.done
        begun = self.porting_start != NEVER
        ready = self.porting_start + self.porting.quarters <= quarter
        ported: BoolArray = self.porting.done | (begun & ready)
        return ported

    def porting_bill(self, quarter: int) -> float:
        """Money for the portings that start in a quarter by plan."""
        if self.porting_start is None:
            return 0.0
        starts = (self.porting_start == quarter) & ~self.porting.done
        return float(self.porting.cost[starts].sum())

    def at(self, quarter: int, regime: int) -> int:
        """Return the index of a pair on the axis N."""
        return quarter * len(self.regimes) + regime


def no_shocks(workloads: int, systems: int) -> Shocks:
    """Return the single shock that changes nothing."""
    return Shocks(
        probability=np.ones(1),
        demand=np.ones((1, workloads)),
        supply=np.ones((1, systems)),
        quota=np.ones(1),
    )


def _check_chain(graph: PolicyGraph) -> None:
    regimes, stages = len(graph.regimes), graph.n_stages
    shape = (stages - 1, regimes, regimes)
    found = graph.transition.shape
    if found != shape:
        raise fault("transition", f"shape {found} is not {shape}", "give one matrix a quarter")
    if np.any(graph.transition < 0.0) or np.any(np.abs(graph.transition.sum(axis=2) - 1) > 1e-9):
        raise fault("transition", "a row is not a distribution", "make each row sum to one")
    if not 0 <= graph.start < regimes:
        raise fault("start", "names no regime", f"give 0 to {regimes - 1}", graph.start)


def _check_shocks(graph: PolicyGraph) -> None:
    shocks, sizes = graph.shocks, graph.sizes
    shapes = {"demand": ("M", "W"), "supply": ("M", "K"), "quota": ("M",)}
    for name, axes in shapes.items():
        values, shape = getattr(shocks, name), tuple(sizes[axis] for axis in axes)
        if values.shape != shape:
            mend = f"give the axes {', '.join(axes)}"
            raise fault(f"shocks.{name}", f"shape {values.shape} is not {shape}", mend)
        if np.any(values <= 0.0) or not np.all(np.isfinite(values)):
            raise fault(f"shocks.{name}", "a factor is not above 0", "say a stop with a regime")
    if np.any(shocks.probability < 0.0) or abs(float(shocks.probability.sum()) - 1.0) > 1e-9:
        raise fault("shocks.probability", "is not a distribution", "make it sum to one")


def _check_plan(graph: PolicyGraph) -> None:
    start = graph.porting_start
    if start is None:
        return
    if start.shape != graph.porting.done.shape or np.any(start < NEVER):
        mend = "give a quarter or NEVER for each stack and workload"
        raise fault("porting_start", f"shape {start.shape} or a value is wrong", mend)


def _check_cancel(graph: PolicyGraph) -> None:
    """Refuse a right to cancel what the state does not know the age or the price of."""
    offers, regimes = graph.offers, len(graph.regimes)
    right = ~np.isnan(offers.cancel_refund).all(axis=1)
    price = offers.price.reshape(graph.n_stages, regimes, -1)
    moves = np.any(price != price[:1], axis=(0, 1))
    reasons = {
        "its price differs by regime": np.any(price != price[:, :1], axis=(0, 1)),
        "its price moves and its lead is uncertain": moves & overlap(offers),
        "its refund depends on age and its lead is uncertain": refunds_differ(offers),
    }
    for reason, holds in reasons.items():
        for system in np.flatnonzero(right & holds):
            name = graph.axes.systems[system]
            problem = f"{name} cannot be cancelled in the policy graph: {reason}"
            raise fault("offers.cancel_refund", problem, "use the tree for it")


def _check_booked(offers: Offers) -> None:
    if not offers.booked.any():
        return
    if offers.booked_value is None:
        mend = "give the money agreed for the lots"
        raise fault("offers.booked_value", "the policy graph settles booked lots itself", mend)
    ahead = np.flatnonzero(offers.booked.any(axis=(0, 1))).max()
    if ahead >= offers.lead.shape[1]:
        mend = "lengthen the axis of leads"
        raise fault("offers.booked", "a lot is further away than any lead", mend, int(ahead))


def _check_carried(graph: PolicyGraph) -> None:
    """Refuse what the states of the graph do not carry, instead of leaving it out in silence."""
    mend = "use the tree for it"
    _check_cancel(graph)
    _check_booked(graph.offers)
    if np.any(graph.work.unmet_max < 1.0):
        raise fault("work.unmet_max", "the policy graph prices unmet work instead", mend)
    if graph.work.gang is not None:
        raise fault("work.gang", "a gang is a yes-or-no choice, and cuts need a convex cost", mend)
    if graph.work.capability is not None:
        problem = "a capability is reached or not, and the states carry no work done before"
        raise fault("work.capability", problem, mend)
    if any(not np.all(np.isfinite(cap.quota)) for cap in graph.caps):
        raise fault("caps.quota", "a quota is unlimited", "leave the cap out")
    open_pairs = ~graph.porting.done
    if graph.porting_start is None and np.any(graph.porting.quarters[open_pairs] < 1):
        raise fault("porting.quarters", "a porting takes no time", "give at least one quarter")
