from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.core import InputError, read_csv

TABLE = "id,chip,note\n1,昇腾910B2,x\n2,H100,\n"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r").encode(),
        ("\n" + TABLE.replace("\n", "\n\n")).encode(),
        TABLE.replace(",", " , ").encode(),
        TABLE.replace("\n", ",,\n").encode(),
    ],
    ids=["plain", "mark", "crlf", "cr", "blank lines", "spaces", "empty columns"],
)
def test_a_table_reads_the_same_however_it_was_saved(tmp_path, content):
    table = read_csv(written(tmp_path, content), rows_max=10)
    assert table.columns == ("id", "chip", "note")
    assert [dict(row.cells) for row in table.rows] == [
        {"id": "1", "chip": "昇腾910B2", "note": "x"},
        {"id": "2", "chip": "H100", "note": ""},
    ]


def test_quoted_line_breaks_stay_in_their_cell_and_short_rows_are_filled(tmp_path):
    table = read_csv(written(tmp_path, b'id,a,b\n"1\n2",x\n3,y,z\n'), rows_max=10)
    assert [dict(row.cells) for row in table.rows] == [
        {"id": "1\n2", "a": "x", "b": ""},
        {"id": "3", "a": "y", "b": "z"},
    ]
    assert [row.line for row in table.rows] == [3, 4]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TABLE.encode("gb18030"), r"table\.csv:2: file is not CSV text in UTF-8"),
        (TABLE.encode("utf-16"), "UTF-16"),
        (b"id\n1\0\n", r"table\.csv:2: .*NUL"),
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b" ,,\n1,2,3\n", "empty"),
        (TABLE.replace(",", "\t").encode(), "tabs"),
        (TABLE.replace(",", ";").encode(), "semicolons"),
        (TABLE.replace(",", "，").encode(), "full-width commas"),
        (b"id,chip,chip\n1,a,b\n", r":1: chip: a column stands twice"),
        (b"id,chip\n1,a,b\n", r":2: more cells than columns"),
        (b"id,,chip\n1,x,a\n", "without a name"),
        (b'id,chip\n"1,a\n', "not valid CSV"),
        (b"id\n" + b"x" * 200_000, "field larger"),
        (b"id\n" + b"1\n" * 11, "more than 10 rows"),
    ],
)
def test_a_fault_is_told_on_one_line(tmp_path, content, words):
    with pytest.raises(InputError, match=words) as caught:
        read_csv(written(tmp_path, content), rows_max=10)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.csv: file cannot be read"):
        read_csv(tmp_path / "nowhere.csv", rows_max=10)


def test_many_columns_and_rows_take_bounded_time(tmp_path):
    columns = ",".join(f"c{number}" for number in range(50_000))
    path = written(tmp_path, columns.encode() + b"\n" + b"1\n" * 20)
    start = process_time()
    table = read_csv(path, rows_max=100)
    assert (len(table.columns), len(table.rows)) == (50_000, 20)
    assert process_time() - start < 5.0


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_a_table_or_an_input_error(tmp_path_factory, content):
    path = written(tmp_path_factory.mktemp("any"), content)
    try:
        table = read_csv(path, rows_max=10)
    except InputError:
        return
    assert all(set(row.cells) == set(table.columns) for row in table.rows)
