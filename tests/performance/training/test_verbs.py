from __future__ import annotations

import json
from pathlib import Path

import pytest

from narrows.cli.calibrate import calibrate
from narrows.cli.parity import parity
from narrows.cli.train import train
from narrows.cli.validate_training import validate_training
from narrows.core import InputError, NarrowsError


def test_train_shows_layouts_parts_and_reasons(capsys) -> None:
    assert train("llama3-8b", on="dgx-h100", chips=64, batch=256, tokens=1e12) == 0
    shown = capsys.readouterr().out
    for word in ("Fastest layouts", "compute", "excluded before", "whole run", "calibrated"):
        assert word in shown
    assert all(len(line) <= 80 or line.startswith(("-", "1 ", "2")) or "layouts timed" in line
               for line in shown.splitlines())  # fmt: skip


def test_train_reads_a_configuration_and_prints_json(tmp_path, capsys) -> None:
    path = tmp_path / "config.json"
    path.write_text(
        '{"hidden_size": 2048, "num_hidden_layers": 16, "num_attention_heads": 32,'
        ' "num_key_value_heads": 8, "intermediate_size": 8192, "vocab_size": 128256}',
        encoding="utf-8",
    )
    train(str(path), on="910c", chips=16, batch=64, json_output=True)
    found = json.loads(capsys.readouterr().out)
    assert found["ranked"][0]["step_s"]["p05"] < found["ranked"][0]["step_s"]["p95"]
    assert found["evaluated"] > 0


def test_parity_answers_the_article(capsys) -> None:
    parity("h100-sxm", "910c", model="deepseek-v3", json_output=True)
    found = json.loads(capsys.readouterr().out)
    assert 2.0 < found["ratio"]["p50"] < 4.0
    assert set(found["factors"]) == {"hardware", "interconnect", "precision", "software"}


def test_validate_prints_promises_and_says_by_its_status_whether_they_hold(capsys) -> None:
    status = validate_training(json_output=True)
    found = json.loads(capsys.readouterr().out)
    assert status == (0 if all(each["met"] for each in found["targets"]) else 1)
    by_name = {each["name"]: each for each in found["targets"]}
    for name in (
        "test NVIDIA: median error",
        "coverage",
        "sources left out: median error",
        "Korthikanti's eight: mean",
        "Korthikanti's eight: worst",
        "peak memory: median error",
    ):
        assert by_name[name]["met"], name


def test_calibrate_refuses_a_file_without_measured_runs(tmp_path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("id,chip,model\n1,H100,llama3-8b\n", encoding="utf-8")
    with pytest.raises(NarrowsError, match="no row"):
        calibrate(path, output=tmp_path / "own.yaml")


def test_files_that_are_missing_are_named() -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        calibrate(Path("nowhere.csv"))
