"""The benches print rows that a program can read."""

import json

import pytest

from narrows.cli import main


@pytest.mark.parametrize("part", ["futures", "serving"])
def test_rows_carry_name_seconds_and_rate(part, capsys):
    assert main(["bench", part, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert rows
    assert all(row["name"] and row["cpu_s"] > 0 and row["rate"] > 0 for row in rows)


def test_an_unknown_part_is_bad_input(capsys):
    assert main(["bench", "luck"]) == 2
    assert "luck" in capsys.readouterr().err
