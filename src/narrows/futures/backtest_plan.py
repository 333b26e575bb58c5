"""What the backtest asks: origins, horizons, bins and the question of large deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.core import STRICT, read_record
from narrows.futures.lines import DATA


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPrior:
    """Another chain prior under which a result is repeated, to show how much hangs on it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    jumps: float
    dwell_years: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQuestion:
    """What counts as large deliveries, by when, asked as known on a day."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    line: str
    known_on: date
    by: date
    chips_ordered: int
    cites: tuple[str, ...]
    large_chips: int
    because: str
    other_priors: tuple[OtherPrior, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestPlan:
    """Origins, horizons and bins of the backtest."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    first_origin: date
    judged_until: date
    horizons_quarters: tuple[int, ...]
    time_horizon_quarters: float
    draws: int
    seed: int
    reliability_bins: tuple[float, ...]
    deliveries: DeliveryQuestion


def load_backtest_plan(path: Path = DATA / "backtest.yaml") -> BacktestPlan:
    """Read the plan of the backtest."""
    return read_record(path, BacktestPlan)
