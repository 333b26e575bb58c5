"""A replay as small pictures on one time axis: each day's fan, and in black what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from narrows.brief.charts.drawing import NARROW, TEXT_PX, Drawing, Sheet, text_px
from narrows.brief.charts.scale import Scale, ticks
from narrows.brief.charts.strip import Regime, draw_strip, strip_height

ROW_PX = 118.0
_HEAD_PX = 38.0
_GAP_PX = 16.0
_AXIS_PX = 40.0
_STRIP_DOWN_PX = 14.0
_TICKS = 2
_DOT_PX = 3.5


@dataclass(frozen=True, slots=True)
class FanEnd:
    """The quantiles said for one day ahead."""

    by: date
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float


@dataclass(frozen=True, slots=True)
class SaidRow:
    """What one day said: two lines of words, and its fan."""

    day: date
    title: str
    words: str
    fan: tuple[FanEnd, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """Something that happened: when it was public or reached, between which values, its name."""

    day: date
    low: float
    high: float
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayChart:
    """Everything that the picture of a replay shows, in the reader's language.

    ``path`` is what accumulated over time, ``dots`` what was reported once; ``regimes`` has a share
    for each row.
    """

    title: str
    language: str
    rows: tuple[SaidRow, ...]
    path: tuple[Dot, ...]
    dots: tuple[Dot, ...]
    write: Callable[[float], str]
    month: Callable[[date], str]
    regimes: tuple[Regime, ...] = ()


def draw_replay(chart: ReplayChart, sheet: Sheet) -> Markup:
    """Return the picture: one row a day said, all on the same axes."""
    bottom = len(chart.rows) * (_HEAD_PX + ROW_PX + _GAP_PX) + _AXIS_PX
    height = bottom + strip_height(chart.regimes, sheet.width)
    drawing = Drawing(sheet, height, title=chart.title, language=chart.language)
    marks = _value_marks(chart)
    first, last = _span(chart)
    left = 8.0 + max(text_px(chart.write(mark)) for mark in marks)
    right = sheet.width - (12.0 if sheet is NARROW else _label_room(chart))
    x = Scale(float(first.toordinal()), float(last.toordinal()), left, right)
    for index, row in enumerate(chart.rows):
        top = index * (_HEAD_PX + ROW_PX + _GAP_PX)
        plot = _HEAD_PX + top
        y = Scale(marks[0], marks[-1], plot + ROW_PX, plot)
        _draw_head(drawing, row, top, sheet)
        _draw_grid(drawing, chart, marks, y, (left, right))
        _draw_fan(drawing, row, x, y)
        _draw_said_line(drawing, x(float(row.day.toordinal())), plot)
        _draw_happened(drawing, chart, x, y, sheet)
    _draw_months(drawing, chart, (first, last), x, bottom - _AXIS_PX)
    centres = [x(float(row.day.toordinal())) for row in chart.rows]
    draw_strip(drawing, chart.regimes, centres, bottom - _AXIS_PX + _STRIP_DOWN_PX, sheet.width)
    return drawing.render()


def _value_marks(chart: ReplayChart) -> tuple[float, ...]:
    tops = [end.p95 for row in chart.rows for end in row.fan]
    tops += [dot.high for dot in (*chart.path, *chart.dots)]
    return ticks(0.0, max(tops, default=1.0), _TICKS)


def _span(chart: ReplayChart) -> tuple[date, date]:
    days = [end.by for row in chart.rows for end in row.fan]
    days += [row.day for row in chart.rows]
    days += [dot.day for dot in (*chart.path, *chart.dots)]
    return min(days), max(days)


def _label_room(chart: ReplayChart) -> float:
    labels = [dot.label for dot in (*chart.dots, *chart.path) if dot.label]
    return 14.0 + max((text_px(label) for label in labels), default=0.0)


def _draw_head(drawing: Drawing, row: SaidRow, top: float, sheet: Sheet) -> None:
    drawing.text((0.0, top + TEXT_PX), row.title, "label said-label")
    words = (0.0, top + 2 * TEXT_PX + 4.0) if sheet is NARROW else (
        text_px(row.title) + 18.0, top + TEXT_PX
    )  # fmt: skip
    drawing.text(words, row.words, "tick")


def _draw_grid(
    drawing: Drawing,
    chart: ReplayChart,
    marks: Sequence[float],
    y: Scale,
    sides: tuple[float, float],
) -> None:
    for mark in marks:
        drawing.line((sides[0], y(mark)), (sides[1], y(mark)), "zero" if mark == 0 else "grid")
        at = (sides[0] - 6.0, y(mark) + TEXT_PX * 0.35)
        drawing.text(at, chart.write(mark), "tick", "end")


def _draw_said_line(drawing: Drawing, at: float, top: float) -> None:
    drawing.line((at, top - 4.0), (at, top + ROW_PX), "said")


def _draw_fan(drawing: Drawing, row: SaidRow, x: Scale, y: Scale) -> None:
    """Draw the bands from the day itself, on which nothing had arrived."""
    if not row.fan:
        return
    start = FanEnd(row.day, 0.0, 0.0, 0.0, 0.0, 0.0)
    ends = (start, *row.fan)
    xs = [x(float(end.by.toordinal())) for end in ends]
    for style, low, high in (("outer", "p05", "p95"), ("inner", "p25", "p75")):
        upper = [(at, y(getattr(end, high))) for at, end in zip(xs, ends, strict=True)]
        lower = [(at, y(getattr(end, low))) for at, end in zip(xs, ends, strict=True)]
        drawing.area([*upper, *reversed(lower)], f"band {style}")
    drawing.polyline([(at, y(end.p50)) for at, end in zip(xs, ends, strict=True)], "median")


def _draw_happened(drawing: Drawing, chart: ReplayChart, x: Scale, y: Scale, sheet: Sheet) -> None:
    for dot in chart.path:
        at = x(float(dot.day.toordinal()))
        drawing.line((at, y(dot.low)), (at, y(dot.high)), "happened-span")
        drawing.dot((at, y(dot.high)), _DOT_PX, "happened")
    for dot in chart.dots:
        at = x(float(dot.day.toordinal()))
        drawing.line((at, y(dot.low)), (at, y(dot.high)), "happened-span")
        for value in dict.fromkeys((dot.low, dot.high)):
            drawing.dot((at, y(value)), _DOT_PX, "happened")
    if sheet is not NARROW:
        _draw_names(drawing, chart, x, y)


def _draw_names(drawing: Drawing, chart: ReplayChart, x: Scale, y: Scale) -> None:
    """Name what happened beside the last axis line, with a thin line to its dot."""
    named = [dot for dot in (*chart.dots, *chart.path[-1:]) if dot.label]
    places = [(y((dot.low + dot.high) / 2), dot) for dot in named]
    places.sort(key=lambda each: each[0])
    below = float("-inf")
    for wanted, dot in places:
        baseline = max(wanted, below + TEXT_PX + 1.0)
        below = baseline
        at = x(float(dot.day.toordinal()))
        drawing.line((at + _DOT_PX + 1.0, wanted), (x.end_px + 4.0, baseline), "leader")
        drawing.text((x.end_px + 8.0, baseline + TEXT_PX * 0.35), dot.label or "", "label")


def _draw_months(
    drawing: Drawing, chart: ReplayChart, span: tuple[date, date], x: Scale, top: float
) -> None:
    """Write the first month of each quarter under the lowest row."""
    months = [
        date(year, month, 1)
        for year in range(span[0].year, span[1].year + 1)
        for month in (1, 4, 7, 10)
        if span[0] <= date(year, month, 1) <= span[1]
    ]
    taken = float("-inf")
    for month in months:
        at, word = x(float(month.toordinal())), chart.month(month)
        drawing.line((at, top - _GAP_PX), (at, top - _GAP_PX + 4.0), "zero")
        if at - text_px(word) / 2 < taken:
            continue
        taken = at + text_px(word) / 2 + 6.0
        drawing.text((at, top + 2.0), word, "tick", "middle")
