"""A matrix of chips by dates: how each is classified from one date to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from narrows.brief.charts.drawing import TEXT_PX, Drawing, Sheet, text_px

_ROW_PX = 28.0
_BAR_PX = 20.0
_DATE_ROW_PX = 18.0
_DATE_GAP_PX = 8.0
_FOOT_PX = 8.0
_GROUP_PX = 30.0
_BLANK = "blank"
"""The style of an answer that says nothing, such as before a chip was announced."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of dates, by index and both inclusive, through which a row keeps its answer."""

    first: int
    last: int
    answer: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One chip, its answer on each date, and the group of rows that it belongs to."""

    name: str
    answers: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Everything the matrix shows. ``shorts`` tells an answer's word, ``styles`` its colour."""

    title: str
    language: str
    dates: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    shorts: dict[str, str]
    styles: dict[str, str]


def draw_matrix(matrix: Matrix, sheet: Sheet) -> Markup:
    """Return the matrix: dates across, chips down, one bar for each unchanged run of answers."""
    left = 12.0 + max(text_px(row.name) for row in matrix.rows)
    column = (sheet.width - left) / len(matrix.dates)
    tiers = _tiers([text_px(date) for date in matrix.dates], column)
    tops, bottom = _tops(matrix, _DATE_ROW_PX * (max(tiers) + 1) + 6.0)
    height = bottom + _FOOT_PX
    drawing = Drawing(sheet, height, title=matrix.title, language=matrix.language)
    for index, (date, tier) in enumerate(zip(matrix.dates, tiers, strict=True)):
        x = left + column * index
        drawing.line((x, _DATE_ROW_PX * tier + 4.0), (x, bottom), "grid")
        drawing.text((x + 3.0, _DATE_ROW_PX * tier + TEXT_PX), date, "tick")
    for place, row in enumerate(matrix.rows):
        if _begins_group(matrix, place):
            drawing.text((0.0, tops[place] - 8.0), row.group, "group")
        _draw_row(drawing, matrix, row, (left, tops[place]), column)
    return drawing.render()


def _begins_group(matrix: Matrix, place: int) -> bool:
    group = matrix.rows[place].group
    return bool(group) and (place == 0 or matrix.rows[place - 1].group != group)


def _tops(matrix: Matrix, y: float) -> tuple[list[float], float]:
    """Return where each row begins, and where the last one ends."""
    tops = []
    for place in range(len(matrix.rows)):
        y += _GROUP_PX if _begins_group(matrix, place) else 0.0
        tops.append(y)
        y += _ROW_PX
    return tops, y


def _tiers(widths: Sequence[float], column: float) -> list[int]:
    """Return on which line each date stands, so that none overlaps one that stands before it."""
    ends: list[float] = []
    tiers = []
    for index, width in enumerate(widths):
        x = column * index
        free = [tier for tier, end in enumerate(ends) if end + _DATE_GAP_PX <= x]
        tier = free[0] if free else len(ends)
        if tier == len(ends):
            ends.append(0.0)
        ends[tier] = x + width
        tiers.append(tier)
    return tiers


def _draw_row(
    drawing: Drawing, matrix: Matrix, row: MatrixRow, corner: tuple[float, float], column: float
) -> None:
    left, top = corner
    middle = top + _ROW_PX / 2
    drawing.text((left - 10.0, middle + TEXT_PX * 0.35), row.name, "row-name", "end")
    for span in spans(row.answers):
        x = left + column * span.first
        width = column * (span.last - span.first + 1) - 2.0
        style = matrix.styles.get(span.answer, _BLANK)
        if style == _BLANK:
            continue
        drawing.box((x, middle - _BAR_PX / 2), width, _BAR_PX, f"cell {style}")
        short = matrix.shorts.get(span.answer, span.answer)
        if text_px(short) <= width:
            drawing.text((x + 5.0, middle + TEXT_PX * 0.35), short, "cell-text")


def spans(answers: Sequence[str]) -> Iterator[Span]:
    """Yield the runs of equal answers.

    >>> [(s.first, s.last, s.answer) for s in spans(["a", "a", "b"])]
    [(0, 1, 'a'), (2, 2, 'b')]
    """
    first = 0
    for index in range(1, len(answers) + 1):
        if index == len(answers) or answers[index] != answers[first]:
            yield Span(first, index - 1, answers[first])
            first = index
