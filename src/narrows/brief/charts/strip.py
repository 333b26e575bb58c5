"""The strip under a time axis: how likely each policy regime is in each quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from narrows.brief.charts.drawing import TEXT_PX, Drawing, text_px

STRIP_PX = 30.0
"""Height of the strip's bars."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER_SHARE_MIN = 0.4
"""A bar segment lower than this share of the strip has no room for its letter."""
_ROW_PX = 18.0
_GAP_PX = 6.0


@dataclass(frozen=True, slots=True)
class Regime:
    """A regime: its name, its share in each quarter (0 to 1), and the class of its colour."""

    name: str
    shares: tuple[float, ...]
    style: str = "other"


def strip_height(regimes: Sequence[Regime], width: float) -> float:
    """Return the height that strip and key take."""
    if not regimes:
        return 0.0
    return _GAP_PX + STRIP_PX + _GAP_PX + _ROW_PX * len(_key_rows(regimes, width))


def draw_strip(
    sheet: Drawing, regimes: Sequence[Regime], centres: Sequence[float], top: float, width: float
) -> None:
    """Draw stacked bars under the quarters and, below, the key of their letters."""
    if not regimes:
        return
    bar = min(46.0, 0.82 * (centres[1] - centres[0] if len(centres) > 1 else 46.0))
    for quarter, centre in enumerate(centres):
        _draw_bar(sheet, regimes, quarter, (centre - bar / 2, top), bar)
    _draw_key(sheet, regimes, top + STRIP_PX + _GAP_PX, width)


def _draw_bar(
    sheet: Drawing,
    regimes: Sequence[Regime],
    quarter: int,
    corner: tuple[float, float],
    width: float,
) -> None:
    left, y = corner
    for index, regime in enumerate(regimes):
        share = regime.shares[quarter]
        height = share * STRIP_PX
        sheet.box((left, y), width, height, f"regime {regime.style}")
        if share >= _LETTER_SHARE_MIN:
            middle = (left + width / 2, y + height / 2 + TEXT_PX * 0.35)
            sheet.text(middle, _LETTERS[index], "letter", "middle")
        y += height


def _key_rows(regimes: Sequence[Regime], width: float) -> list[list[tuple[int, float]]]:
    """Return rows of ``(regime, left)`` such that each row fits the width."""
    rows: list[list[tuple[int, float]]] = [[]]
    left = 0.0
    for index, regime in enumerate(regimes):
        taken = text_px(_key(index, regime)) + 30.0
        if rows[-1] and left + taken > width:
            rows.append([])
            left = 0.0
        rows[-1].append((index, left))
        left += taken
    return rows


def _key(index: int, regime: Regime) -> str:
    return f"{_LETTERS[index]} {regime.name}"


def _draw_key(sheet: Drawing, regimes: Sequence[Regime], top: float, width: float) -> None:
    for row, members in enumerate(_key_rows(regimes, width)):
        baseline = top + _ROW_PX * row + TEXT_PX
        for index, left in members:
            sheet.box((left, baseline - 10.0), 10.0, 10.0, f"regime {regimes[index].style}")
            sheet.text((left + 15.0, baseline), _key(index, regimes[index]), "key")
