"""Text on a terminal: how many columns it takes, and how it breaks into lines."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\s+|[\u0021-\u024f\u2190-\u21ff\u25a0-\u25ff\u00a0]+|.", re.DOTALL)
_NEVER_FIRST = frozenset("，。；：！？、）」』》〉%…,.;:!?)]}”’")
"""Chinese punctuation that must not begin a line."""
_NEVER_LAST = frozenset("（「『《〈([{“‘")
"""Chinese punctuation that must not end a line."""


def width_of(text: str) -> int:
    """Return the number of columns that a text takes.

    Wide and full-width characters take two. Ambiguous ones (``●``, ``→``) are counted as two as
    well, since terminals in a Chinese locale draw them so; elsewhere the line is shorter.
    """
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` columns.

    Latin words stay whole, Chinese breaks between any two characters except before closing and
    after opening punctuation. A single word longer than the width is cut.
    """
    lines: list[str] = []
    line = ""
    for unit in _units(text):
        if unit.isspace():
            line += " " if line else ""
            continue
        if line and width_of(line) + width_of(unit) > width:
            lines.append(line.rstrip())
            line = ""
        while width_of(unit) > width:
            head, unit = _cut(unit, width)
            lines.append(head)
        line += unit
    if line.strip():
        lines.append(line.rstrip())
    return [found.replace("\u00a0", " ") for found in lines]


def _units(text: str) -> list[str]:
    """Return spaces and the unbreakable runs between which a line may break."""
    units: list[str] = []
    for piece in _WORD.findall(text):
        joins_back = piece[0] in _NEVER_FIRST or (units and units[-1][-1] in _NEVER_LAST)
        if units and joins_back and not units[-1].isspace():
            units[-1] += piece
        else:
            units.append(piece)
    return units


def _cut(unit: str, width: int) -> tuple[str, str]:
    used = 0
    for index, character in enumerate(unit):
        used += _columns(character)
        if used > width:
            return unit[: max(1, index)], unit[max(1, index) :]
    return unit, ""


def pad(text: str, width: int) -> str:
    """Return the text filled with spaces to ``width`` columns."""
    return text + " " * max(0, width - width_of(text))
