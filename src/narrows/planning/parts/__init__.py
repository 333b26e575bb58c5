"""The parts of a purchase problem: plain arrays, each with named axes and a unit.

Axes, always in this order: ``node`` N, ``system`` K, ``site`` S, ``workload`` W, ``rental`` C,
``stack`` Q, ``quarter`` T, ``lead`` L (index = quarters). What the future decides is given by
node; what the buyer plans or knows is given by quarter. Money is in any one currency.
"""

from narrows.planning.parts.axes import Axes
from narrows.planning.parts.money import CAPITAL, Budget, Item, Measure, Risk
from narrows.planning.parts.offers import NEVER_HELD, Offers, Rental
from narrows.planning.parts.rules import SHARE_MAX, Cap, Counted, Share
from narrows.planning.parts.standing import Fleet, Sites
from narrows.planning.parts.work import GANG_QUARTERS, Capability, Porting, Work

__all__ = [
    "CAPITAL",
    "GANG_QUARTERS",
    "NEVER_HELD",
    "SHARE_MAX",
    "Axes",
    "Budget",
    "Cap",
    "Capability",
    "Counted",
    "Fleet",
    "Item",
    "Measure",
    "Offers",
    "Porting",
    "Rental",
    "Risk",
    "Share",
    "Sites",
    "Work",
]
