"""A waterfall: parts that add up to a whole, each bar beginning where the one before ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from narrows.brief.charts.drawing import NARROW, TEXT_PX, Drawing, Sheet, text_px
from narrows.brief.charts.scale import Scale, ticks

_ROW_PX = 24.0
_NARROW_ROW_PX = 38.0
_BAR_PX = 12.0
_TOP_PX = 22.0
_AXIS_PX = 44.0
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the whole: its name, its size, how it is written, and its colour class."""

    name: str
    size: float
    written: str
    look: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterfallChart:
    """Everything a waterfall shows. The axis begins at zero.

    ``low`` and ``high`` are the interval of the whole; ``line_at`` is what it is held against.
    """

    title: str
    axis: str
    language: str
    parts: tuple[Part, ...]
    whole: str
    whole_written: str
    low: float
    high: float
    write: Callable[[float], str]
    line_at: float | None = None
    line_label: str = ""

    @property
    def total(self) -> float:
        """The sum of the parts."""
        return sum(part.size for part in self.parts)


def draw_waterfall(chart: WaterfallChart, sheet: Sheet) -> Markup:
    """Return a bar for each part, then the whole with its interval."""
    row_px = _NARROW_ROW_PX if sheet is NARROW else _ROW_PX
    bottom = _TOP_PX + row_px * (len(chart.parts) + 1)
    drawing = Drawing(sheet, bottom + _AXIS_PX, title=chart.title, language=chart.language)
    x = _draw_axis(drawing, chart, sheet, bottom)
    begun = 0.0
    for index, part in enumerate(chart.parts):
        row = _Row(part.name, part.written, _TOP_PX + row_px * index)
        middle = _draw_words(drawing, row, x, sheet)
        span = (x(begun), x(begun + part.size))
        drawing.box((span[0], middle - _BAR_PX / 2), span[1] - span[0], _BAR_PX, f"f{part.look}")
        begun += part.size
    row = _Row(chart.whole, chart.whole_written, _TOP_PX + row_px * len(chart.parts))
    middle = _draw_words(drawing, row, x, sheet)
    drawing.line((x(chart.low), middle), (x(chart.high), middle), "interval")
    drawing.dot((x(chart.total), middle), 4.5, "middle-dot")
    return drawing.render()


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    written: str
    top: float


def _draw_axis(drawing: Drawing, chart: WaterfallChart, sheet: Sheet, bottom: float) -> Scale:
    tops = [chart.high, chart.total, *([] if chart.line_at is None else [chart.line_at])]
    marks = ticks(0.0, max(tops), _TICKS)
    left, right = _sides(chart, sheet, chart.write(marks[-1]))
    x = Scale(marks[0], marks[-1], left, right)
    for mark in marks:
        drawing.line((x(mark), _TOP_PX - 2.0), (x(mark), bottom), "zero" if mark == 0 else "grid")
        drawing.text((x(mark), bottom + TEXT_PX + 3.0), chart.write(mark), "tick", "middle")
    drawing.text((right, bottom + 2 * TEXT_PX + 10.0), chart.axis, "axis-name", "end")
    if chart.line_at is not None:
        at = x(chart.line_at)
        drawing.line((at, _TOP_PX - 6.0), (at, bottom), "held-against")
        drawing.text((at - 4.0, TEXT_PX), chart.line_label, "label held-label", "end")
    return x


def _sides(chart: WaterfallChart, sheet: Sheet, last_tick: str) -> tuple[float, float]:
    if sheet is NARROW:
        return 8.0, sheet.width - text_px(last_tick) / 2 - 4.0
    names = max(text_px(name) for name in (chart.whole, *(part.name for part in chart.parts)))
    figures = max(
        text_px(word) for word in (chart.whole_written, *(part.written for part in chart.parts))
    )
    return min(names + 16.0, sheet.width * 0.42), sheet.width - figures - 14.0


def _draw_words(drawing: Drawing, row: _Row, x: Scale, sheet: Sheet) -> float:
    """Write name and figure of a row; return the middle of its bar."""
    narrow = sheet is NARROW
    middle = row.top + (27.0 if narrow else _ROW_PX / 2)
    baseline = row.top + TEXT_PX + 2.0 if narrow else middle + TEXT_PX * 0.35
    edge = 0.0 if narrow else x.start_px - 12.0
    drawing.text((edge, baseline), row.name, "row-name", "start" if narrow else "end")
    drawing.text((sheet.width, baseline), row.written, "row-figure", "end")
    return middle
