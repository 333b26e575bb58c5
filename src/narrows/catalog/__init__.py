"""The catalogue: chips, systems, models, events, prices and measurements, each with its source."""

from narrows.catalog.book import Catalog
from narrows.catalog.files import data_root
from narrows.catalog.loader import load_catalog
from narrows.catalog.measurements import (
    KernelEfficiency,
    ServingRun,
    TrainingRun,
    load_kernel_efficiency,
    load_serving_runs,
    load_training_runs,
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

__all__ = [
    "Attention",
    "Catalog",
    "Chip",
    "Dispute",
    "Event",
    "FieldEvidence",
    "Indexer",
    "KernelEfficiency",
    "LinearAttention",
    "LinearKind",
    "MarketFigure",
    "Model",
    "Multiple",
    "Rate",
    "RateBasis",
    "RatesFrom",
    "Record",
    "ServingRun",
    "System",
    "TrainingRun",
    "data_root",
    "load_catalog",
    "load_kernel_efficiency",
    "load_serving_runs",
    "load_training_runs",
]
