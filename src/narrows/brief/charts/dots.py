"""Dots with intervals: several uncertain numbers on one axis, and a line to hold them against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from narrows.brief.charts.drawing import NARROW, TEXT_PX, Drawing, Sheet, text_px
from narrows.brief.charts.scale import Scale, ticks

_ROW_PX = 26.0
_NARROW_ROW_PX = 44.0
_GROUP_PX = 28.0
_TOP_PX = 26.0
_AXIS_PX = 44.0
_TICKS = 5


@dataclass(frozen=True, slots=True)
class DotRow:
    """One uncertain number: its name, its quantiles, how it is written, and its group."""

    name: str
    p05: float
    p50: float
    p95: float
    written: str
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DotChart:
    """Everything a dot chart shows. The axis begins at zero, since lengths are compared."""

    title: str
    axis: str
    language: str
    rows: tuple[DotRow, ...]
    write: Callable[[float], str]
    line_at: float | None = None
    line_label: str = ""
    ceiling: float | None = None


def draw_dots(chart: DotChart, sheet: Sheet) -> Markup:
    """Return a row for each number: name, interval with its median, and the figure itself."""
    tops, bottom = _tops(chart, sheet)
    drawing = Drawing(sheet, bottom + _AXIS_PX, title=chart.title, language=chart.language)
    left, right = _sides(chart, sheet)
    x = _draw_axis(drawing, chart, Scale(0.0, 1.0, left, right), bottom)
    if chart.line_at is not None:
        drawing.line((x(chart.line_at), _TOP_PX - 6.0), (x(chart.line_at), bottom), "held-against")
        _draw_line_label(drawing, chart, x(chart.line_at), sheet)
    for index, row in enumerate(chart.rows):
        if _begins_group(chart, index):
            _draw_group(drawing, row.group, tops[index] - 9.0)
        _draw_row(drawing, row, tops[index], x, sheet)
    return drawing.render()


def _draw_group(drawing: Drawing, name: str, baseline: float) -> None:
    """Write a group's name on plain paper, so that no line of the plot runs through it."""
    drawing.box((0.0, baseline - TEXT_PX), text_px(name) + 6.0, TEXT_PX + 5.0, "paper")
    drawing.text((0.0, baseline), name, "group")


def _begins_group(chart: DotChart, index: int) -> bool:
    group = chart.rows[index].group
    return bool(group) and (index == 0 or chart.rows[index - 1].group != group)


def _tops(chart: DotChart, sheet: Sheet) -> tuple[list[float], float]:
    """Return where each row begins, and where the last one ends."""
    row_px = _NARROW_ROW_PX if sheet is NARROW else _ROW_PX
    tops, y = [], _TOP_PX
    for index in range(len(chart.rows)):
        y += _GROUP_PX if _begins_group(chart, index) else 0.0
        tops.append(y)
        y += row_px
    return tops, y


def _sides(chart: DotChart, sheet: Sheet) -> tuple[float, float]:
    if sheet is NARROW:
        return 8.0, sheet.width - text_px(chart.write(chart.ceiling or 0.0)) / 2 - 4.0
    names = max(text_px(row.name) for row in chart.rows)
    figures = max(text_px(row.written) for row in chart.rows)
    return min(names + 16.0, sheet.width * 0.42), sheet.width - figures - 14.0


def _draw_axis(drawing: Drawing, chart: DotChart, frame: Scale, bottom: float) -> Scale:
    tops = [row.p95 for row in chart.rows]
    tops += [] if chart.line_at is None else [chart.line_at]
    top = max(tops) if chart.ceiling is None else chart.ceiling
    marks = ticks(0.0, top, _TICKS)
    x = Scale(marks[0], marks[-1], frame.start_px, frame.end_px)
    for mark in marks:
        style = "zero" if mark == 0 else "grid"
        drawing.line((x(mark), _TOP_PX - 2.0), (x(mark), bottom), style)
        drawing.text((x(mark), bottom + TEXT_PX + 3.0), chart.write(mark), "tick", "middle")
    end = (frame.end_px, bottom + 2 * TEXT_PX + 10.0)
    drawing.text(end, chart.axis, "axis-name", "end")
    return x


def _draw_line_label(drawing: Drawing, chart: DotChart, x: float, sheet: Sheet) -> None:
    fits = x + text_px(chart.line_label) < sheet.width
    at = (x + 4.0 if fits else x - 4.0, TEXT_PX)
    drawing.text(at, chart.line_label, "label held-label", "start" if fits else "end")


def _draw_row(drawing: Drawing, row: DotRow, top: float, x: Scale, sheet: Sheet) -> None:
    narrow = sheet is NARROW
    middle = top + (30.0 if narrow else _ROW_PX / 2)
    baseline = top + TEXT_PX + 2.0 if narrow else middle + TEXT_PX * 0.35
    drawing.text((0.0 if narrow else x.start_px - 12.0, baseline), row.name, "row-name",
                 "start" if narrow else "end")  # fmt: skip
    drawing.text((sheet.width, baseline), row.written, "row-figure", "end")
    drawing.line((x(row.p05), middle), (x(row.p95), middle), "interval")
    drawing.dot((x(row.p50), middle), 4.5, "middle-dot")
