import itertools
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.brief.charts import (
    Curve,
    CurveChart,
    DotChart,
    DotRow,
    FanChart,
    FanPoint,
    Regime,
    draw_curves,
    draw_dots,
    draw_fan,
    draw_light,
    draw_shapes,
)
from narrows.brief.charts.drawing import NARROW, WIDE
from narrows.brief.charts.fan import spread
from narrows.brief.charts.scale import Scale, ticks
from narrows.core import GateState


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - drawn by ourselves


def fan(points, regimes=()):
    return FanChart(
        title="t", axis="chips", median_label="median", band_label="band", target_label="need",
        language="en", points=points, write=lambda value: f"{value:g}", regimes=regimes,
    )  # fmt: skip


POINTS = tuple(
    FanPoint(f"2026Q{q}", q, 2.0 * q, 3.0 * q, target=5.0, happened=2.5 if q == 1 else None)
    for q in (1, 2, 3, 4)
)


@pytest.mark.parametrize("sheet", [WIDE, NARROW])
def test_a_fan_has_band_median_need_and_what_happened(sheet):
    svg = parsed(draw_fan(fan(POINTS), sheet))
    styles = {element.get("class") for element in svg.iter()}
    assert {"band outer", "median", "target", "happened", "axis-name"} <= styles
    assert "band inner" not in styles


def test_a_fan_of_one_quarter_is_drawn():
    assert parsed(draw_fan(fan(POINTS[:1]), WIDE)) is not None


def test_a_fan_of_noughts_is_drawn():
    flat = (FanPoint("2026Q1", 0, 0, 0), FanPoint("2026Q2", 0, 0, 0))
    assert parsed(draw_fan(fan(flat), WIDE)) is not None


def test_the_regime_strip_fills_each_quarter():
    regimes = (Regime("a", (0.5,) * 4), Regime("b", (0.3,) * 4), Regime("c", (0.2,) * 4))
    svg = parsed(draw_fan(fan(POINTS, regimes), WIDE))
    bars = [box for box in svg.iter("rect") if float(box.get("width")) > 10]
    assert len(bars) == 12
    assert sum(float(bar.get("height")) for bar in bars) == pytest.approx(4 * 30.0)


def test_dots_begin_at_zero():
    rows = (DotRow("H200", 1.7, 2.3, 3.1, "2.3 (1.7-3.1)"),)
    chart = DotChart(title="t", axis="x", language="en", rows=rows, write=str, line_at=1.0)
    svg = parsed(draw_dots(chart, WIDE))
    assert next(line for line in svg.iter("line") if line.get("class") == "zero") is not None
    assert any(text.text == "2.3 (1.7-3.1)" for text in svg.iter("text"))


def test_curves_are_named_at_their_ends():
    curves = (Curve("units", ((0, 0), (1, 0.2))), Curve("spend", ((0, 0), (1, 0.2))))
    chart = CurveChart(
        title="t", x_axis="x", y_axis="y", language="en", curves=curves, write_x=str, write_y=str
    )
    svg = parsed(draw_curves(chart, NARROW))
    names = {
        t.text: float(t.get("y")) for t in svg.iter("text") if t.get("class", "")[:5] == "label"
    }
    assert abs(names["units"] - names["spend"]) >= 13


def test_hostile_names_stay_text():
    rows = (DotRow('</text><script>"', 0, 1, 2, "1"),)
    chart = DotChart(title='"><script>', axis="x", language="en", rows=rows, write=str)
    drawn = draw_dots(chart, WIDE)
    assert "<script" not in drawn
    assert parsed(drawn).get("aria-label") == '"><script>'


def test_every_state_has_a_shape_of_its_own():
    shapes = {shape.get("id"): shape for shape in parsed(draw_shapes()).iter("symbol")}
    drawn = {
        name: tuple((part.tag, part.get("d"), part.text) for part in shape)
        for name, shape in shapes.items()
    }
    assert set(drawn) == {f"light-{state.value}" for state in GateState}
    assert len(set(drawn.values())) == len(GateState)


def test_a_light_shows_the_shape_of_its_state():
    (use,) = parsed(draw_light(GateState.SHUT))
    assert use.get("href") == "#light-shut"


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(2, 8))
def test_ticks_enclose_and_are_few(low, span, about):
    marks = ticks(low, low + span, about)
    slack = 1e-6 * max(1, abs(low), span)
    assert marks[0] <= low + slack
    assert marks[-1] >= low + span - slack
    assert 2 <= len(marks) <= about + 3


def test_a_reach_of_a_rounding_has_ticks_apart():
    assert ticks(-1.1e-16, 0.0, 4)[-1] > 0.0
    marks = ticks(0.0, 2.2e-16, 4)
    assert marks[-1] > marks[0]


def test_a_scale_maps_its_ends():
    y = Scale(0.0, 10.0, 100.0, 0.0)
    assert (y(0.0), y(10.0), y(5.0)) == (100.0, 0.0, 50.0)


def test_labels_are_moved_apart():
    placed = spread([(10.0, "a", "s"), (11.0, "b", "s"), (40.0, "c", "s")], 15.0)
    assert [y for y, _, _ in placed] == [10.0, 25.0, 40.0]


def test_labels_that_would_sink_below_the_axis_move_up():
    placed = spread([(100.0, "a", ""), (101.0, "b", ""), (102.0, "c", "")], 15.0, 105.0)
    assert [label for _, label, _ in placed] == ["a", "b", "c"]
    baselines = [baseline for baseline, _, _ in placed]
    assert baselines[-1] <= 105.0
    assert all(b - a >= 15.0 for a, b in itertools.pairwise(baselines))


@pytest.mark.parametrize(("low", "high"), [(-1e-16, 0.0), (0.0, 1e-15), (-3e-13, -2e-13)])
def test_a_rounding_of_nothing_gets_an_axis_of_its_own(low, high):
    marks = ticks(low, high, 4)
    assert marks[0] <= 0.0
    assert marks[-1] >= 1.0
