"""Throughput against latency: curves with their intervals over a logarithmic axis of time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from narrows.brief.charts.drawing import TEXT_PX, Drawing, Point, Sheet, text_px
from narrows.brief.charts.fan import spread
from narrows.brief.charts.scale import Scale, log_ticks, ticks

_PLOT_PX = 230.0
_TOP_PX = 30.0
_AXIS_PX = 44.0
_TICKS = 4
_MARK_PX = 3.2
LOOKS = 6
"""Curves that differ in colour, dash and mark; more are drawn as several charts."""


@dataclass(frozen=True, slots=True)
class BandPoint:
    """One point of a curve: where it stands, and its interval."""

    x: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class BandCurve:
    """A named curve, in order of x."""

    name: str
    points: tuple[BandPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeoffChart:
    """Everything the chart shows, in the reader's language. The axis of y begins at zero.

    ``line_at`` marks a limit on x; ``first_look`` gives a curve the look it has elsewhere.
    """

    title: str
    x_axis: str
    y_axis: str
    language: str
    curves: tuple[BandCurve, ...]
    write_x: Callable[[float], str]
    write_y: Callable[[float], str]
    line_at: float | None = None
    line_label: str = ""
    first_look: int = 0


def draw_tradeoff(chart: TradeoffChart, sheet: Sheet) -> Markup:
    """Return bands, then curves with marks, then their names at their ends.

    No curve is told by colour alone: each has a dash, a mark and its name.
    """
    points = [point for curve in chart.curves for point in curve.points]
    y_marks = ticks(0.0, max(point.high for point in points), _TICKS)
    x_marks = log_ticks(min(point.x for point in points), max(point.x for point in points))
    bottom = _TOP_PX + _PLOT_PX
    left = 10.0 + max(text_px(chart.write_y(mark)) for mark in y_marks)
    right = sheet.width - max(_name_room(chart), text_px(chart.write_x(x_marks[-1])) / 2) - 4.0
    drawing = Drawing(sheet, bottom + _AXIS_PX, title=chart.title, language=chart.language)
    x = Scale(math.log(x_marks[0]), math.log(x_marks[-1]), left + 6.0, right)
    y = Scale(y_marks[0], y_marks[-1], bottom, _TOP_PX)
    drawing.text((0.0, TEXT_PX), chart.y_axis, "axis-name")
    for mark in y_marks:
        drawing.line((left, y(mark)), (right, y(mark)), "zero" if mark == 0 else "grid")
        drawing.text((left - 6.0, y(mark) + TEXT_PX * 0.35), chart.write_y(mark), "tick", "end")
    for mark in _written(x_marks, sheet):
        at = (x(math.log(mark)), bottom + TEXT_PX + 5.0)
        drawing.text(at, chart.write_x(mark), "tick", "middle")
    drawing.text((right, bottom + 2 * TEXT_PX + 12.0), chart.x_axis, "axis-name", "end")
    _draw_limit(drawing, chart, x, bottom)
    for index, curve in enumerate(chart.curves):
        drawing.area(_band(curve, x, y), f"trade-band f{_look(chart, index)}")
    for index, curve in enumerate(chart.curves):
        _draw_curve(drawing, curve, _look(chart, index), x, y)
    _draw_names(drawing, chart, x, y)
    return drawing.render()


def _look(chart: TradeoffChart, index: int) -> int:
    return (chart.first_look + index) % LOOKS


def _name_room(chart: TradeoffChart) -> float:
    return 16.0 + max(text_px(curve.name) for curve in chart.curves)


def _written(marks: tuple[float, ...], sheet: Sheet) -> tuple[float, ...]:
    """Return the ticks that are written: on a phone every second one."""
    return marks[::2] if sheet.narrow and len(marks) > _TICKS else marks


def _draw_limit(drawing: Drawing, chart: TradeoffChart, x: Scale, bottom: float) -> None:
    if chart.line_at is None or not x.low < math.log(chart.line_at) < x.high:
        return
    at = x(math.log(chart.line_at))
    drawing.line((at, _TOP_PX - 6.0), (at, bottom), "held-against")
    drawing.text((at + 4.0, _TOP_PX + TEXT_PX * 0.35), chart.line_label, "label held-label")


def _band(curve: BandCurve, x: Scale, y: Scale) -> list[Point]:
    upper = [(x(math.log(p.x)), y(p.high)) for p in curve.points]
    lower = [(x(math.log(p.x)), y(p.low)) for p in curve.points]
    return [*upper, *reversed(lower)]


def _draw_curve(drawing: Drawing, curve: BandCurve, look: int, x: Scale, y: Scale) -> None:
    line = [(x(math.log(p.x)), y(p.middle)) for p in curve.points]
    drawing.polyline(line, f"curve c{look}")
    for point in line:
        _MARKS[look % len(_MARKS)](drawing, point, f"trade-mark f{look}")


def _circle(drawing: Drawing, at: Point, style: str) -> None:
    drawing.dot(at, _MARK_PX, style)


def _square(drawing: Drawing, at: Point, style: str) -> None:
    corner = (at[0] - _MARK_PX, at[1] - _MARK_PX)
    drawing.box(corner, 2 * _MARK_PX, 2 * _MARK_PX, style)


def _triangle(drawing: Drawing, at: Point, style: str) -> None:
    size = 1.3 * _MARK_PX
    drawing.area(
        [(at[0], at[1] - size), (at[0] + size, at[1] + size), (at[0] - size, at[1] + size)], style
    )


def _diamond(drawing: Drawing, at: Point, style: str) -> None:
    size = 1.4 * _MARK_PX
    x, y = at
    drawing.area([(x, y - size), (x + size, y), (x, y + size), (x - size, y)], style)


_MARKS: tuple[Callable[[Drawing, Point, str], None], ...] = (_circle, _square, _triangle, _diamond)


def _draw_names(drawing: Drawing, chart: TradeoffChart, x: Scale, y: Scale) -> None:
    ends = [
        (y(curve.points[-1].middle), curve.name, f"label c{_look(chart, index)}")
        for index, curve in enumerate(chart.curves)
    ]
    end = max(x(math.log(curve.points[-1].x)) for curve in chart.curves)
    for baseline, name, style in spread(ends, TEXT_PX + 2.0):
        drawing.text((end + 10.0, baseline + TEXT_PX * 0.35), name, style)
