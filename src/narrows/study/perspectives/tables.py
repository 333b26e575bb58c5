"""Tables and charts that any perspective may put into its result, in one shape.

A cell is a kind and a value; the brief knows how each kind is written. Nothing here is worded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from narrows.core import Figure

Quantiles = Mapping[str, Figure]


class CellKind(StrEnum):
    """How a cell is written."""

    COUNT = "count"
    NUMBER = "number"
    PERCENT = "percent"
    USD = "usd"
    CNY = "cny"
    INTERVAL = "interval"
    PERCENT_INTERVAL = "percent_interval"
    USD_INTERVAL = "usd_interval"
    CNY_INTERVAL = "cny_interval"
    SAID = "said"


def cell(kind: CellKind, value: object) -> dict[str, object]:
    """Return one cell; quantiles keep only the three that a cell shows."""
    if isinstance(value, Mapping) and kind is not CellKind.SAID:
        value = {key: value[key] for key in ("p05", "p50", "p95")}
    return {"kind": kind, "value": value}


def row(head: object, cells: Sequence[dict[str, object]]) -> dict[str, object]:
    """Return one row: its head is a message, a name in three languages, or a word."""
    return {"head": head, "cells": list(cells)}


def table(
    name: str,
    title: Mapping[str, object],
    columns: Sequence[Mapping[str, object]],
    rows: Sequence[dict[str, object]],
    note: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return a table; the first column is that of the rows' heads and has no title."""
    return {
        "id": name, "title": title, "columns": list(columns), "rows": list(rows), "note": note
    }  # fmt: skip


def fan_chart(
    name: str,
    title: Mapping[str, object],
    axis: Mapping[str, object],
    by: Mapping[str, Quantiles],
    target: tuple[Mapping[str, object], Sequence[Figure]] | None = None,
    regimes: Sequence[Mapping[str, object]] = (),
) -> dict[str, object]:
    """Return a fan by quarter, with a line to hold it against where one is given.

    ``regimes`` holds ``{quarter, shares}``: how likely each regime is, for the strip under it.
    """
    points = [{"quarter": quarter, **dict(band)} for quarter, band in by.items()]
    if target is not None:
        for point, figure in zip(points, target[1], strict=True):
            point["target"] = figure
    return {
        "id": name, "kind": "fan", "title": title, "axis": axis, "points": points,
        "target": None if target is None else target[0], "regimes": list(regimes),
    }  # fmt: skip


def dot_chart(
    name: str,
    title: Mapping[str, object],
    axis: Mapping[str, object],
    rows: Sequence[tuple[object, Quantiles]],
) -> dict[str, object]:
    """Return dots with intervals, one a row."""
    return {
        "id": name, "kind": "dots", "title": title, "axis": axis,
        "points": [{"head": head, **dict(band)} for head, band in rows],
    }  # fmt: skip
