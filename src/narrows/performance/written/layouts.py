"""Parallel degrees as people write them together: ``TP8PP16DP12``, ``DEP16``, ``4P1D``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from narrows.catalog import plain
from narrows.core import InputError

_DEGREE = re.compile(
    r"(vpp|etp|moe[\s_-]?tp|tep|dep|tp|pp|cp|dp|ep)\s*[=:x×-]?\s*(\d+)", re.IGNORECASE
)
_WORKERS = re.compile(r"(\d+)\s*p\s*(\d+)\s*d", re.IGNORECASE)
ROLES = 2
"""Prefill and decode."""
_LETTER = re.compile(r"[A-Za-z]")
_BETWEEN = re.compile(r"[\s,;+&|_.\-]*|attention|attn", re.IGNORECASE)

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "tep": ("tp", "ep"),
    "dep": ("dp", "ep"),
    "moetp": ("moe_tp",),
    "vpp": ("vpp_stages",),
}
"""Columns of a degree that is not called as its column: both of TEP and DEP are the same number."""
LAYOUT_COLUMNS = (
    "tp",
    "pp",
    "cp",
    "dp",
    "ep",
    "etp",
    "moe_tp",
    "vpp_stages",
    "prefill_workers",
    "decode_workers",
    "disagg",
)
"""Columns in which a whole layout may stand."""


def with_layout(row: Mapping[str, str], columns: frozenset[str]) -> dict[str, str]:
    """Return a row in which layouts written in words stand as numbers in their columns.

    ``columns`` are those of the table. ``a/b`` in a layout tells the roles of prefill and decode.

    Raises
    ------
    InputError
        Two cells tell different degrees, or a word names a degree for which there is no column.
    """
    cells = dict(row)
    told: dict[str, tuple[str, str]] = {}
    for name in LAYOUT_COLUMNS:
        found = layout_words(cells.get(name, ""))
        if found is None:
            continue
        cells[name] = "yes" if name == "disagg" and "prefill_workers" in found else ""
        for column, degree in found.items():
            _note(told, column, degree, name, columns)
    for column, (degree, name) in told.items():
        stands = plain(cells.get(column, ""))
        if stands not in {"", degree}:
            raise _contradiction(column, f"{stands} and, in {name}, {degree}")
        cells[column] = degree
    return cells


def layout_words(written: str) -> dict[str, str] | None:
    """Return the columns and degrees of a layout in words; ``None`` where a cell is no such thing.

    >>> layout_words("TP8PP16DP12")
    {'tp': '8', 'pp': '16', 'dp': '12'}
    >>> layout_words("4P1D TP4"), layout_words("8")
    ({'prefill_workers': '4', 'decode_workers': '1', 'tp': '4'}, None)
    >>> layout_words("TP8/DEP16")
    {'tp': '8/', 'dp': '/16', 'ep': '/16'}
    """
    text = plain(written)
    if not _LETTER.search(text):
        return None
    parts = text.split("/")
    sides = [_side(part) for part in parts]
    if not all(sides) or len(parts) > ROLES:
        return None
    if len(sides) == 1:
        return sides[0]
    names = dict.fromkeys(name for side in sides for name in side)
    return {name: "/".join(side.get(name, "") for side in sides) for name in names}


def _side(text: str) -> dict[str, str]:
    """Return the degrees of one role; none where a word is no degree, or one is told twice."""
    found: dict[str, str] = {}
    workers = _WORKERS.search(text)
    if workers is not None:
        found |= {"prefill_workers": workers[1], "decode_workers": workers[2]}
        text = _WORKERS.sub(" ", text, count=1)
    for each in _DEGREE.finditer(text):
        name = re.sub(r"[\s_-]", "", each[1].lower())
        for column in _COLUMNS.get(name, (name,)):
            if found.setdefault(column, each[2]) != each[2]:
                return {}
    rest = _DEGREE.sub(" ", text)
    meant = all(_BETWEEN.fullmatch(part) for part in rest.split())
    return found if meant else {}


def _note(
    told: dict[str, tuple[str, str]], column: str, degree: str, name: str, columns: frozenset[str]
) -> None:
    if column not in columns:
        raise InputError(
            f"no column holds this degree ({column})",
            "leave it out, or give the layout in its columns",
            fieldname=name,
            value=degree,
        )
    if told.setdefault(column, (degree, name))[0] != degree:
        raise _contradiction(column, f"{told[column][0]} and {degree}")


def _contradiction(column: str, values: str) -> InputError:
    return InputError(
        "two cells contradict each other", "correct one", fieldname=column, value=values
    )
