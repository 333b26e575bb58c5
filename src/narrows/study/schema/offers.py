"""What can be bought or rented, and what moving to its software costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from pydantic import ConfigDict

from narrows.core import STRICT, Truth
from narrows.study.given import (
    ChipPower,
    Chips,
    ChipsPerRack,
    Cny,
    Share,
    UsdPerChip,
    UsdPerChipHour,
)
from narrows.study.schema.routes import LegGiven
from narrows.study.schema.words import Count, Country, Flag, Name, Origin, Quarter, Text3, Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something that could be bought."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: Name
    system: Name
    name: Text3
    origin: Origin
    stack: str
    engine: str | None = None
    line: str | None = None
    route: tuple[LegGiven, ...] = ()
    evidence: Mapping[str, Truth] = field(default_factory=dict)
    price: UsdPerChip | None = None
    lead_quarters: Mapping[int, float] = field(default_factory=dict)
    available: Quarter | None = None
    supply_per_quarter: Chips | None = None
    lot_chips: Count | None = None
    deposit: Share | None = None
    refund_if_blocked: Share | None = None
    refund_if_cancelled: Share | None = None
    held_until: Quarter | None = None
    power_per_chip: ChipPower | None = None
    chips_per_rack: ChipsPerRack | None = None
    availability: Share | None = None
    duty_passed_on: Share | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rental:
    """Compute rented rather than bought; its own rule checks apply."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: Name
    name: Text3
    system: Name
    country: Country
    lessor: str
    evidence: Mapping[str, Truth] = field(default_factory=dict)
    price: UsdPerChipHour
    ceiling: Chips
    stack: str
    engine: str | None = None
    workloads: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Porting:
    """Moving the workloads to a software stack that the buyer does not run yet."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    stack: str
    cost: Cny
    quarters: Whole
    done: Flag = False
