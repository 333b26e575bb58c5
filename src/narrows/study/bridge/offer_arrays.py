"""What may be ordered, as the planner's arrays. Money in CNY."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from narrows.planning import NEVER_HELD, Offers, Tree, by_node
from narrows.study.bridge.calendar import place
from narrows.study.bridge.known import figure_value, stated
from narrows.study.bridge.offers import Offer, lead_shares
from narrows.study.bridge.passage import Passage
from narrows.study.facts import Facts
from narrows.study.schema import Study

FloatArray = npt.NDArray[np.float64]


def offer_arrays(facts: Facts, offers: Sequence[Offer], tree: Tree, passage: Passage) -> Offers:
    """Return what may be ordered, at each node of a tree."""
    study = facts.study
    price = np.array([figure_value(offer.price_cny) for offer in offers])
    prices = np.tile(price, (tree.n_nodes, 1))
    longest = max(max(lead_shares(offer.option)) for offer in offers)
    return Offers(
        price=prices,
        duty=passage.duty,
        may_order=passage.may_order,
        may_deliver=passage.may_deliver,
        supply=by_node(_supply(study, offers), tree),
        lot=np.array([figure_value(offer.lot_chips) for offer in offers]),
        lead=np.stack([_lead(offer, longest) for offer in offers]),
        deposit=np.array([figure_value(offer.deposit) for offer in offers]),
        blocked_refund=np.array([figure_value(offer.refund) for offer in offers]),
        hold_until=np.array([_held_until(study, offer) for offer in offers], dtype=np.int64),
        cancel_refund=np.stack([_cancel(facts, offer, longest) for offer in offers]),
        end_value=np.stack([_end_value(study, value) for value in price]),
        booked=np.zeros((len(offers), len(study.sites), study.quarters)),
    )


def _supply(study: Study, offers: Sequence[Offer]) -> FloatArray:
    """Chips a quarter, shape ``(T, K)``; none before an option is available."""
    supply = np.tile([offer.supply.value for offer in offers], (study.quarters, 1))
    for column, offer in enumerate(offers):
        if offer.option.available is not None:
            supply[: max(place(offer.option.available, study.start), 0), column] = 0.0
    return supply


def _lead(offer: Offer, longest: int) -> FloatArray:
    lead = np.zeros(longest + 1)
    for quarters, share in lead_shares(offer.option).items():
        lead[quarters] = share
    return lead


def _held_until(study: Study, offer: Offer) -> int:
    until = offer.option.held_until
    return NEVER_HELD if until is None else max(place(until, study.start), 0)


def _cancel(facts: Facts, offer: Offer, longest: int) -> FloatArray:
    """Refund by age of the order; no right to cancel where the study states none."""
    refund = np.full(longest + 1, np.nan)
    if offer.option.refund_if_cancelled is not None:
        share = stated(facts, offer.option.refund_if_cancelled, f"options/{offer.id}/cancelled")
        refund[: max(lead_shares(offer.option))] = share
    return refund


def _end_value(study: Study, price_cny: float) -> FloatArray:
    """Value at the end of a chip that arrived in each quarter: straight line over its life."""
    age = study.quarters - np.arange(study.quarters)
    left: FloatArray = price_cny * np.maximum(1.0 - age / study.ownership.life_quarters, 0.0)
    return left
