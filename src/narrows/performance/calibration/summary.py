"""What the packaged fit reports about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from narrows.catalog import data_root
from narrows.core import STRICT, read_record


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """One source predicted by a fit that never saw it."""

    __pydantic_config__ = STRICT

    source: str
    family: str
    rows: int
    median: float
    p90: float
    bias: float
    extrapolated: bool
    """True where no other source has the chip family at the same precision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLeftOut:
    """The multi-node runs of one model size predicted by a fit without that size."""

    __pydantic_config__ = STRICT

    hidden: int
    rows: int
    mean: float
    spearman: float
    """Rank correlation of predicted and measured times over the size's layouts."""
    apart_ordered: float
    """Share of pairs of layouts, measured at least a tenth apart, that are ordered rightly."""
    wide_rows: int
    """Runs with eight or more tensor ranks; the next three figures are of these alone."""
    wide_mean: float
    wide_spearman: float
    wide_apart_ordered: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSummary:
    """The record beside the packaged draws; written by the fit, readable by a person."""

    __pydantic_config__ = STRICT

    runs: int
    sources: int
    measurements_sha256: str
    between_sources: float
    """Log standard deviation of whole sources about a fit without them; part of the residual of
    vendors whose runs come from few sources."""
    residual: Mapping[str, float]
    """Log standard deviation by vendor and kind of model, from shapes left out."""
    default_residual: float
    extrapolation: float
    measured_chips: tuple[str, ...]
    best_utilisation: Mapping[str, float]
    """The highest measured share of the 16-bit or narrow peak, by ``family/precision``."""
    left_out: tuple[LeftOut, ...]
    left_out_median: float
    """Median absolute error over left-out rows that are no extrapolation, sources equal."""
    sizes_left_out: tuple[SizeLeftOut, ...]


@cache
def fit_summary() -> FitSummary:
    """Return the packaged fit's summary."""
    return read_record(data_root() / "performance" / "training_fit.yaml", FitSummary)
