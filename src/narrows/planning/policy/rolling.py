"""A quarter has passed: what was booked stays, the horizon begins a quarter later.

Costs of the rolled graph are in the money of its own first quarter, so what was planned for it is
worth ``discount`` times as much as seen from the quarter before.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.errors import fault
from narrows.planning.node_values import node_values
from narrows.planning.parts import Budget, Cap, Offers, Porting, Share, Sites
from narrows.planning.policy.books import PathBooks
from narrows.planning.policy.cuts import Cuts
from narrows.planning.policy.graph import NEVER, PolicyGraph
from narrows.planning.policy.layout import Layout, state_layout
from narrows.planning.policy.policy import Policy

OVERDRAWN = 1e-6
"""Share of a release: a bank this far below nothing was not overdrawn but rounded."""


def roll(graph: PolicyGraph, books: PathBooks, *, path: int = 0, regime: int) -> PolicyGraph:
    """Return the graph of the next quarter.

    Parameters
    ----------
    books
        After the first quarter, as booked on ``path``; they are taken as they are.
    regime
        In which the new first quarter stands.

    Raises
    ------
    ProblemError
        One quarter is left, a bank is overdrawn, or portings were begun in part.
    """
    _check_rolls(graph, books, path)
    parts = node_values(graph, lambda values: values[len(graph.regimes) :])
    porting, start = _rolled_porting(graph)
    return replace(
        graph,
        start=regime,
        transition=graph.transition[1:],
        axes=replace(graph.axes, quarters=graph.axes.quarters[1:]),
        offers=_rolled_offers(parts.offers, books, path),
        fleet=replace(
            graph.fleet,
            operating=graph.fleet.operating[:, 1:],
            installed=np.maximum(books.fleet[path], 0.0),
        ),
        sites=_rolled_sites(graph.sites),
        work=replace(parts.work, unmet_price=graph.work.unmet_price[:, 1:]),
        rental=parts.rental,
        porting=porting,
        porting_start=start,
        caps=tuple(
            replace(later, opening=_cap_left(cap, float(books.caps[path, i])))
            for i, (cap, later) in enumerate(zip(graph.caps, parts.caps, strict=True))
        ),
        shares=tuple(
            replace(later, opening=_share_left(share, float(books.shares[path, i])))
            for i, (share, later) in enumerate(zip(graph.shares, parts.shares, strict=True))
        ),
        budget=_rolled_budget(graph.budget, float(books.budget[path])),
    )


def _check_rolls(graph: PolicyGraph, books: PathBooks, path: int) -> None:
    if graph.n_stages < 2:
        raise fault("axes.quarters", "no quarter is left to plan", "begin a new study")
    if np.any(books.begun[path] > 0.0):
        mend = "give the graph a porting plan"
        raise fault("porting_start", "a porting that the policy began does not roll", mend)


def _rolled_sites(sites: Sites) -> Sites:
    return replace(
        sites,
        power_kw=sites.power_kw[:, 1:],
        floor=sites.floor[:, 1:],
        energy_price=sites.energy_price[:, 1:],
    )


def _rolled_offers(offers: Offers, books: PathBooks, path: int) -> Offers:
    quarters = offers.booked.shape[2] - 1
    return replace(
        offers,
        hold_until=np.where(offers.hold_until > 0, offers.hold_until - 1, offers.hold_until),
        end_value=offers.end_value[:, 1:],
        booked=_due(books.transit[path], books.bond[path], quarters),
        booked_value=_due(books.transit_value[path], books.bond_value[path], quarters),
    )


def _due(transit: FloatArray, bond: FloatArray, quarters: int) -> FloatArray:
    """``(K, S, T)``: what reaches the gate in each quarter; what waits there, in the first."""
    due = np.zeros((*bond.shape, quarters))
    within = min(quarters, len(transit))
    due[:, :, :within] = np.moveaxis(transit[:within], 0, 2)
    due[:, :, 0] += bond
    return np.maximum(due, 0.0)


def _rolled_porting(graph: PolicyGraph) -> tuple[Porting, IntArray | None]:
    """Count portings that were begun as paid for, with a quarter less to go."""
    porting, start = graph.porting, graph.porting_start
    if start is None:
        return porting, None
    begun = (start == 0) & ~porting.done
    to_go = np.where(begun, porting.quarters - 1, porting.quarters)
    done = porting.done | (begun & (to_go <= 0))
    later = np.where(start > 0, start - 1, NEVER)
    return (
        replace(
            porting,
            done=done,
            cost=np.where(begun, 0.0, porting.cost),
            quarters=np.maximum(to_go, 0),
        ),
        np.where(begun & ~done, 0, later),
    )


def _cap_left(cap: Cap, left: float) -> float:
    return _balance(f"caps.{cap.name}", left, float(cap.quota.max()))


def _share_left(share: Share, left: float) -> float:
    return _balance(f"shares.{share.name}", left, float(share.weight.max()))


def _rolled_budget(budget: Budget | None, left: float) -> Budget | None:
    if budget is None:
        return None
    opening = _balance("budget", left, float(budget.release.max()))
    return replace(budget, release=budget.release[1:], opening=opening)


def _balance(name: str, left: float, release: float) -> float:
    if left < -OVERDRAWN * max(release, 1.0):
        raise fault(f"{name}.opening", "the bank was overdrawn", "correct the books", left)
    return max(left, 0.0)


def carried_cuts(policy: Policy, rolled: PolicyGraph) -> tuple[tuple[Cuts, ...], ...]:
    """Return a policy's cuts as those of its graph rolled on by a quarter.

    They say what the rest was thought to cost under the beliefs of then; as an end value some
    quarters ahead they serve until beliefs have moved far.

    Raises
    ------
    ProblemError
        The rolled graph has other regimes or quarters than the policy's graph from the second on.
    """
    graph = policy.graph
    if rolled.regimes != graph.regimes or rolled.axes.quarters != graph.axes.quarters[1:]:
        mend = "roll the policy's own graph"
        raise fault("axes.quarters", "is not the policy's horizon a quarter later", mend)
    before, after = state_layout(graph), state_layout(rolled)
    first = (policy.cuts[1][rolled.start],)
    return tuple(
        tuple(_carried(cuts, before, after, graph.risk.discount) for cuts in stage)
        for stage in (first, *policy.cuts[2:])
    )


def _carried(cuts: Cuts, before: Layout, after: Layout, discount: float) -> Cuts:
    """Re-order the slopes, and count money from a quarter later."""
    slope = np.zeros((len(cuts), len(after)))
    for cell, (column, unit) in after.items():
        if cell in before:
            old, old_unit = before[cell]
            slope[:, column] = cuts.slope[:, old] * (unit / old_unit)
            if cell[0] == "beyond":  # it is money already, and was counted a quarter earlier
                slope[:, column] *= discount
    return Cuts(intercept=cuts.intercept / discount, slope=slope / discount)
