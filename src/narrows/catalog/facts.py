"""One field of a record as a figure that a reader can walk back to its sources."""

from __future__ import annotations

from narrows.catalog.records import Chip, FieldEvidence, MarketFigure, Model, System
from narrows.core import Figure, RefusalError

_UNIT_BY_SUFFIX = (
    ("_gbit_s_per_chip", "Gbit/s"),
    ("_gb_s_per_chip_per_direction", "GB/s"),
    ("_gb_s_per_direction", "GB/s"),
    ("_gb_s_bidirectional", "GB/s"),
    ("_tb_s_bidirectional", "TB/s"),
    ("_tflops", "TFLOP/s"),
    ("_pflops", "PFLOP/s"),
    ("_tops", "TOP/s"),
    ("_pops", "POP/s"),
    ("_gb_s", "GB/s"),
    ("_tb_s", "TB/s"),
    ("_gb", "GB"),
    ("_tb", "TB"),
    ("_mm2", "mm2"),
    ("_usd", "USD"),
    ("_kw", "kW"),
    ("_w", "W"),
    ("_dies", "die"),
    ("_chips", "chip"),
    ("packages", "chip"),
    ("marketed_count", "chip"),
)
"""Longest suffix first: a key carries its unit, so the unit is read off the key."""


def unit_of(fieldname: str) -> str:
    """Return the unit that a field's name carries; ``1`` for a plain number."""
    found = (unit for suffix, unit in _UNIT_BY_SUFFIX if fieldname.endswith(suffix))
    return next(found, "1")


def fact(record: Chip | System | Model, fieldname: str) -> Figure:
    """Return a numeric field as a figure with its unit, sources and grade.

    Raises
    ------
    RefusalError
        The field is unknown for this record.
    """
    value = getattr(record, fieldname)
    if value is None:
        raise RefusalError(f"{fieldname} of {record.id} is unknown", (f"{record.id}.{fieldname}",))
    evidence = _evidence(record, fieldname)
    return Figure(
        value,
        unit_of(fieldname),
        "stated",
        sources=record.sources if evidence is None else evidence.sources,
        grade=record.grade if evidence is None else evidence.grade,
        name=f"{record.id}.{fieldname}",
    )


def _evidence(record: Chip | System | Model, fieldname: str) -> FieldEvidence | None:
    if isinstance(record, Model):
        return None
    found = [item for item in record.field_evidence if item.fieldname == fieldname]
    return found[-1] if found else None


def market_fact(figure: MarketFigure, quantile: str) -> Figure:
    """Return ``low``, ``central`` or ``high`` of a market figure.

    Raises
    ------
    RefusalError
        That end of the band is blank.
    """
    value = getattr(figure, quantile)
    if value is None:
        reason = f"{quantile} of {figure.id} ({figure.quantity}) is unknown"
        raise RefusalError(reason, (f"{figure.id}.{quantile}",))
    return Figure(
        value,
        figure.unit,
        "stated",
        sources=figure.sources,
        grade=figure.grade,
        name=f"{figure.id}.{quantile}",
    )
