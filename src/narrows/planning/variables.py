"""The variables of a problem, each a grid of columns; absent columns are impossible decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from narrows.planning.affine import Affine, constant
from narrows.planning.arrays import BoolArray, FloatArray, IntArray
from narrows.planning.columns import ColumnBook
from narrows.planning.parts import GANG_QUARTERS, Fleet, Offers, Sites
from narrows.planning.problem import Problem
from narrows.planning.tree import NO_NODE


class HasOffers(Protocol):
    """A problem or a policy graph, as far as its offers go."""

    @property
    def offers(self) -> Offers:
        """What can be ordered."""


class HasSites(HasOffers, Protocol):
    """A problem or a policy graph, as far as its chips and sites go."""

    @property
    def fleet(self) -> Fleet:
        """What a chip needs and gives."""

    @property
    def sites(self) -> Sites:
        """Where chips may stand."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Variables:
    """Decision grids.

    Attributes
    ----------
    order
        ``(N, K, S)`` lots ordered.
    cancel
        ``(N, K, S, L, L)`` lots cancelled, by quarters since the order and by lead of the tranche.
    retired
        ``(N, K, S)`` chips retired in the quarter, where :func:`may_retire` allows it.
    assign, assign_at
        ``(N, K, W)`` chips at work; ``(N, K, S, W)`` for workloads that are bound to sites.
    rent
        ``(N, C, W)`` chips rented.
    unmet
        ``(N, W)`` share of the demand left undone.
    started
        ``(N, Q, W)`` whether porting starts in the quarter.
    caps, shares
        ``(N,)`` balance of each bank, shares in units of their largest weight.
    budget
        ``(N,)`` balance in the solver's money.
    gang
        ``(N, K, S, W)`` whether a workload that needs a gang runs on a system at a site.
    progress
        ``(N, W)`` share of the demand of the node whose work counts towards a capability.
    reached
        ``(N, W)`` whether a capability is reached.
    """

    order: Affine
    cancel: Affine
    retired: Affine
    assign: Affine
    assign_at: Affine
    rent: Affine
    unmet: Affine
    started: Affine
    caps: tuple[Affine, ...]
    shares: tuple[Affine, ...]
    budget: Affine
    gang: Affine
    progress: Affine
    reached: Affine


def declare(problem: Problem, book: ColumnBook) -> Variables:
    """Add the columns of a problem to a book and return their grids."""
    sizes = problem.sizes
    nodes = np.ones(sizes["N"], dtype=np.bool_)
    orders = can_order(problem)
    stands: BoolArray = can_stand(problem, orders)
    works = can_work(problem, stands)
    somewhere: BoolArray = np.any(works, axis=2)
    pinned = problem.work.pinned
    now = problem.tree.stage < problem.here_and_now
    questions = np.array(problem.here_and_now > 0)
    demand = problem.work.demand
    return Variables(
        order=book.add(orders, upper=_order_limit(problem), whole=now[:, None, None]),
        cancel=book.add(can_cancel(problem, orders)),
        retired=book.add(stands & may_retire(problem)),
        assign=book.add(somewhere & ~pinned),
        assign_at=book.add(works & pinned),
        rent=book.add(can_rent(problem), upper=rent_limit(problem)),
        unmet=book.add(demand > 0.0, upper=problem.work.unmet_max),
        started=book.add(can_port(problem), upper=1.0, whole=now[:, None, None]),
        caps=tuple(book.add(nodes, family=f"cap {cap.name}") for cap in problem.caps),
        shares=tuple(book.add(nodes, family=f"share {share.name}") for share in problem.shares),
        budget=book.add(nodes if problem.budget is not None else ~nodes, family="budget"),
        gang=book.add(works & can_gang(problem), upper=1.0, whole=questions, family="gang"),
        progress=book.add(has_clock(problem) & (demand > 0.0), upper=1.0, family="progress"),
        reached=book.add(can_reach(problem), upper=1.0, whole=questions, family="reached"),
    )


def first_lead(problem: HasOffers) -> IntArray:
    """Shape ``(K,)``: the fewest quarters from order to gate."""
    first: IntArray = np.argmax(problem.offers.lead > 0.0, axis=1).astype(np.int64)
    return first


def can_order(problem: Problem) -> BoolArray:
    """``(N, K, S)``: permitted, supplied, taken by the site, and due within the horizon."""
    offers, tree = problem.offers, problem.tree
    offered = (offers.may_order > 0.0) & (offers.supply > 0.0)
    in_time = tree.stage[:, None] + first_lead(problem)[None] < tree.n_stages
    return (offered & in_time)[:, :, None] & problem.sites.takes[None]


def _order_limit(problem: Problem) -> FloatArray:
    offers = problem.offers
    return (offers.may_order * offers.supply / offers.lot)[:, :, None]


def can_cancel(problem: Problem, orders: BoolArray) -> BoolArray:
    """``(N, K, S, L, L)``: tranches of lead ``l`` still under way ``age`` quarters after order."""
    offers, ancestors = problem.offers, problem.tree.ancestors
    size = problem.sizes["L"]
    present = np.zeros((*orders.shape, size, size), dtype=np.bool_)
    for age in range(1, min(size, len(ancestors))):
        allowed = ~np.isnan(offers.cancel_refund[:, age])
        ordered = _at(orders, ancestors[age])
        for lead in range(age + 1, size):
            system = allowed & (offers.lead[:, lead] > 0.0)
            present[:, :, :, age, lead] = ordered & system[None, :, None]
    return present


def can_stand(problem: Problem, orders: BoolArray) -> BoolArray:
    """``(N, K, S)``: a chip may be there by then."""
    stage = problem.tree.stage
    booked = np.cumsum(problem.offers.booked, axis=2)[:, :, stage].transpose(2, 0, 1) > 0.0
    ever: BoolArray = np.any(orders, axis=0)
    due: BoolArray = stage[:, None] >= first_lead(problem)[None]
    ordered = ever[None] & due[:, :, None]
    present: BoolArray = (problem.fleet.installed > 0.0)[None] | booked | ordered
    return present


def may_retire(problem: HasSites) -> BoolArray:
    """``(K, S)``: chips that may leave before the end.

    Systems that stand or are booked when the horizon starts, and all systems at a site whose power
    or floor ever falls; what the plan itself orders stays to the end elsewhere.
    """
    offers, sites = problem.offers, problem.sites
    old = (problem.fleet.installed > 0.0) | np.any(offers.booked > 0.0, axis=2)
    falls = _falls(sites.power_kw) | _falls(sites.floor)
    leaves: BoolArray = old | (falls[None] & sites.takes)
    return leaves


def _falls(room: FloatArray) -> BoolArray:
    """Whether the room of each site ever shrinks."""
    falls: BoolArray = np.any(room[:, 1:] < room[:, :-1], axis=1)
    return falls


def can_work(problem: Problem, stands: BoolArray) -> BoolArray:
    """``(N, K, S, W)``: a chip that may be there can do work that is wanted and ported."""
    work, porting = problem.work, problem.porting
    wanted = (work.demand > 0.0)[:, None, :] & (work.rate > 0.0)[None]
    delay = porting.quarters[porting.stack]
    ready = porting.done[porting.stack][None] | (problem.tree.stage[:, None, None] >= delay[None])
    able = (wanted & ready)[:, :, None, :]
    return able & stands[:, :, :, None] & work.runs_at.T[None, None]


def can_rent(problem: Problem) -> BoolArray:
    """``(N, C, W)``: permitted, on offer, able and wanted."""
    rental, demand = problem.rental, problem.work.demand
    offered = (rental.ceiling > 0.0)[:, :, None] & (rental.rate > 0.0)[None]
    return offered & (rental.allowed > 0.0) & (demand > 0.0)[:, None, :]


def rent_limit(problem: Problem) -> FloatArray:
    """Return the chips that serve the permitted share of the demand."""
    rental, demand = problem.rental, problem.work.demand
    rate = np.where(rental.rate > 0.0, rental.rate, 1.0)
    return rental.allowed * demand[:, None, :] / rate


def can_port(problem: Problem) -> BoolArray:
    """``(N, Q, W)``: not done yet, and some system of the stack could do the work in time."""
    porting, rate = problem.porting, problem.work.rate
    stacks = range(len(porting.done))
    able = np.stack([np.any(rate[porting.stack == stack] > 0.0, axis=0) for stack in stacks])
    in_time = problem.tree.stage[:, None, None] + porting.quarters[None] < problem.tree.n_stages
    return (able & ~porting.done)[None] & in_time


def needs_gang(problem: Problem) -> BoolArray:
    """``(N, 1, 1, W)``: workloads that need a gang, in the quarters that model it."""
    sizes, gang = problem.sizes, problem.work.gang
    if gang is None:
        return np.zeros((sizes["N"], 1, 1, sizes["W"]), dtype=np.bool_)
    early = problem.tree.stage < GANG_QUARTERS
    needs: BoolArray = early[:, None, None, None] & (gang > 0.0)
    return needs


def can_gang(problem: Problem) -> BoolArray:
    """``(N, K, S, W)``: the site has room for a whole gang."""
    needs = needs_gang(problem)
    if problem.work.gang is None:
        return needs
    can: BoolArray = needs & (most_ganged(problem) >= problem.work.gang)
    return can


def most_ganged(problem: Problem) -> FloatArray:
    """``(N, K, S, W)``: the most chips of use to a workload in one place.

    The site full of them, and no more than its demand or one gang takes, whichever is more.
    """
    work, fleet, sites = problem.work, problem.fleet, problem.sites
    gang = np.zeros(problem.sizes["W"]) if work.gang is None else work.gang
    with np.errstate(divide="ignore", invalid="ignore"):
        useful = np.where(work.rate > 0.0, work.demand[:, None, :] / work.rate, 0.0)
        by_power = np.where(
            fleet.power_kw > 0.0, sites.power_kw.T[..., None] / fleet.power_kw, np.inf
        )
        by_floor = np.where(fleet.floor > 0.0, sites.floor.T[..., None] / fleet.floor, np.inf)
    room = (np.minimum(by_power, by_floor) * fleet.availability)[problem.tree.stage]
    held = room.transpose(0, 2, 1)[..., None]
    return np.minimum(held, np.maximum(useful, gang)[:, :, None, :])


def has_clock(problem: Problem) -> BoolArray:
    """``(N, W)``: workloads with a capability clock."""
    clock, shape = problem.work.capability, problem.work.demand.shape
    if clock is None:
        return np.zeros(shape, dtype=np.bool_)
    return np.broadcast_to(np.isfinite(clock.target), shape)


def can_reach(problem: Problem) -> BoolArray:
    """``(N, W)``: the demand of the path so far would suffice for the capability."""
    clock = problem.work.capability
    if clock is None:
        return has_clock(problem)
    sums = constant(problem.work.demand).along(problem.tree.ancestors).constant
    wanted = sums.reshape(problem.work.demand.shape)
    enough: BoolArray = wanted >= clock.target
    return enough


def _at(values: BoolArray, nodes: IntArray) -> BoolArray:
    """Return rows of ``values`` by node, false where there is no node."""
    found = values[nodes]
    found[nodes == NO_NODE] = False
    return found
