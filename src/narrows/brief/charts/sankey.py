"""Ribbons from what is paid for, or works, to what it does; as wide as its money or work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from narrows.brief.charts.drawing import NARROW, TEXT_PX, Drawing, Sheet, text_px

HEIGHT_PX = 230.0
_BAR_PX = 9.0
_GAP_PX = 16.0
_STEPS = 18
_TOP_PX = 6.0


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A flow of money, or of work, from one name to another."""

    start: str
    end: str
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SankeyChart:
    """Everything a Sankey shows; ``written`` gives a bar's name with its amount."""

    title: str
    language: str
    ribbons: tuple[Ribbon, ...]
    written: dict[str, str]


def draw_sankey(chart: SankeyChart, sheet: Sheet) -> Markup:
    """Return bars on both sides and the ribbons between them."""
    starts = _sums([(one.start, one.amount) for one in chart.ribbons])
    ends = _sums([(one.end, one.amount) for one in chart.ribbons])
    gaps = max(len(starts), len(ends)) - 1
    height = HEIGHT_PX + gaps * _GAP_PX + 2 * _TOP_PX
    drawing = Drawing(sheet, height, title=chart.title, language=chart.language)
    scale = HEIGHT_PX / sum(starts.values())
    left = _side(chart, list(starts), sheet)
    right = sheet.width - _side(chart, list(ends), sheet)
    tops = {
        "start": _tops(starts, scale, height),
        "end": _tops(ends, scale, height),
    }
    _draw_ribbons(drawing, chart.ribbons, tops, scale, (left + _BAR_PX, right - _BAR_PX))
    for name, amount in starts.items():
        bar = (left, tops["start"][name])
        _draw_bar(drawing, bar, amount * scale)
        at = (left - 5.0, bar[1] + amount * scale / 2 + TEXT_PX * 0.35)
        drawing.text(at, chart.written.get(name, name), "label", "end")
    for name, amount in ends.items():
        bar = (right - _BAR_PX, tops["end"][name])
        _draw_bar(drawing, bar, amount * scale)
        at = (right + 5.0, bar[1] + amount * scale / 2 + TEXT_PX * 0.35)
        drawing.text(at, chart.written.get(name, name), "label")
    return drawing.render()


def _draw_bar(drawing: Drawing, corner: tuple[float, float], height: float) -> None:
    drawing.box(corner, _BAR_PX, height, "flow-bar")


def _sums(parts: Sequence[tuple[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for name, amount in parts:
        sums[name] = sums.get(name, 0.0) + amount
    return dict(sorted(sums.items(), key=lambda each: -each[1]))


def _side(chart: SankeyChart, names: list[str], sheet: Sheet) -> float:
    widest = max(text_px(chart.written.get(name, name)) for name in names) + 8.0
    return min(widest, sheet.width * (0.38 if sheet is NARROW else 0.45))


def _tops(sums: dict[str, float], scale: float, height: float) -> dict[str, float]:
    """Stack the bars with gaps, centred on the sheet."""
    taken = sum(sums.values()) * scale + _GAP_PX * (len(sums) - 1)
    y = (height - taken) / 2
    tops = {}
    for name, amount in sums.items():
        tops[name] = y
        y += amount * scale + _GAP_PX
    return tops


def _draw_ribbons(
    drawing: Drawing,
    ribbons: Sequence[Ribbon],
    tops: dict[str, dict[str, float]],
    scale: float,
    sides: tuple[float, float],
) -> None:
    left, right = dict(tops["start"]), dict(tops["end"])
    order = {name: place for place, name in enumerate(tops["start"])}
    for one in sorted(ribbons, key=lambda r: (order[r.start], tops["end"][r.end])):
        thick = one.amount * scale
        upper = _curve((sides[0], left[one.start]), (sides[1], right[one.end]))
        lower = [(x, y + thick) for x, y in upper]
        drawing.area([*upper, *reversed(lower)], f"flow f{order[one.start] % 4}")
        left[one.start] += thick
        right[one.end] += thick


def _curve(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """Sample a curve that leaves and arrives level (the smooth step 3t^2 - 2t^3)."""
    points = []
    for step in range(_STEPS + 1):
        t = step / _STEPS
        level = t * t * (3.0 - 2.0 * t)
        points.append((start[0] + t * (end[0] - start[0]), start[1] + level * (end[1] - start[1])))
    return points
