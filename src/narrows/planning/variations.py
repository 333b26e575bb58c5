"""One change to a problem at a time, for curves and for finding where a decision flips."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from narrows.planning.arrays import BoolArray, FloatArray
from narrows.planning.errors import fault
from narrows.planning.parts import Share
from narrows.planning.problem import Problem

MONTHS_IN_QUARTER = 3.0
CERTAIN = 1e-12
"""Chances nearer to 0 or 1 than this are rounding."""


def with_scaled_cap(problem: Problem, name: str, factor: float) -> Problem:
    """Return the problem with every release of a cap times a factor.

    Raises
    ------
    ProblemError
        No cap has that name.
    """
    _known("caps", name, [cap.name for cap in problem.caps])
    caps = tuple(
        replace(cap, quota=cap.quota * factor) if cap.name == name else cap for cap in problem.caps
    )
    return replace(problem, caps=caps)


def with_share(
    problem: Problem, name: str, share: float, weight: FloatArray | None = None
) -> Problem:
    """Return the problem with a required share of ``share`` at every node.

    Parameters
    ----------
    weight
        ``(N, K)`` the basis on which the share is counted; ``None`` keeps the rule's own.
    """
    _known("shares", name, [rule.name for rule in problem.shares])

    def changed(rule: Share) -> Share:
        if rule.name != name:
            return rule
        weighed = rule.weight if weight is None else weight
        return replace(rule, share=np.full(problem.tree.n_nodes, share), weight=weighed)

    return replace(problem, shares=tuple(changed(rule) for rule in problem.shares))


def with_scaled_power(problem: Problem, factor: float, sites: BoolArray | None = None) -> Problem:
    """Return the problem with the power of the sites in the mask ``(S,)``, or of all, scaled."""
    chosen = np.ones(problem.sizes["S"], dtype=np.bool_) if sites is None else sites
    power = np.where(chosen[:, None], factor, 1.0) * problem.sites.power_kw
    return replace(problem, sites=replace(problem.sites, power_kw=power))


def with_delay(problem: Problem, months: float, systems: BoolArray) -> Problem:
    """Return the problem with the lead of the systems in the mask ``(K,)`` longer by months.

    A part of a quarter splits the order between two quarters in proportion.
    """
    whole, part = divmod(months / MONTHS_IN_QUARTER, 1.0)
    longer = math.ceil(months / MONTHS_IN_QUARTER)
    offers = problem.offers
    lead = np.pad(offers.lead, ((0, 0), (0, longer)))
    moved = (1.0 - part) * _shift(lead, int(whole))
    if part > 0.0:
        moved = moved + part * _shift(lead, int(whole) + 1)
    refund = np.pad(offers.cancel_refund, ((0, 0), (0, longer)), constant_values=np.nan)
    lead = np.where(systems[:, None], moved, lead)
    return replace(problem, offers=replace(offers, lead=lead, cancel_refund=refund))


def _shift(lead: FloatArray, quarters: int) -> FloatArray:
    if quarters == 0:
        return lead
    return np.pad(lead, ((0, 0), (quarters, 0)))[:, : lead.shape[1]]


def with_scaled_delivery(problem: Problem, factor: float, systems: BoolArray) -> Problem:
    """Return the problem with the chance to pass the gate scaled, and held within [0, 1]."""
    offers = problem.offers
    scaled = np.clip(offers.may_deliver * factor, 0.0, 1.0)
    passes = np.where(systems[None], scaled, offers.may_deliver)
    return replace(problem, offers=replace(offers, may_deliver=passes))


def with_event(problem: Problem, leaves: BoolArray, probability: float) -> Problem:
    """Return the problem in which an event has a given probability.

    Parameters
    ----------
    leaves
        ``(leaves,)`` mask of the leaves on which the event happens. Chances within and without the
        event keep their proportions.

    Raises
    ------
    ProblemError
        The event is certain or impossible on the tree, so that it cannot be re-weighted.
    """
    tree = problem.tree
    old = tree.probability[tree.leaves]
    inside = float(old[leaves].sum())
    if not CERTAIN < inside < 1.0 - CERTAIN:
        mend = "choose an event that some branches have and others have not"
        raise fault("leaves", "the event is certain or impossible on this tree", mend, inside)
    factor = np.where(leaves, probability / inside, (1.0 - probability) / (1.0 - inside))
    return replace(problem, tree=tree.reweighted(old * factor))


def event_probability(problem: Problem, leaves: BoolArray) -> float:
    """Return the probability of an event given as a mask of the leaves."""
    return float(problem.tree.probability[problem.tree.leaves][leaves].sum())


def _known(kind: str, name: str, names: list[str]) -> None:
    if name not in names:
        raise fault(kind, f"no rule is called {name!r}", f"choose from: {', '.join(names)}")
