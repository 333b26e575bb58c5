"""A tornado: how far each input alone moves a figure, the widest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from narrows.brief.charts.drawing import NARROW, TEXT_PX, Drawing, Sheet, text_px
from narrows.brief.charts.scale import Scale, ticks

_ROW_PX = 24.0
_NARROW_ROW_PX = 40.0
_BAR_PX = 13.0
_TOP_PX = 26.0
_AXIS_PX = 44.0
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One input: its name and the figure with the input low and high."""

    name: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TornadoChart:
    """Everything a tornado shows. Bars start at zero, where no input is moved."""

    title: str
    axis: str
    key: str
    language: str
    bars: tuple[Bar, ...]
    write: Callable[[float], str]


def draw_tornado(chart: TornadoChart, sheet: Sheet) -> Markup:
    """Return a row for each input: its name, and a bar to either end."""
    row_px = _NARROW_ROW_PX if sheet is NARROW else _ROW_PX
    bottom = _TOP_PX + row_px * len(chart.bars)
    drawing = Drawing(sheet, bottom + _AXIS_PX, title=chart.title, language=chart.language)
    x = _axis(drawing, chart, sheet, bottom)
    drawing.text((0.0, TEXT_PX), chart.key, "axis-name")
    for index, bar in enumerate(chart.bars):
        _row(drawing, bar, _TOP_PX + index * row_px, x, sheet)
    return drawing.render()


def _axis(drawing: Drawing, chart: TornadoChart, sheet: Sheet, bottom: float) -> Scale:
    ends = [end for bar in chart.bars for end in (bar.low, bar.high)]
    marks = ticks(min(0.0, *ends), max(0.0, *ends), _TICKS)
    names = 0.0 if sheet is NARROW else max(text_px(bar.name) for bar in chart.bars) + 12.0
    left = max(names, text_px(chart.write(marks[0])) / 2)
    right = sheet.width - text_px(chart.write(marks[-1])) / 2 - 4.0
    x = Scale(marks[0], marks[-1], left, right)
    for mark in marks:
        style = "zero" if mark == 0 else "grid"
        drawing.line((x(mark), _TOP_PX - 2.0), (x(mark), bottom), style)
        drawing.text((x(mark), bottom + TEXT_PX + 3.0), chart.write(mark), "tick", "middle")
    drawing.text((right, bottom + 2 * TEXT_PX + 10.0), chart.axis, "axis-name", "end")
    return x


def _row(drawing: Drawing, bar: Bar, top: float, x: Scale, sheet: Sheet) -> None:
    narrow = sheet is NARROW
    at = top + (22.0 if narrow else (_ROW_PX - _BAR_PX) / 2)
    baseline = top + TEXT_PX if narrow else at + TEXT_PX * 0.85
    name_at = 0.0 if narrow else x.start_px - 8.0
    drawing.text((name_at, baseline), bar.name, "row-name", "start" if narrow else "end")
    # Where both ends lie on one side the shorter bar is drawn last, so that both are seen.
    ends = sorted(((bar.low, "bar-low"), (bar.high, "bar-high")), key=lambda end: -abs(end[0]))
    for value, style in ends:
        start, end = sorted((x(0.0), x(value)))
        drawing.box((start, at), end - start, _BAR_PX, style)
