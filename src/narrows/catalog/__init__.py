"""The catalogue: chips, systems, models, events, prices and measurements, each with its source."""

from narrows.catalog.book import Catalog
from narrows.catalog.card import Card, CardRow, card
from narrows.catalog.cells import plain, quantity, switch
from narrows.catalog.facts import fact, market_fact, unit_of
from narrows.catalog.files import data_root
from narrows.catalog.gaps import Gap, gaps
from narrows.catalog.loader import load_catalog
from narrows.catalog.measurement_rows import KernelEfficiency, ServingRun, TrainingRun
from narrows.catalog.measurements import (
    load_kernel_efficiency,
    load_serving_runs,
    load_training_runs,
)
from narrows.catalog.parameters import (
    active_parameters,
    kv_bytes_per_token,
    total_parameters,
)
from narrows.catalog.rates import BestRate, best_dense_rate
from narrows.catalog.ratios import (
    Comparison,
    CountingUnit,
    Dtype,
    MemoryScope,
    Quantity,
    Ratio,
    Rounding,
    compare,
    load_comparisons,
    rounded,
)
from narrows.catalog.records import (
    Attention,
    Chip,
    Dispute,
    Event,
    FieldEvidence,
    Indexer,
    LinearAttention,
    LinearKind,
    MarketFigure,
    Model,
    Multiple,
    Rate,
    RateBasis,
    RatesFrom,
    Record,
    System,
)
from narrows.catalog.states import STATE_MEND, is_state_code

__all__ = [
    "STATE_MEND",
    "Attention",
    "BestRate",
    "Card",
    "CardRow",
    "Catalog",
    "Chip",
    "Comparison",
    "CountingUnit",
    "Dispute",
    "Dtype",
    "Event",
    "FieldEvidence",
    "Gap",
    "Indexer",
    "KernelEfficiency",
    "LinearAttention",
    "LinearKind",
    "MarketFigure",
    "MemoryScope",
    "Model",
    "Multiple",
    "Quantity",
    "Rate",
    "RateBasis",
    "RatesFrom",
    "Ratio",
    "Record",
    "Rounding",
    "ServingRun",
    "System",
    "TrainingRun",
    "active_parameters",
    "best_dense_rate",
    "card",
    "compare",
    "data_root",
    "fact",
    "gaps",
    "is_state_code",
    "kv_bytes_per_token",
    "load_catalog",
    "load_comparisons",
    "load_kernel_efficiency",
    "load_serving_runs",
    "load_training_runs",
    "market_fact",
    "plain",
    "quantity",
    "rounded",
    "switch",
    "total_parameters",
    "unit_of",
]
