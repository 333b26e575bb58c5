"""Floor 0: the words that every room speaks."""

from narrows.core.csv_cell import harmless_cell
from narrows.core.csv_table import CsvRow, CsvTable, read_csv
from narrows.core.dated import (
    COMPILED_ON,
    Dated,
    HasKnownOn,
    Interval,
    last_day,
    value_at,
    visible,
)
from narrows.core.documents import Document, parse_document, read_document
from narrows.core.errors import (
    AmbiguousNameError,
    FieldValueError,
    InputError,
    NarrowsError,
    RefusalError,
    UnknownNameError,
)
from narrows.core.estimate import Estimate, Obtained, exact, from_draws
from narrows.core.evidence import Basis, Evidence, Grade, Source, worst_grade
from narrows.core.figure import Figure, Json, Layout, interval_figures, lay_out, resolve_pointer
from narrows.core.gates import GATE_ORDER, EvidenceItem, Gate, GateReading, GateState
from narrows.core.magnitude import Locale, largest_step, power_of_ten, scale
from narrows.core.message import Message, Value, message
from narrows.core.money import Currency, ExchangeRate, Money, convert_money
from narrows.core.records import STRICT, build_record, read_record, read_records
from narrows.core.truth import Truth, all_true, any_true, truth_of
from narrows.core.units import UNITS, convert
from narrows.core.whole_file import whole_file
from narrows.core.yaml_tree import Pointer, Tree

__all__ = [
    "COMPILED_ON",
    "GATE_ORDER",
    "STRICT",
    "UNITS",
    "AmbiguousNameError",
    "Basis",
    "CsvRow",
    "CsvTable",
    "Currency",
    "Dated",
    "Document",
    "Estimate",
    "Evidence",
    "EvidenceItem",
    "ExchangeRate",
    "FieldValueError",
    "Figure",
    "Gate",
    "GateReading",
    "GateState",
    "Grade",
    "HasKnownOn",
    "InputError",
    "Interval",
    "Json",
    "Layout",
    "Locale",
    "Message",
    "Money",
    "NarrowsError",
    "Obtained",
    "Pointer",
    "RefusalError",
    "Source",
    "Tree",
    "Truth",
    "UnknownNameError",
    "Value",
    "all_true",
    "any_true",
    "build_record",
    "convert",
    "convert_money",
    "exact",
    "from_draws",
    "harmless_cell",
    "interval_figures",
    "largest_step",
    "last_day",
    "lay_out",
    "message",
    "parse_document",
    "power_of_ten",
    "read_csv",
    "read_document",
    "read_record",
    "read_records",
    "resolve_pointer",
    "scale",
    "truth_of",
    "value_at",
    "visible",
    "whole_file",
    "worst_grade",
]
