"""Cells of tables that others open in a spreadsheet."""

from __future__ import annotations

import math

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A spreadsheet runs a cell that starts so as a formula; in Chinese and Japanese settings, one that
starts with the full-width sign as well."""


def harmless_cell(cell: str) -> str:
    """Return a cell with a quote in front where a spreadsheet would run it; numbers stay numbers.

    >>> harmless_cell("=1+1"), harmless_cell("-2.5e-3"), harmless_cell("h200")
    ("'=1+1", '-2.5e-3', 'h200')
    """
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    try:
        is_plain = cell.isascii() and cell == cell.strip() and "_" not in cell
        return is_plain and math.isfinite(float(cell))
    except ValueError:
        return False
