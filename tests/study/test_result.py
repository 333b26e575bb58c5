"""The files of a result: whole or not at all, and nowhere but in their folder."""

import csv

import pytest

from narrows.study import Result

CELL = {"value": 2.0}


def _result(*tables):
    return Result(
        {
            "study": {"name": "x"},
            "orders": [{"system": "h200", "lots": 1}],
            "tables": [
                {"id": name, "columns": [{"id": "a.b"}], "rows": [{"head": "r", "cells": [CELL]}]}
                for name in tables
            ],
        }
    )


def test_a_table_cannot_leave_its_folder(tmp_path):
    folder = tmp_path / "deep" / "out"
    written = _result("../../escape", "/etc/x", "..").write(folder)
    assert {path.parent for path in written} == {folder}
    assert not (tmp_path / "escape.csv").exists()


def test_a_table_named_like_a_part_of_the_result_stands_beside_it(tmp_path):
    written = {path.name for path in _result("orders").write(tmp_path)}
    assert written == {"result.json", "orders.csv", "table-orders.csv"}
    with (tmp_path / "orders.csv").open(newline="") as file:
        assert next(csv.DictReader(file))["system"] == "h200"


def test_a_result_that_cannot_be_told_leaves_the_last_one_whole(tmp_path):
    _result().write(tmp_path)
    before = (tmp_path / "result.json").read_bytes()
    broken = Result({"study": {"name": "x"}, "orders": [{"lots": 1j}]})
    with pytest.raises(TypeError):
        broken.write(tmp_path)
    assert (tmp_path / "result.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".partial"] == []
