"""By node and option: what may be ordered, what passes, and the duty that falls due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.core import RefusalError, Truth
from narrows.futures import regime_chain
from narrows.planning import Tree, by_node
from narrows.study.bridge.gates import Judged
from narrows.study.bridge.known import figure_value
from narrows.study.bridge.offers import Offer
from narrows.study.bridge.outlook import SEED, Outlook
from narrows.study.bridge.permission import Passing, passing
from narrows.study.facts import Facts
from narrows.study.schema import Origin

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """By node and option: what may be ordered, what passes, and the duty on it.

    Shapes ``(N, K)``; shares in [0, 1].
    """

    may_order: FloatArray
    may_deliver: FloatArray
    duty: FloatArray
    rental_allowed: FloatArray
    """Shape ``(C,)``: 1 where the rules leave a way to rent, else 0."""


@dataclass(frozen=True, slots=True)
class Way:
    """How an option gets through: regime by regime of the tree, or quarter by quarter.

    Attributes
    ----------
    let
        For the line whose regimes the tree tells apart; ``None`` for every other option.
    order, deliver
        Shape ``(T,)``; for the others.
    """

    let: Passing | None
    order: FloatArray
    deliver: FloatArray

    def on(self, tree: Tree) -> tuple[FloatArray, FloatArray]:
        """Return may-order and may-deliver at each node, each of shape ``(N,)``."""
        if self.let is None:
            return by_node(self.order, tree), by_node(self.deliver, tree)
        return tree.expected(self.let.order), tree.expected(self.let.deliver)


def find_ways(
    facts: Facts, offers: Sequence[Offer], judged: Sequence[Judged], *, outlook: Outlook | None
) -> tuple[Way, ...]:
    """Return how each offer gets through, before any tree is grown."""
    by_id = {one.id: one for one in judged}
    return tuple(_way(facts, offer, by_id[offer.id], outlook) for offer in offers)


def passage_by(
    ways: Sequence[Way],
    facts: Facts,
    offers: Sequence[Offer],
    judged: Sequence[Judged],
    *,
    tree: Tree,
) -> Passage:
    """Return what the ways of the offers let through at each node of a tree."""
    by_id = {one.id: one for one in judged}
    columns = [way.on(tree) for way in ways]
    return Passage(
        may_order=np.stack([order for order, _ in columns], axis=1),
        may_deliver=np.stack([deliver for _, deliver in columns], axis=1),
        duty=np.tile(
            [duty_share(offer, by_id[offer.id]) for offer in offers], (tree.n_nodes, 1)
        ).astype(np.float64),
        rental_allowed=_rentals(facts, by_id),
    )


def _way(facts: Facts, offer: Offer, one: Judged, outlook: Outlook | None) -> Way:
    quarters = facts.study.quarters
    nothing, everything = np.zeros(quarters), np.ones(quarters)
    if not one.lawful:
        return Way(None, nothing, nothing)
    if offer.option.origin is Origin.DOMESTIC:
        return Way(None, everything, everything)
    line = offer.option.line
    if line is None or outlook is None:
        return Way(None, nothing, nothing)
    if line == outlook.line:
        return Way(passing(outlook.shares, outlook.chain, one.row), nothing, nothing)
    return _apart(facts, line, one, outlook)


def _apart(facts: Facts, line: str, one: Judged, outlook: Outlook) -> Way:
    """Return the mean passage of a line that the tree does not tell apart, by quarter."""
    quarters = facts.study.quarters
    try:
        chain = regime_chain(outlook.chains, line, horizon_quarters=quarters, seed=SEED)
    except RefusalError:
        return Way(None, np.zeros(quarters), np.zeros(quarters))
    let = passing(outlook.shares, chain, one.row)
    chances = chain.p_regime(quarters=quarters - 1)
    return Way(None, chances @ let.order, chances @ let.deliver)


def duty_share(offer: Offer, one: Judged) -> float:
    """Return the share of the price that the buyer bears as import duty on the route.

    A duty that the rules cannot exclude counts in full: the planner pays for what may fall due.
    """
    rates = [
        duty.rate
        for duty in one.verdict.duties
        if duty.rate is not None and duty.truth is not Truth.FALSE
    ]
    if not rates or offer.duty_passed_on is None:
        return 0.0
    return max(rates) * figure_value(offer.duty_passed_on)


def _rentals(facts: Facts, by_id: Mapping[str, Judged]) -> FloatArray:
    return np.array([float(by_id[rental.id].lawful) for rental in facts.study.rentals])
