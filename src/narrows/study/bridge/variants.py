"""The same problem with one thing changed: a domestic share, a cap, terms of payment, a belief."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from narrows.planning import NEVER_HELD, Problem, Share
from narrows.study.bridge.known import figure_value
from narrows.study.bridge.offers import Offer
from narrows.study.bridge.processing import processing_performance
from narrows.study.facts import Facts
from narrows.study.schema import Origin, ShareBasis

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

SHARE_RULE = "domestic_share"


def with_share(
    problem: Problem, offers: Sequence[Offer], weight: FloatArray, share: float
) -> Problem:
    """Return the problem under a required domestic share of new orders.

    Parameters
    ----------
    weight
        Shape ``(K,)``; what a chip of each option counts, see :func:`share_weight`.
    """
    return with_share_of(problem, domestic_mask(offers), weight, share)


def domestic_mask(offers: Sequence[Offer]) -> BoolArray:
    """Return which options are domestic, shape ``(K,)``."""
    return np.array([o.option.origin is Origin.DOMESTIC for o in offers], dtype=np.bool_)


def with_share_of(
    problem: Problem, domestic: BoolArray, weight: FloatArray, share: float
) -> Problem:
    """Return the problem under a required share of the systems of a mask, in arrays alone."""
    if share == 0.0:
        return replace(problem, shares=_others(problem))
    nodes = problem.tree.n_nodes
    rule = Share(
        name=SHARE_RULE,
        domestic=domestic,
        others=~domestic,
        share=np.full(nodes, share),
        weight=np.tile(weight, (nodes, 1)),
    )
    return replace(problem, shares=(*_others(problem), rule))


def _others(problem: Problem) -> tuple[Share, ...]:
    """Return the rules on shares that are not the one asked about, such as limits of exposure."""
    return tuple(share for share in problem.shares if share.name != SHARE_RULE)


def share_weight(facts: Facts, offers: Sequence[Offer], basis: ShareBasis) -> FloatArray:
    """Return what a chip of each option counts under a basis, shape ``(K,)``.

    Raises
    ------
    RefusalError
        The basis is processing performance and a chip publishes no rate.
    """
    if basis is ShareBasis.UNITS:
        return np.ones(len(offers))
    if basis is ShareBasis.SPEND:
        return np.array([figure_value(offer.price_cny) for offer in offers])
    return np.array(
        [figure_value(processing_performance(facts, offer.product)) for offer in offers]
    )


def with_cap(problem: Problem, chips_per_quarter: float) -> Problem:
    """Return the problem with another quota in every cap."""
    caps = tuple(
        replace(cap, quota=np.full_like(cap.quota, chips_per_quarter)) for cap in problem.caps
    )
    return replace(problem, caps=caps)


def without_refund(problem: Problem, systems: Sequence[int]) -> Problem:
    """Return the problem in which some systems are paid in full at once and never refunded."""
    offers = problem.offers
    deposit, refund = offers.deposit.copy(), offers.blocked_refund.copy()
    cancel, hold = offers.cancel_refund.copy(), offers.hold_until.copy()
    for system in systems:
        deposit[system], refund[system] = 1.0, 0.0
        cancel[system] = np.nan
        hold[system] = (
            max(hold[system], problem.tree.n_stages)
            if hold[system] != NEVER_HELD
            else (problem.tree.n_stages)
        )
    return replace(
        problem,
        offers=replace(
            offers, deposit=deposit, blocked_refund=refund, cancel_refund=cancel, hold_until=hold
        ),
    )
