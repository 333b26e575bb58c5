import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.brief.charts import (
    BandCurve,
    BandPoint,
    Part,
    TradeoffChart,
    WaterfallChart,
    draw_tradeoff,
    draw_waterfall,
)
from narrows.brief.charts.drawing import NARROW, WIDE
from narrows.brief.charts.scale import log_ticks

NAMES = ("H200", "H20", "910C", "B200")


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - drawn by ourselves


def curve(name, factor=1.0):
    points = ((12.0, 20.0), (25.0, 300.0), (50.0, 900.0), (190.0, 1200.0))
    return BandCurve(
        name, tuple(BandPoint(x, factor * y / 2, factor * y, factor * y * 2) for x, y in points)
    )


def tradeoff(curves, **changes):
    values = {
        "title": "t", "x_axis": "ms", "y_axis": "tokens/s", "language": "en", "curves": curves,
        "write_x": lambda value: f"{value:g}", "write_y": lambda value: f"{value:g}",
    }  # fmt: skip
    return TradeoffChart(**{**values, **changes})


@pytest.mark.parametrize("sheet", [WIDE, NARROW])
def test_each_curve_has_band_line_marks_and_name(sheet):
    svg = parsed(draw_tradeoff(tradeoff(tuple(curve(name) for name in NAMES)), sheet))
    styles = [element.get("class") for element in svg.iter()]
    for look in range(len(NAMES)):
        assert f"trade-band f{look}" in styles
        assert f"curve c{look}" in styles
        assert styles.count(f"trade-mark f{look}") == 4
    assert {text.text for text in svg.iter("text")} >= set(NAMES)


def test_curves_are_told_without_colour():
    """Marks differ in shape; the style sheet gives every line but the first a dash of its own."""
    svg = parsed(draw_tradeoff(tradeoff(tuple(curve(name) for name in NAMES)), WIDE))
    shapes = {
        (mark.tag, len((mark.get("points") or "").split()))
        for mark in svg.iter()
        if (mark.get("class") or "").startswith("trade-mark")
    }
    assert len(shapes) == 4


def test_the_axis_of_rates_begins_at_zero_and_that_of_time_is_logarithmic():
    svg = parsed(draw_tradeoff(tradeoff((curve("H200"),)), WIDE))
    assert any(line.get("class") == "zero" for line in svg.iter("line"))
    centres = {t.text: float(t.get("x")) for t in svg.iter("text") if t.get("class") == "tick"}
    steps = [centres[word] for word in ("10", "100")]
    assert centres["20"] - centres["10"] == pytest.approx((steps[1] - steps[0]) * 0.30103, abs=0.2)


def test_the_interval_encloses_the_line():
    svg = parsed(draw_tradeoff(tradeoff((curve("H200"),)), WIDE))
    (band,) = [e for e in svg.iter("polygon") if e.get("class") == "trade-band f0"]
    (line,) = list(svg.iter("polyline"))
    corners = [tuple(map(float, word.split(","))) for word in band.get("points").split()]
    middles = [tuple(map(float, word.split(","))) for word in line.get("points").split()]
    upper, lower = corners[:4], corners[:3:-1]
    for top, (x, y), bottom in zip(upper, middles, lower, strict=True):
        assert top[0] == x == bottom[0]
        assert top[1] < y < bottom[1]


def test_a_limit_is_drawn_where_it_is_seen_and_left_out_beyond():
    shown = draw_tradeoff(tradeoff((curve("a"),), line_at=50.0, line_label="limit"), WIDE)
    beyond = draw_tradeoff(tradeoff((curve("a"),), line_at=5000.0, line_label="limit"), WIDE)
    assert "held-against" in shown
    assert "held-against" not in beyond


def test_one_point_is_drawn():
    lone = BandCurve("a", (BandPoint(20.0, 1.0, 2.0, 3.0),))
    assert parsed(draw_tradeoff(tradeoff((lone,)), NARROW)) is not None


def test_hostile_names_stay_text():
    drawn = draw_tradeoff(tradeoff((curve('</text><script>"'),)), WIDE)
    assert "<script" not in drawn


@given(st.floats(1e-3, 1e6), st.floats(1.001, 1e4))
def test_log_ticks_enclose_and_follow_one_two_five(low, ratio):
    marks = log_ticks(low, low * ratio)
    assert marks[0] <= low * (1 + 1e-6)
    assert marks[-1] >= low * ratio * (1 - 1e-6)
    for one, next_one in pairwise(marks):
        assert next_one / one == pytest.approx(2.0) or next_one / one == pytest.approx(2.5)


def waterfall(**changes):
    parts = (Part("compute", 6.0, "6 s", 0), Part("bubble", 3.0, "3 s", 1), Part("io", 1.0, "1", 2))
    values = {
        "title": "t", "axis": "s", "language": "en", "parts": parts, "whole": "step",
        "whole_written": "10 (8-13) s", "low": 8.0, "high": 13.0,
        "write": lambda value: f"{value:g}",
    }  # fmt: skip
    return WaterfallChart(**{**values, **changes})


@pytest.mark.parametrize("sheet", [WIDE, NARROW])
def test_bars_follow_each_other_and_add_up(sheet):
    svg = parsed(draw_waterfall(waterfall(), sheet))
    bars = list(svg.iter("rect"))
    spans = [(float(b.get("x")), float(b.get("x")) + float(b.get("width"))) for b in bars]
    for (_, end), (start, _) in pairwise(spans):
        assert start == pytest.approx(end, abs=0.11)
    (dot,) = list(svg.iter("circle"))
    assert float(dot.get("cx")) == pytest.approx(spans[-1][1], abs=0.11)
    widths = [end - start for start, end in spans]
    assert widths[0] / widths[1] == pytest.approx(2.0, rel=0.02)


def test_the_whole_shows_its_interval_and_what_it_is_held_against():
    drawn = draw_waterfall(waterfall(line_at=12.0, line_label="80 GB"), WIDE)
    svg = parsed(drawn)
    assert any(line.get("class") == "interval" for line in svg.iter("line"))
    assert any(line.get("class") == "held-against" for line in svg.iter("line"))
    assert any(re.match("80 GB", text.text or "") for text in svg.iter("text"))
