"""Charts as plain SVG: text is text, colour comes from the page, and none of it tells alone."""

from narrows.brief.charts.curve import Curve, CurveChart, draw_curves
from narrows.brief.charts.dots import DotChart, DotRow, draw_dots
from narrows.brief.charts.fan import FanChart, FanPoint, draw_fan
from narrows.brief.charts.lights import draw_light, draw_shapes
from narrows.brief.charts.strip import Regime

__all__ = [
    "Curve",
    "CurveChart",
    "DotChart",
    "DotRow",
    "FanChart",
    "FanPoint",
    "Regime",
    "draw_curves",
    "draw_dots",
    "draw_fan",
    "draw_light",
    "draw_shapes",
]
