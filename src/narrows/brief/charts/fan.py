"""A fan: what may come, quarter by quarter, as bands around a median."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from narrows.brief.charts.drawing import NARROW, TEXT_PX, Drawing, Sheet, text_px
from narrows.brief.charts.scale import Scale, ticks
from narrows.brief.charts.strip import Regime, draw_strip, strip_height

PLOT_PX = 210.0
_TOP_PX = 30.0
_AXIS_PX = 40.0
_TICKS = 5


@dataclass(frozen=True, slots=True)
class FanPoint:
    """One quarter: the quantiles, and what is needed or happened, where known."""

    quarter: str
    p05: float
    p50: float
    p95: float
    p25: float | None = None
    p75: float | None = None
    target: float | None = None
    happened: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FanChart:
    """Everything a fan shows, in the reader's language.

    ``write`` turns an axis value into text; ``ceiling`` bounds the axis where values have a bound.
    """

    title: str
    axis: str
    median_label: str
    band_label: str
    target_label: str
    language: str
    points: tuple[FanPoint, ...]
    write: Callable[[float], str]
    regimes: tuple[Regime, ...] = ()
    ceiling: float | None = None


def draw_fan(chart: FanChart, sheet: Sheet) -> Markup:
    """Return a fan chart with its axes and, where regimes are given, their strip."""
    marks = _axis_marks(chart)
    left = 8.0 + max(text_px(chart.write(mark)) for mark in marks)
    right = sheet.width - (12.0 if sheet is NARROW else _label_room(chart))
    strip_top = _TOP_PX + PLOT_PX + _AXIS_PX
    height = strip_top + strip_height(chart.regimes, sheet.width) + 2.0
    drawing = Drawing(sheet, height, title=chart.title, language=chart.language)
    y = Scale(marks[0], marks[-1], _TOP_PX + PLOT_PX, _TOP_PX)
    half = (right - left) / (2 * max(1, len(chart.points)))
    xs = [left + half * (2 * index + 1) for index in range(len(chart.points))]
    _draw_axes(drawing, chart, marks, (left, right), y)
    _draw_quarters(drawing, [point.quarter for point in chart.points], xs)
    _draw_bands(drawing, chart.points, xs, y)
    _draw_lines(drawing, chart, xs, y, sheet)
    draw_strip(drawing, chart.regimes, xs, strip_top, sheet.width)
    return drawing.render()


def _axis_marks(chart: FanChart) -> tuple[float, ...]:
    tops = [point.p95 for point in chart.points]
    tops += [point.target for point in chart.points if point.target is not None]
    tops += [point.happened for point in chart.points if point.happened is not None]
    top = max(tops) if chart.ceiling is None else chart.ceiling
    return ticks(min(0.0, *(point.p05 for point in chart.points)), top, _TICKS)


def _label_room(chart: FanChart) -> float:
    labels = [chart.median_label, chart.band_label]
    if any(point.target is not None for point in chart.points):
        labels.append(chart.target_label)
    return 14.0 + max(text_px(label) for label in labels)


def _draw_axes(
    drawing: Drawing,
    chart: FanChart,
    marks: Sequence[float],
    sides: tuple[float, float],
    y: Scale,
) -> None:
    left, right = sides
    drawing.text((0.0, TEXT_PX), chart.axis, "axis-name")
    for mark in marks:
        style = "zero" if mark == 0 else "grid"
        drawing.line((left, y(mark)), (right, y(mark)), style)
        at = (left - 6.0, y(mark) + TEXT_PX * 0.35)
        drawing.text(at, chart.write(mark), "tick", "end")


def _draw_quarters(drawing: Drawing, quarters: Sequence[str], xs: Sequence[float]) -> None:
    """Write the quarter under each point and the year under the first of it."""
    baseline = _TOP_PX + PLOT_PX + TEXT_PX + 4.0
    room = xs[1] - xs[0] if len(xs) > 1 else 100.0
    every = 1 if room >= text_px("Q4") + 6.0 else 2
    year_before = ""
    for index, (quarter, x) in enumerate(zip(quarters, xs, strict=True)):
        year, _, rest = quarter.partition("Q")
        if index % every == 0:
            drawing.text((x, baseline), f"Q{rest}" if rest else quarter, "tick", "middle")
        if rest and year != year_before:
            drawing.text((x, baseline + TEXT_PX + 2.0), year.rstrip("-"), "tick year", "middle")
            year_before = year


def _draw_bands(
    drawing: Drawing, points: Sequence[FanPoint], xs: Sequence[float], y: Scale
) -> None:
    drawing.area(_band([(p.p05, p.p95) for p in points], xs, y), "band outer")
    inner = [(p.p25, p.p75) for p in points if p.p25 is not None and p.p75 is not None]
    if len(inner) == len(points):
        drawing.area(_band(inner, xs, y), "band inner")


def _band(
    ends: Sequence[tuple[float, float]], xs: Sequence[float], y: Scale
) -> list[tuple[float, float]]:
    upper = [(x, y(high)) for x, (_, high) in zip(xs, ends, strict=True)]
    lower = [(x, y(low)) for x, (low, _) in zip(xs, ends, strict=True)]
    return [*upper, *reversed(lower)]


def _draw_lines(
    drawing: Drawing, chart: FanChart, xs: Sequence[float], y: Scale, sheet: Sheet
) -> None:
    pairs = list(zip(chart.points, xs, strict=True))
    drawing.polyline([(x, y(p.p50)) for p, x in pairs], "median")
    target = [(x, y(p.target)) for p, x in pairs if p.target is not None]
    if target:
        drawing.polyline(target, "target")
    for point, x in pairs:
        if point.happened is not None:
            drawing.dot((x, y(point.happened)), 3.5, "happened")
    ends = [(y(chart.points[-1].p50), chart.median_label, "label median-label")]
    ends.append((y(chart.points[-1].p95), chart.band_label, "label band-label"))
    if target:
        ends.append((target[-1][1], chart.target_label, "label target-label"))
    _draw_labels(drawing, ends, xs[-1], sheet)


def _draw_labels(
    drawing: Drawing, ends: list[tuple[float, str, str]], right: float, sheet: Sheet
) -> None:
    """Name each line at its end: beside it on a desk, over it on a phone."""
    for baseline, label, style in spread(ends, TEXT_PX + 2.0):
        if sheet is NARROW:
            drawing.text((right, baseline - 5.0), label, style, "end")
        else:
            drawing.text((right + 10.0, baseline + TEXT_PX * 0.35), label, style)


def spread(
    labels: Sequence[tuple[float, str, str]], apart_px: float, floor_px: float = math.inf
) -> list[tuple[float, str, str]]:
    """Return the labels moved down where they would overlap, from the top.

    Those that would then sink below ``floor_px`` are moved up again.
    """
    placed: list[tuple[float, str, str]] = []
    for baseline, label, style in sorted(labels):
        lowest = placed[-1][0] + apart_px if placed else baseline
        placed.append((max(baseline, lowest), label, style))
    highest = floor_px
    for index in reversed(range(len(placed))):
        baseline, label, style = placed[index]
        placed[index] = (min(baseline, highest), label, style)
        highest = placed[index][0] - apart_px
    return placed
