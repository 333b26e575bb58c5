"""By node and option: what may be ordered, what passes, and the duty that falls due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from narrows.core import RefusalError, Truth
from narrows.futures import RegimeChain, regime_chain
from narrows.planning import Tree, by_node
from narrows.study.bridge.gates import Judged
from narrows.study.bridge.offers import Offer
from narrows.study.bridge.outlook import SEED, Outlook
from narrows.study.bridge.permission import Passing, passing
from narrows.study.bridge.problem import Passage, figure_value
from narrows.study.facts import Facts
from narrows.study.schema import Origin

FloatArray = npt.NDArray[np.float64]


def make_passage(
    facts: Facts,
    offers: Sequence[Offer],
    judged: Sequence[Judged],
    *,
    outlook: Outlook | None,
    tree: Tree,
) -> Passage:
    """Return what the gates of today and the futures of their lines let through."""
    by_id = {one.id: one for one in judged}
    columns = [_column(facts, offer, by_id[offer.id], outlook, tree) for offer in offers]
    return Passage(
        may_order=np.stack([order for order, _ in columns], axis=1),
        may_deliver=np.stack([deliver for _, deliver in columns], axis=1),
        duty=np.tile(
            [duty_share(offer, by_id[offer.id]) for offer in offers], (tree.n_nodes, 1)
        ).astype(np.float64),
        rental_allowed=_rentals(facts, by_id),
    )


def _column(
    facts: Facts, offer: Offer, one: Judged, outlook: Outlook | None, tree: Tree
) -> tuple[FloatArray, FloatArray]:
    """Return may-order and may-deliver of one option, each of shape ``(N,)``."""
    nothing, everything = np.zeros(tree.n_nodes), np.ones(tree.n_nodes)
    if not one.lawful:
        return nothing, nothing
    if offer.option.origin is Origin.DOMESTIC:
        return everything, everything
    line = offer.option.line
    if line is None or outlook is None:
        return nothing, nothing
    if line == outlook.line:
        let = passing_of(facts, outlook.chain, one)
        return tree.expected(let.order), tree.expected(let.deliver)
    return _apart(facts, line, one, outlook, tree)


def _apart(
    facts: Facts, line: str, one: Judged, outlook: Outlook, tree: Tree
) -> tuple[FloatArray, FloatArray]:
    """Return the mean passage of a line that the tree does not tell apart, by quarter."""
    nothing = np.zeros(tree.n_nodes)
    try:
        chain = regime_chain(outlook.chains, line, horizon_quarters=facts.study.quarters, seed=SEED)
    except RefusalError:
        return nothing, nothing
    let = passing_of(facts, chain, one)
    chances = chain.p_regime(quarters=facts.study.quarters - 1)
    return by_node(chances @ let.order, tree), by_node(chances @ let.deliver, tree)


def passing_of(facts: Facts, chain: RegimeChain, one: Judged) -> Passing:
    """Return what each regime of a chain lets through, with the rules' own bands."""
    return passing(facts.catalog, chain, one.row, known_on=facts.study.as_known_on, seed=SEED)


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
