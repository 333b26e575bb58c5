"""The eight A100 step times of Korthikanti et al. (2205.05198), table 5."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from narrows.catalog import data_root, load_catalog
from narrows.performance.calibration.draws import uncalibrated
from narrows.performance.dimensions import Dimensions
from narrows.performance.hardware import hardware_of
from narrows.performance.shape import shape_of
from narrows.performance.training import Cluster, Job, Recompute, Strategy, predict


def _rows() -> list[dict[str, str]]:
    path = data_root() / "measurements" / "training_runs.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source_id"] == "korthikanti-2022"]
    return [row for row in rows if row["measured_step_s"]]


def _error(row: dict[str, str]) -> float:
    catalog = load_catalog()
    hardware = hardware_of(catalog.chip("nv-a100-80-sxm"), catalog.system("dgx-a100"))
    full = row["recompute"].startswith("full")
    strategy = Strategy(
        tensor=int(row["tp"]),
        pipeline=int(row["pp"]),
        chunks=int(row["vpp_stages"] or 1),
        micro_batch=int(row["micro_batch"]),
        zero=0,
        recompute=Recompute.FULL if full else Recompute.SELECTIVE,
        sequence_parallel=not full,
    )
    shape = shape_of(
        Dimensions(
            layers=int(row["layers"]),
            hidden=int(row["hidden"]),
            heads=int(row["heads"]),
            vocab=int(row["vocab"]),
        )
    )
    answer = predict(
        shape,
        Cluster(hardware=hardware, chips=int(row["n_chips"])),
        job=Job(sequence=2048, batch=int(row["global_batch_seqs"]), software="megatron-unfused"),
        strategy=strategy,
        calibration=uncalibrated(),
    )
    return answer.step_s.p50 / float(row["measured_step_s"]) - 1.0


def test_first_guess_already_meets_the_first_bar() -> None:
    errors = np.abs([_error(row) for row in _rows()])
    assert errors.size == 8
    assert errors.mean() <= 0.06


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["id"])
def test_no_row_is_far_off(row: dict[str, str]) -> None:
    assert abs(_error(row)) < 0.12
