"""The study files of the seller and the policy analyst. ``docs/study.md`` documents every field."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict

from narrows.core import STRICT, Currency
from narrows.study.given import Chips, Share, UsdPerChip
from narrows.study.schema import (
    Day,
    Flag,
    Name,
    Perspective,
    Quarter,
    StudyName,
    Text3,
    Whole,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every study states."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    study: StudyName
    title: Text3
    perspective: Perspective
    as_known_on: Day
    in_force_on: Day
    currency: Currency
    asker_name: Text3
    start: Quarter
    quarters: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A buyer in the destination of the cap, and how much it wants over the horizon."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: Name
    name: Text3
    wants: Chips


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerStudy(Common):
    """The allocation and licence manager's question: what may go, to whom, and what is it worth.

    Flows are chips a quarter. ``us_decline_per_quarter`` is by how much sales in the United
    States fall from one quarter to the next; they are the base of the cap.
    """

    line: str
    chip: str
    price: UsdPerChip
    unit_cost: UsdPerChip
    stock: Chips
    production_per_quarter: Chips
    us_sales_per_quarter: Chips
    us_decline_per_quarter: Share
    other_sales_per_quarter: Chips
    duty_borne: Share
    customers: tuple[Customer, ...]
    customer_cap: Chips | None = None
    notes: tuple[str, ...] = ()


class RouteKind(StrEnum):
    """How compute of a route reaches its users."""

    LICENSED = "licensed"
    DOMESTIC = "domestic"
    ABROAD = "abroad"
    """Used from the country, standing elsewhere; counted apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRoute:
    """One way in which compute comes within reach over the horizon.

    A licensed route states what is ordered and passes the gates of its ``line``; the others state
    ``units``.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: Name
    name: Text3
    kind: RouteKind
    chip: str
    line: str | None = None
    ordered: Chips | None = None
    units: Chips | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapCase:
    """A ceiling on licensed units to be laid over the rules as they stand.

    ``ratio`` is the share of sales in the United States, ``ceiling`` a number of chips; neither
    means no ceiling. ``as_in_force`` takes the ratio of the rule.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: Name
    name: Text3
    as_in_force: Flag = False
    ratio: Share | None = None
    ceiling: Chips | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyStudy(Common):
    """The policy analyst's question: what does a ceiling do to compute within reach.

    ``us_sales`` are chips of the capped line sold in the United States over the horizon.
    """

    reference: str
    reference_name: Text3
    us_sales: Chips
    routes: tuple[SupplyRoute, ...]
    cases: tuple[CapCase, ...]
    notes: tuple[str, ...] = ()
