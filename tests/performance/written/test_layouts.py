from __future__ import annotations

import pytest

from narrows.core import InputError
from narrows.performance.written import with_layout
from narrows.performance.written.layouts import layout_words

COLUMNS = frozenset({"tp", "pp", "dp", "ep", "prefill_workers", "decode_workers"})


@pytest.mark.parametrize(
    ("written", "degrees"),
    [
        ("TP8PP16DP12", {"tp": "8", "pp": "16", "dp": "12"}),
        ("tp=8, pp=16", {"tp": "8", "pp": "16"}),
        ("DP32+EP32", {"dp": "32", "ep": "32"}),
        ("TP-8", {"tp": "8"}),
        ("EP320", {"ep": "320"}),
        ("TEP8", {"tp": "8", "ep": "8"}),
        ("DEP16", {"dp": "16", "ep": "16"}),
        ("attention DP8", {"dp": "8"}),
        ("TP2VPP4", {"tp": "2", "vpp_stages": "4"}),
        ("8P8D", {"prefill_workers": "8", "decode_workers": "8"}),
        ("4P1D TP4", {"prefill_workers": "4", "decode_workers": "1", "tp": "4"}),
        ("TP8/DEP16", {"tp": "8/", "dp": "/16", "ep": "/16"}),
    ],
)
def test_layouts_in_words(written, degrees):
    assert layout_words(written) == degrees


@pytest.mark.parametrize("written", ["", "8", "1/8", "yes", "TP8 SP", "TP8 TP4", "a/b/c"])
def test_other_cells_are_no_layout(written):
    assert layout_words(written) is None


def test_a_layout_fills_its_columns():
    row = with_layout({"id": "1", "tp": "TP4 EP8", "disagg": "4P1D", "dp": "2"}, COLUMNS)
    assert row == {
        "id": "1",
        "tp": "4",
        "ep": "8",
        "dp": "2",
        "disagg": "yes",
        "prefill_workers": "4",
        "decode_workers": "1",
    }


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"tp": "TP8EP4", "ep": "8"}, "contradict"),
        ({"tp": "TP8", "dp": "TP4"}, "contradict"),
        ({"tp": "CP2"}, "no column"),
    ],
)
def test_layouts_that_contradict_or_have_no_column_are_refused(row, word):
    with pytest.raises(InputError, match=word):
        with_layout(row, COLUMNS)
