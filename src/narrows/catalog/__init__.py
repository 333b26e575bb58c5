"""The catalogue: chips, systems, models, events, prices and measurements, each with its source."""

from narrows.catalog.book import Catalog
from narrows.catalog.files import data_root
from narrows.catalog.loader import load_catalog
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
    "LinearAttention",
    "LinearKind",
    "MarketFigure",
    "Model",
    "Multiple",
    "Rate",
    "RateBasis",
    "RatesFrom",
    "Record",
    "System",
    "data_root",
    "load_catalog",
]
