from xml.etree import ElementTree as ET

import pytest

from narrows.brief import render_timeline
from narrows.brief.charts.matrix import spans
from narrows.core import InputError

TIMELINE = {
    "as_known_on": "2026-01-23",
    "dates": ["2022-10-07", "2023-11-17", "2025-04-15", "2026-01-15"],
    "rows": [
        {"chip": "a100", "name": "A100", "answers": ["3A090.a"] * 4},
        {"chip": "h20", "name": {"en": "H20"}, "answers": ["none", "none", "3A090.b.2", "none"]},
        {"chip": "x", "answers": ["none", "indeterminate", "3A090.a.1+3A090.b.1", "none"]},
    ],
}


def svg(timeline, language="en"):
    return ET.fromstring(render_timeline(timeline, language=language))  # noqa: S314 - our own


def test_equal_answers_run_together():
    assert [(s.first, s.last) for s in spans("aabccc")] == [(0, 1), (2, 2), (3, 5)]


def test_each_run_is_a_bar_with_its_letters():
    drawn = svg(TIMELINE)
    assert len(list(drawn.iter("rect"))) == 1 + 3 + 4
    texts = [text.text for text in drawn.iter("text")]
    assert {"A100", "H20", "x", "a", "b.2", "?", "none", "2026-01-15"} <= set(texts)


def test_states_differ_by_letters_and_colour():
    drawn = svg(TIMELINE)
    styles = [box.get("class") for box in drawn.iter("rect")]
    assert styles.count("cell shut") == 2
    assert styles.count("cell unknown") == 1


def test_the_title_is_told_in_each_language():
    assert "芯片" in svg(TIMELINE, "zh-Hans").get("aria-label")
    assert "晶片" in svg(TIMELINE, "zh-Hant").get("aria-label")


def test_dates_close_together_take_a_second_line():
    days = [f"2025-01-{day:02}" for day in range(1, 31)]
    rows = [{"chip": "a", "answers": ["none"] * 30}]
    assert svg({"as_known_on": "2026-01-23", "dates": days, "rows": rows}) is not None


@pytest.mark.parametrize(
    "wrong",
    [{"dates": []}, {"rows": []}, {"rows": [{"chip": "a", "answers": ["none"]}]},
     {"dates": ["2022-10-07"] * 61}],
)  # fmt: skip
def test_what_makes_no_matrix_is_refused(wrong):
    with pytest.raises(InputError):
        render_timeline({**TIMELINE, **wrong}, language="en")
