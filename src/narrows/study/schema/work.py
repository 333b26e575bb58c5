"""Where work is done and what work there is: sites, what they already run, workloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from narrows.core import STRICT
from narrows.study.given import (
    Chips,
    Cny,
    CnyPerKwh,
    Growth,
    Power,
    Pue,
    Racks,
    Seconds,
    Share,
    Tokens,
    TokensPerS,
)
from narrows.study.schema.words import Count, Name, Quarter, Text3, WorkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Chips that a site already runs."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    option: Name
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

    id: Name
    name: Text3
    power: tuple[PowerStep, ...]
    floor: Racks
    pue: Pue
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

    id: Name
    name: Text3
    kind: WorkKind
    model: Name
    start: Quarter
    growth_per_quarter: Growth
    tokens_per_quarter: Tokens | None = None
    tokens_per_s: TokensPerS | None = None
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    ttft_limit: Seconds | None = None
    tpot_limit: Seconds | None = None
    sequence_tokens: Count | None = None
    global_batch_sequences: Count | None = None
    cluster_chips: Count | None = None
    precisions: tuple[str, ...] = ()
    unmet_share_max: Share | None = None
    capability: Capability | None = None
    gang_chips: Count | None = None
