"""Charts as plain SVG: text is text, colour comes from the page, and none of it tells alone."""

from narrows.brief.charts.curve import Curve, CurveChart, draw_curves
from narrows.brief.charts.dots import DotChart, DotRow, draw_dots
from narrows.brief.charts.fan import FanChart, FanPoint, draw_fan
from narrows.brief.charts.lights import draw_light, draw_shapes
from narrows.brief.charts.strip import Regime
from narrows.brief.charts.tradeoff import BandCurve, BandPoint, TradeoffChart, draw_tradeoff
from narrows.brief.charts.waterfall import Part, WaterfallChart, draw_waterfall

__all__ = [
    "BandCurve",
    "BandPoint",
    "Curve",
    "CurveChart",
    "DotChart",
    "DotRow",
    "FanChart",
    "FanPoint",
    "Part",
    "Regime",
    "TradeoffChart",
    "WaterfallChart",
    "draw_curves",
    "draw_dots",
    "draw_fan",
    "draw_light",
    "draw_shapes",
    "draw_tradeoff",
    "draw_waterfall",
]
