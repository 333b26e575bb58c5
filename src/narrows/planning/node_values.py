"""What the future decides is given by node: which arrays those are, said in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from narrows.planning.arrays import FloatArray
from narrows.planning.parts import Cap, Offers, Rental, Share, Work


class HasNodeValues(Protocol):
    """A problem or a graph, as far as arrays by node go."""

    @property
    def offers(self) -> Offers:
        """What may be bought."""

    @property
    def work(self) -> Work:
        """What has to be computed."""

    @property
    def rental(self) -> Rental:
        """What may be rented."""

    @property
    def caps(self) -> tuple[Cap, ...]:
        """Caps on what is imported."""

    @property
    def shares(self) -> tuple[Share, ...]:
        """Required shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeValues:
    """The parts of a problem or graph that have arrays by node."""

    offers: Offers
    work: Work
    rental: Rental
    caps: tuple[Cap, ...]
    shares: tuple[Share, ...]


def node_values(posed: HasNodeValues, of: Callable[[FloatArray], FloatArray]) -> NodeValues:
    """Return the parts with every array by node replaced by a function of it.

    Parameters
    ----------
    of
        From an array whose first axis is the nodes to one whose first axis is the new nodes.
    """
    offers, work, rental = posed.offers, posed.work, posed.rental
    return NodeValues(
        offers=replace(
            offers,
            price=of(offers.price),
            duty=of(offers.duty),
            may_order=of(offers.may_order),
            may_deliver=of(offers.may_deliver),
            supply=of(offers.supply),
        ),
        work=replace(work, demand=of(work.demand), unmet_max=of(work.unmet_max)),
        rental=replace(
            rental,
            price=of(rental.price),
            ceiling=of(rental.ceiling),
            allowed=of(rental.allowed),
        ),
        caps=tuple(replace(cap, quota=of(cap.quota)) for cap in posed.caps),
        shares=tuple(
            replace(share, share=of(share.share), weight=of(share.weight)) for share in posed.shares
        ),
    )
