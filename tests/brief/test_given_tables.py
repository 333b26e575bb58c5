"""Tables and charts that a result brings along, on the page and in its three languages."""

import pytest

from narrows.brief import render_html, render_terminal
from narrows.brief.parts.tables import wide
from narrows.core import Locale

BAND = {"p05": 1.0e5, "p50": 1.2e6, "p95": 4.5e6}


def said(message_id, **values):
    return {"id": message_id, "values": values}


@pytest.fixture
def tabled(result):
    """A result of a perspective that plans no orders, with invented figures."""
    cells = [
        {"kind": "interval", "value": BAND},
        {"kind": "usd_interval", "value": BAND},
        {"kind": "percent", "value": 0.25},
        {"kind": "percent", "value": None},
        {"kind": "said", "value": said("policy.kind.domestic")},
    ]
    result["gates"], result["orders"] = [], []
    result["tables"] = [
        {
            "id": "one", "title": said("seller.table.stock"), "note": None,
            "columns": [said("seller.column.left")] * 5,
            "rows": [{"head": "2026Q4", "cells": cells}],
        }
    ]  # fmt: skip
    result["charts"] = [
        {
            "id": "fan", "kind": "fan", "title": said("seller.chart.left"),
            "axis": said("seller.axis.chips"), "target": None,
            "points": [{"quarter": "2026Q4", **BAND}, {"quarter": "2027Q1", **BAND}],
        },
        {
            "id": "dots", "kind": "dots", "title": said("seller.chart.left"),
            "axis": said("seller.axis.chips"), "points": [{"head": "h200", **BAND}],
        },
    ]  # fmt: skip
    return result


@pytest.mark.parametrize("language", list(Locale))
def test_the_page_tells_every_cell(tabled, language):
    page = render_html(tabled, language=language)
    assert "⟨" not in page
    assert page.count('class="chart wide"') == 2 * len(Locale)


def test_cells_are_written_by_their_kind(tabled):
    page = render_html(tabled, language="en").replace("\u00a0", " ")
    for cell in ("Q4 2026", "1.2 (0.1-4.5) m", "USD 1.2 (0.1-4.5) m", "25 %", "domestic"):
        assert cell in page


def test_a_perspective_without_orders_does_not_say_that_nothing_is_ordered(tabled):
    assert "en-orders" not in render_html(tabled, language="en")


def test_the_short_answer_needs_no_gates(tabled):
    assert len(render_terminal(tabled, language="en").splitlines()) <= 24


def test_small_intervals_stay_plain():
    assert wide(1.0, 2.0, 3.0, Locale.EN).replace("\u00a0", " ") == "2.0 (1.0-3.0)"


def test_a_fan_with_regimes_has_their_strip_and_says_so(tabled):
    shares = {"customs_shut": 0.7, "all_open": 0.3}
    tabled["charts"][0]["regimes"] = [
        {"quarter": quarter, "shares": shares} for quarter in ("2026Q4", "2027Q1")
    ]
    page = render_html(tabled, language="en")
    assert "below, how likely each regime is" in page
    assert page.count('class="regime shut tint0"') > 2


def test_a_regime_missing_from_a_quarter_draws_no_strip(tabled):
    tabled["charts"][0]["regimes"] = [{"quarter": "2026Q4", "shares": {"all_open": 1.0}}]
    assert "below, how likely each regime is" not in render_html(tabled, language="en")


def test_a_table_too_wide_for_the_margin_takes_the_whole_page(tabled):
    assert 'class="part full" id="en-table-one"' in render_html(tabled, language="en")
    del tabled["tables"][0]["columns"][4]
    assert 'class="part" id="en-table-one"' in render_html(tabled, language="en")
