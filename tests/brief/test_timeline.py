from xml.etree import ElementTree as ET

import pytest

from narrows.brief import render_timeline
from narrows.brief.charts.matrix import spans
from narrows.core import InputError

TIMELINE = {
    "known_on": "2026-01-23",
    "dates": ["2022-10-07", "2023-11-17", "2025-04-15", "2026-01-15"],
    "names": {"h20": "H20"},
    "cells": {
        "codified": {
            "a100": ["presumed_denial"] * 4,
            "h20": ["not_announced", "free", "free", "free"],
        },
        "company_notice": {"h20": ["not_announced", "free", "unpublished", "novel"]},
    },
}


def svg(timeline, language="en"):
    return ET.fromstring(render_timeline(timeline, language=language))  # noqa: S314 - our own


def test_equal_answers_run_together():
    assert [(s.first, s.last) for s in spans("aabccc")] == [(0, 1), (2, 2), (3, 5)]


def test_each_run_is_a_bar_with_its_word():
    drawn = svg(TIMELINE)
    assert [box.get("class") for box in drawn.iter("rect")] == [
        "cell shut", "cell open", "cell open", "cell discretionary", "cell unknown",
    ]  # fmt: skip
    texts = [text.text for text in drawn.iter("text")]
    assert {"a100", "H20", "denial", "no licence", "unpublished", "novel"} <= set(texts)


def test_layers_are_told_apart():
    texts = [text.text for text in svg(TIMELINE).iter("text")]
    assert "published text" in texts
    assert "notice to one firm" in texts


def test_the_title_is_told_in_each_language():
    assert "芯片" in svg(TIMELINE, "zh-Hans").get("aria-label")
    assert "晶片" in svg(TIMELINE, "zh-Hant").get("aria-label")
    own_day = {**TIMELINE, "known_on": None}
    assert svg(own_day).get("aria-label").endswith("its own day")


def test_dates_close_together_take_a_second_line():
    days = [f"2025-01-{day:02}" for day in range(1, 31)]
    cells = {"codified": {"a": ["free"] * 30}}
    assert svg({"known_on": None, "dates": days, "names": {}, "cells": cells}) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"dates": []},
        {"cells": {}},
        {"cells": {"codified": {"a": ["free"]}}},
        {"dates": ["2022-10-07"] * 81},
    ],
)
def test_what_makes_no_matrix_is_refused(wrong):
    with pytest.raises(InputError):
        render_timeline({**TIMELINE, **wrong}, language="en")
