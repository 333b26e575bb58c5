from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.catalog import plain, quantity, switch
from narrows.catalog.cells import cell_table


@pytest.mark.parametrize(
    ("written", "column", "value"),
    [
        ("１２８", "n_chips", 128.0),
        ("4,096", "seq_len", 4096.0),
        ("1e6", "input_len", 1e6),
        ("2K", "input_len", 2048.0),
        ("1 M tokens", "input_len", 1048576.0),
        ("mean 294", "input_len", 294.0),
        ("8 卡", "n_chips", 8.0),
        ("~3.2", "tpot_ms", 3.2),
        ("85 ms", "tpot_ms", 85.0),
        ("1.2 s", "ttft_ms", 1200.0),
        ("1.2", "measured_step_s", 1.2),
        ("850 ms", "measured_step_s", 0.85),
        ("120 req/min", "request_rate", 2.0),
        ("90%", "prefix_hit_share", 0.9),
        ("3.5k tok/s", "tok_s_per_chip", 3500.0),
        ("80 GB", "peak_mem_gib", 80e9 / 2**30),
        ("16384 tokens per chip", "concurrency", 16384.0),
        ("175B", "params_b", 175.0),
    ],
)
def test_numbers_in_the_unit_of_their_column(written, column, value):
    assert quantity(written, column) == pytest.approx(value)


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ("2 x 8", "n_chips"),
        ("2 nodes", "n_chips"),
        ("16 dies", "n_chips"),
        ("12k", "n_chips"),
        ("128-1024", "input_len"),
        ("1024 / 2048", "input_len"),
        ("128k", "vocab"),
        ("64 per node", "concurrency"),
        ("1.5.2", "tp"),
        ("8s", "tp"),
        ("many", "n_chips"),
        ("1,02", "n_chips"),
    ],
)
def test_what_is_no_number_of_its_column_is_none(written, column):
    assert quantity(written, column) is None


@pytest.mark.parametrize(
    "written", ["", " - ", "N/A", "未公开", "auto", "—", "NaN", "Not stated", "?"]
)
def test_cells_that_say_nothing_are_blank(written):
    assert plain(written) == ""


def test_switches_speak_both_languages_and_may_say_neither():
    assert [switch(each) for each in ("Yes", "是", "TRUE", "1")] == [True] * 4
    assert [switch(each) for each in ("no", "否", "None", "0")] == [False] * 4
    assert [switch(each) for each in ("", "partly", "unknown")] == [None] * 3


def test_every_column_has_the_units_of_a_table():
    table = cell_table()
    assert set(table.columns.values()) == set(table.units)


@given(st.text(max_size=30), st.sampled_from(sorted(cell_table().columns)))
def test_any_cell_is_a_number_or_none(written, column):
    found = quantity(written, column)
    assert found is None or isinstance(found, float)
