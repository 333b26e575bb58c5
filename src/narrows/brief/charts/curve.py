"""Curves: what a rule costs as it tightens, one line for each way of counting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from narrows.brief.charts.drawing import TEXT_PX, Drawing, Sheet, text_px
from narrows.brief.charts.fan import spread
from narrows.brief.charts.scale import Scale, ticks

_PLOT_PX = 190.0
_TOP_PX = 30.0
_AXIS_PX = 44.0
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: its name and its points ``(x, y)`` in order of x.

    ``band`` holds ``(x, low, high)`` where the points have intervals.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    band: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveChart:
    """Everything a curve chart shows. The axis of y always holds zero."""

    title: str
    x_axis: str
    y_axis: str
    language: str
    curves: tuple[Curve, ...]
    write_x: Callable[[float], str]
    write_y: Callable[[float], str]


def draw_curves(chart: CurveChart, sheet: Sheet) -> Markup:
    """Return curves with dots at the solved points and their names at their ends."""
    points = [point for curve in chart.curves for point in curve.points]
    y_marks = ticks(*_reach(chart), _TICKS)
    x_marks = ticks(min(x for x, _ in points), max(x for x, _ in points), _TICKS)
    bottom = _TOP_PX + _PLOT_PX
    left = 10.0 + max(text_px(chart.write_y(mark)) for mark in y_marks)
    right = sheet.width - max(_name_room(chart), text_px(chart.write_x(x_marks[-1])) / 2) - 4.0
    drawing = Drawing(sheet, bottom + _AXIS_PX, title=chart.title, language=chart.language)
    x = Scale(x_marks[0], x_marks[-1], left + 6.0, right)
    y = Scale(y_marks[0], y_marks[-1], bottom, _TOP_PX)
    _draw_y_axis(drawing, chart, y_marks, y, (left, right))
    for mark in x_marks:
        drawing.text((x(mark), bottom + TEXT_PX + 5.0), chart.write_x(mark), "tick", "middle")
    drawing.text((right, bottom + 2 * TEXT_PX + 12.0), chart.x_axis, "axis-name", "end")
    _draw_curves(drawing, chart, x, y)
    return drawing.render()


def _reach(chart: CurveChart) -> tuple[float, float]:
    """Return the least and the greatest that is drawn, zero within."""
    drawn = [y for curve in chart.curves for _, y in curve.points]
    drawn += [end for curve in chart.curves for _, *ends in curve.band for end in ends]
    return min(0.0, *drawn), max(0.0, *drawn)


def _name_room(chart: CurveChart) -> float:
    return 14.0 + max(text_px(curve.name) for curve in chart.curves)


def _draw_y_axis(
    drawing: Drawing,
    chart: CurveChart,
    marks: tuple[float, ...],
    y: Scale,
    sides: tuple[float, float],
) -> None:
    drawing.text((0.0, TEXT_PX), chart.y_axis, "axis-name")
    for mark in marks:
        drawing.line((sides[0], y(mark)), (sides[1], y(mark)), "zero" if mark == 0 else "grid")
        at = (sides[0] - 6.0, y(mark) + TEXT_PX * 0.35)
        drawing.text(at, chart.write_y(mark), "tick", "end")


def _draw_curves(drawing: Drawing, chart: CurveChart, x: Scale, y: Scale) -> None:
    names = []
    for index, curve in enumerate(chart.curves):
        there = [(x(at), y(high)) for at, _, high in curve.band]
        back = [(x(at), y(low)) for at, low, _ in reversed(curve.band)]
        if there:
            drawing.area([*there, *back], f"curve-band c{index % 3}")
    for index, curve in enumerate(chart.curves):
        line = [(x(px), y(py)) for px, py in curve.points]
        drawing.polyline(line, f"curve c{index % 3}")
        for point in line:
            drawing.dot(point, 3.0, f"curve-dot c{index % 3}")
        names.append((line[-1][1], curve.name, f"label c{index % 3}"))
    end = max(x(point[0]) for curve in chart.curves for point in curve.points)
    for baseline, name, style in spread(names, TEXT_PX + 2.0, _TOP_PX + _PLOT_PX):
        drawing.text((end + 10.0, baseline + TEXT_PX * 0.35), name, style)
