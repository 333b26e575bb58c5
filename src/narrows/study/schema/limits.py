"""What bounds a plan: money, shares, the cap, exposure, and what uncertainty costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict

from narrows.core import STRICT, FieldValueError
from narrows.planning import SHARE_MAX, Measure
from narrows.study.given import Chips, Cny, Growth, Multiple, Share
from narrows.study.schema.words import Count, Flag, Name, ShareBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Money released at the start of each quarter."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    per_quarter: Cny
    growth_per_quarter: Growth
    carry_over: Flag


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

    id: Name
    options: tuple[str, ...]
    at_most: Share
    basis: ShareBasis = ShareBasis.UNITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """What owning a chip costs beside its price and its electricity, and how long it lasts."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    life_quarters: Count
    upkeep_per_year: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What uncertainty and unserved work cost the planner."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    discount_per_year: Growth
    cvar_weight: Share
    cvar_confidence: Share
    unmet_multiple: Multiple
    cvar_measure: Measure = Measure.END_OF_HORIZON
