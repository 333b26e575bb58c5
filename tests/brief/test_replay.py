"""A replay on a terminal and on a page, in three languages."""

import re

import pytest

from narrows.brief import render_replay_html, render_replay_terminal
from narrows.brief.cells import width_of
from narrows.core import InputError

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
FAN = {"p05": 0.0, "p25": 100.0, "p50": 2_000.0, "p75": 40_000.0, "p95": 300_000.0}


def said(message_id, **values):
    return {"id": message_id, "values": values}


def derived(formula="stated"):
    return {"formula": formula, "unit": "chip", "inputs": [], "sources": ["doc"], "grade": "B"}


def day(known_on, by):
    return {
        "known_on": known_on, "quarter": "2026Q1", "refused": None, "ordered": 2_000_000.0,
        "gates": [{"gate": "customs", "state": "discretionary", "p_low": 0.0, "p_high": 0.1,
                   "message": None, "evidence": [], "cites": []}],
        "chances": [{"gate": "customs", "p_open": {"p05": 0.1, "p50": 0.2, "p95": 0.4}}],
        "orders": [{"system": "h200", "name": {"en": "H200", "zh-Hant": "H200", "zh-Hans": "H200"},
                    "lots": 10.0, "chips": 80.0, "cost_cny": 1.0e7, "refundable": True,
                    "reason": said("study.reason.refundable_option"), "origin": "import"}],
        "fan": [{"by": by, **FAN}],
        "large": {"by": by, "chips": 200_000, "chance": 0.07}, "facts": {},
    }  # fmt: skip


@pytest.fixture
def replay():
    """A replay of two quarters with invented figures."""
    orders = [said("replay.order.refundable", chips=80.0, system="h200")]
    lines = [
        ("ANSWER", said("replay.answer.happened", ordered=2_000_000.0, system="h200",
                        most=33_963.0, until="2026-07-31")),
        ("2026Q1", said("replay.orders", orders=orders)),
        ("SCORES", said("replay.scores", forecasts=12, until="2026-09-30", log_score=0.9,
                        equal=1.386, persistence=0.8)),
        ("TRUST", said("replay.trust")),
    ]  # fmt: skip
    return {
        "study": {
            "name": "h200", "title": dict.fromkeys(LANGUAGES, "A study"), "names": {},
            "headline": [{"label": label, "messages": [one]} for label, one in lines],
            "facts": {},
        },
        "clocks": {"first": "2026-01-23", "as_known_on": "2026-11-23",
                   "in_force_on": "2026-11-23", "quarters": ["2026Q1", "2026Q2"]},
        "happened": {
            "as_known_on": "2026-11-23",
            "stages": [{"stage": "ordered", "low": 1e6, "central": 2e6, "high": 2e6,
                        "known_on": "2026-01-16", "rows": ["M010"]}],
            "delivered": [{"start": "2026-05-01", "end": "2026-07-31", "known_on": "2026-08-26",
                           "low": 1, "high": 32_963, "low_so_far": 1, "high_so_far": 33_963}],
            "delivered_until": "2026-07-31",
        },
        "scores": {
            "judged_until": "2026-09-30", "equal_chances": 1.386,
            "gates": [{"quarter": "2026Q1", "forecasts": 12, "log_score": 0.9, "brier": 0.4,
                       "persistence_log_score": 0.8, "persistence_brier": 0.3}],
            "all": {"forecasts": 12, "log_score": 0.9, "brier": 0.4,
                       "persistence_log_score": 0.8, "persistence_brier": 0.3}, "deliveries": [],
        },
        "said": {"2026Q1": day("2026-01-23", "2026-07-23"),
                 "2026Q2": day("2026-04-23", "2026-10-23")},
        "sources": {"doc": {"title": "A document"}},
        "derivations": {"/happened/delivered/0/high": derived()},
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_fits_a_terminal(replay, language):
    lines = render_replay_terminal(replay, language=language).splitlines()
    assert len(lines) <= 24
    assert max(width_of(line) for line in lines) <= 80


def test_the_answer_says_what_came_first(replay):
    answer = render_replay_terminal(replay, language="en")
    assert answer.index("33,963") < answer.index("2026Q1") < answer.index("log score")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_every_text(replay, language):
    page = render_replay_html(replay, language=language)
    assert "⟨" not in page
    assert page.count('class="chart wide"') == len(LANGUAGES)


def test_the_picture_has_one_fan_a_day_and_what_happened_in_each(replay):
    page = render_replay_html(replay, language="en")
    picture = re.search(r'<svg class="chart wide".*?</svg>', page, re.DOTALL)[0]
    assert picture.count('class="band outer"') == 2
    assert picture.count('class="median"') == 2
    assert picture.count('class="happened"') == 2 * (1 + 2)
    assert "said 23" in picture


@pytest.mark.parametrize(("low", "shown"), [(4e6, 1), (3e6, 2)])
def test_a_regret_with_equal_ends_is_one_figure(replay, low, shown):
    entry = {"quarter": "2026Q1", "low_cny": low, "high_cny": 4e6, "share": 0.01, "left_out": None}
    page = render_replay_html({**replay, "regret": [entry]}, language="en")
    regret = re.search(r'id="en-regret".*?</section>', page, re.DOTALL)[0]
    assert regret.count("CNY") == shown


def test_the_regimes_of_each_day_stand_below(replay):
    for one, shut in zip(replay["said"].values(), (0.8, 0.3), strict=True):
        one["regimes"] = {"customs_shut": shut, "all_open": 1.0 - shut}
    page = render_replay_html(replay, language="en")
    picture = re.search(r'<svg class="chart wide".*?</svg>', page, re.DOTALL)[0]
    assert picture.count('class="regime shut tint0"') == 2 + 1
    assert "A customs shut" in picture


def test_a_day_without_a_fan_draws_no_band(replay):
    replay["said"]["2026Q1"]["fan"] = []
    page = render_replay_html(replay, language="en")
    picture = re.search(r'<svg class="chart wide".*?</svg>', page, re.DOTALL)[0]
    assert picture.count('class="band outer"') == 1


def test_without_any_fan_there_is_no_picture(replay):
    for one in replay["said"].values():
        one["fan"] = []
    assert '<svg class="chart' not in render_replay_html(replay, language="en")


@pytest.mark.parametrize("part", ["said", "happened", "scores"])
def test_a_missing_part_is_named(replay, part):
    del replay[part]
    with pytest.raises(InputError, match=part):
        render_replay_html(replay, language="en")
