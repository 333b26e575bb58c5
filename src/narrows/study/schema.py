"""The study file: what a planner states. ``docs/study.md`` documents every field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict

from narrows.core import STRICT, Currency, FieldValueError, Truth
from narrows.planning import SHARE_MAX, Measure
from narrows.rules import EndUse, Leg, PartyFacts, Posture
from narrows.study.given import (
    ChipPower,
    Chips,
    ChipsPerRack,
    Cny,
    CnyPerKwh,
    Power,
    RackPower,
    Racks,
    Ratio,
    Seconds,
    Share,
    Tokens,
    TokensPerS,
    UsdPerChip,
    UsdPerChipHour,
)

QUARTERS_MAX = 40
"""Ten years: no policy, price or roadmap in the catalogue reaches further."""
OPTIONS_MAX = 40
"""More options than products that can be bought at one time; bounds the optimisation."""
WORKLOADS_MAX = 20
SITES_MAX = 20

_QUARTER = re.compile(r"^\d{4}-?Q[1-4]$")
_LANGUAGES = ("en", "zh-Hant", "zh-Hans")


def _text3(names: Mapping[str, str]) -> Mapping[str, str]:
    missing = [language for language in _LANGUAGES if not names.get(language)]
    if missing or set(names) - set(_LANGUAGES):
        raise FieldValueError(
            f"needs exactly the languages {', '.join(_LANGUAGES)}", "write the text in all three"
        )
    return dict(names)


def _quarter(text: str) -> str:
    if not _QUARTER.match(text):
        raise FieldValueError("not a quarter", "write it as 2026-Q1")
    return text.replace("-", "")


Text3 = Annotated[Mapping[str, str], AfterValidator(_text3)]
Quarter = Annotated[str, AfterValidator(_quarter)]


class Perspective(StrEnum):
    """Who asks."""

    BUYER = "buyer"
    SELLER = "seller"
    POLICY = "policy"
    LAB = "lab"


ORDERING = (Perspective.BUYER, Perspective.LAB)
"""Perspectives whose study plans orders."""


class Origin(StrEnum):
    """Which side's gates an option has to pass."""

    IMPORT = "import"
    DOMESTIC = "domestic"


class WorkKind(StrEnum):
    """What the compute is for."""

    TRAINING = "training"
    SERVING = "serving"


class ShareBasis(StrEnum):
    """What a required domestic share is counted in."""

    UNITS = "units"
    TPP = "tpp"
    SPEND = "spend"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyGiven(PartyFacts):
    """A party of a route; ``tw_listed`` and its like take true, false or nothing (unknown)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class EndUseGiven(EndUse):
    """Who will use the chips, where and for what."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class LegGiven(Leg):
    """One movement of the goods; see :class:`narrows.rules.Leg`."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Chips that a site already runs."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    option: str
    chips: Chips


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerStep:
    """Power available from a quarter on."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    start: Quarter
    power: Power


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A data centre with its power, racks and price of electricity."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    name: Text3
    power: tuple[PowerStep, ...]
    floor: Racks
    pue: Ratio
    electricity: CnyPerKwh
    electricity_domestic_only: CnyPerKwh | None = None
    holdings: tuple[Holding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """How much own training makes a capability, and what each quarter without it costs."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    work: Tokens
    delay_price: Cny


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Work to be done. Training is stated in tokens a quarter, serving in tokens a second."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    name: Text3
    kind: WorkKind
    model: str
    start: Quarter
    growth_per_quarter: Ratio
    tokens_per_quarter: Tokens | None = None
    tokens_per_s: TokensPerS | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    ttft_limit: Seconds | None = None
    tpot_limit: Seconds | None = None
    sequence_tokens: int | None = None
    global_batch_sequences: int | None = None
    cluster_chips: int | None = None
    precisions: tuple[str, ...] = ()
    unmet_share_max: Share | None = None
    capability: Capability | None = None
    gang_chips: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something that could be bought."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    system: str
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
    lot_chips: int | None = None
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

    id: str
    name: Text3
    system: str
    country: str
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
    quarters: int
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Money released at the start of each quarter."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    per_quarter: Cny
    growth_per_quarter: Ratio
    carry_over: bool


def _grid(shares: tuple[float, ...]) -> tuple[float, ...]:
    for share in shares:
        if not 0.0 <= share <= SHARE_MAX:
            raise FieldValueError(
                f"a share of {share:g} is not between 0 and {SHARE_MAX:g}", "write it as 0.5"
            )
    return shares


@dataclass(frozen=True, slots=True, kw_only=True)
class DomesticShare:
    """The share of domestic chips that new purchases must reach; unpublished, so a grid."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    base: Share
    basis: ShareBasis
    grid: Annotated[tuple[float, ...], AfterValidator(_grid)]
    bases: tuple[ShareBasis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """What of the seller's quota reaches this buyer, in chips a quarter."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    options: tuple[str, ...]
    chips_per_quarter: Chips


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """No more than a part of the fleet may be of some options: one maker, one country."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    options: tuple[str, ...]
    at_most: Share
    basis: ShareBasis = ShareBasis.UNITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """What owning a chip costs beside its price and its electricity, and how long it lasts."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    life_quarters: int
    upkeep_per_year: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What uncertainty and unserved work cost the planner."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    discount_per_year: Ratio
    cvar_weight: Share
    cvar_confidence: Share
    unmet_multiple: Ratio
    cvar_measure: Measure = Measure.END_OF_HORIZON


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One question, whole."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    study: str
    title: Text3
    perspective: Perspective
    as_known_on: date
    in_force_on: date
    currency: Currency
    posture: Posture
    buyer_name: Text3
    parties: tuple[PartyGiven, ...]
    end_use: EndUseGiven
    start: Quarter
    quarters: int
    rack_power: RackPower
    sites: tuple[Site, ...]
    workloads: tuple[Workload, ...]
    options: tuple[Option, ...]
    porting: tuple[Porting, ...]
    budget: Budget
    domestic_share: DomesticShare
    cap: Cap
    ownership: Ownership
    risk: Risk
    rentals: tuple[Rental, ...] = ()
    exposure: tuple[Exposure, ...] = ()
    overlays: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
