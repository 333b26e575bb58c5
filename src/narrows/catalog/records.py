"""The records of the catalogue. Field names carry units; a blank is ``None``, never zero."""

from narrows.catalog.architecture import Attention, Indexer, LinearAttention, LinearKind, Model
from narrows.catalog.dated_records import Event, MarketFigure, Rate
from narrows.catalog.hardware import Chip, Multiple, RateBasis, RatesFrom, System
from narrows.catalog.record import DateText, Dispute, FieldEvidence, Record, Text

__all__ = [
    "Attention",
    "Chip",
    "DateText",
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
    "Text",
]
