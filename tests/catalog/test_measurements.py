from __future__ import annotations

import csv
from pathlib import Path

import pytest

from narrows.catalog import (
    data_root,
    load_kernel_efficiency,
    load_serving_runs,
    load_training_runs,
)
from narrows.core import Grade, InputError

PROSE_MAX_CHARS = 160
"""A longer cell is a sentence, and sentences are not data. Titles and addresses apart."""


def _table(name: str) -> Path:
    return data_root() / "measurements" / name


def test_all_rows_are_read() -> None:
    assert len(load_training_runs()) == 942
    assert len(load_serving_runs()) == 616
    assert len(load_kernel_efficiency()) == 304


def test_ids_are_unique_and_splits_known() -> None:
    runs = [*load_training_runs(), *load_serving_runs()]
    assert len({run.id for run in runs}) == len(runs)
    assert {run.split for run in runs} == {"calibrate", "test"}


def test_every_row_has_a_grade() -> None:
    rows = [*load_training_runs(), *load_serving_runs(), *load_kernel_efficiency()]
    assert {row.grade for row in rows} <= set(Grade)


def test_the_eight_step_times_of_korthikanti_are_there() -> None:
    paper = [run for run in load_training_runs() if run.source_id == "korthikanti-2022"]
    rows = [run for run in paper if run.provenance == "transcription"]
    assert len(rows) == 8
    assert all(run.measured_step_s is not None and run.split == "calibrate" for run in rows)


@pytest.mark.parametrize("name", ["training_runs", "serving_runs", "kernel_efficiency"])
def test_tables_hold_no_prose(name: str) -> None:
    with _table(f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert "notes" not in rows[0]
    cells = [cell for row in rows for cell in row if "http" not in cell]
    assert not [cell for cell in cells if len(cell) > PROSE_MAX_CHARS]


def test_a_bad_cell_is_named_with_its_line(tmp_path: Path) -> None:
    lines = _table("training_runs.csv").read_text(encoding="utf-8").splitlines()
    spoilt = tmp_path / "runs.csv"
    broken = lines[1].replace(",8,8,", ",eight,8,", 1)
    spoilt.write_text("\n".join([lines[0], broken]) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_training_runs(spoilt)
    assert caught.value.line == 2
    assert caught.value.fieldname == "chips_per_node"
    assert caught.value.value == "eight"


def test_an_unknown_column_is_refused(tmp_path: Path) -> None:
    lines = _table("serving_runs.csv").read_text(encoding="utf-8").splitlines()
    spoilt = tmp_path / "runs.csv"
    spoilt.write_text(f"{lines[0]},comment\n", encoding="utf-8")
    with pytest.raises(InputError, match="comment"):
        load_serving_runs(spoilt)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not readable"):
        load_kernel_efficiency(tmp_path / "none.csv")
