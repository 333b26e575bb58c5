from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.core import harmless_cell
from narrows.core.csv_cell import FORMULA_STARTS


@given(st.sampled_from(FORMULA_STARTS), st.text())
def test_what_a_spreadsheet_would_run_gets_a_quote_and_keeps_its_text(start, rest):
    cell = harmless_cell(start + rest)
    assert cell == f"'{start}{rest}" or float(cell) == float(start + rest)
    table = io.StringIO()
    csv.writer(table).writerow([cell, "x"])
    assert next(csv.reader(io.StringIO(table.getvalue(), newline=""))) == [cell, "x"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_left_alone(number):
    assert harmless_cell(f"{number:.6g}") == f"{number:.6g}"


@pytest.mark.parametrize("cell", ["-inf", "-nan", "+1_0", "-１", "-1 ", "\t1", "-", "+"])
def test_what_only_python_reads_as_a_number_is_none(cell):
    assert harmless_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "h200", " =1", "昇騰 910C", "'=1", "1-2"])
def test_text_is_left_alone(cell):
    assert harmless_cell(cell) == cell
