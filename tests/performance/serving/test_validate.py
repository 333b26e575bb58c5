from __future__ import annotations

import pytest

from narrows.catalog import load_serving_runs
from narrows.performance.serving.knowledge import load_knowledge
from narrows.performance.serving.runs import as_row
from narrows.performance.serving.validate import maker, validate


@pytest.fixture(scope="module")
def scores(catalog):
    rows = [as_row(run) for run in load_serving_runs()]
    sample = [row for row in rows if row["id"].startswith("TRT-T10") and int(row["id"][-3:]) < 41]
    return validate(catalog, sample, load_knowledge(), "calibrate")


def test_dense_offline_runs_are_close_and_the_roofline_is_not(scores):
    (ours,), (plain,) = scores.model, scores.roofline
    assert (ours.group, ours.predicted, ours.cells) == ("NVIDIA", 40, 4)
    assert ours.median < 0.15
    assert plain.median > 2 * ours.median


def test_makers_are_told_by_family():
    assert maker("nvidia-hopper") == "NVIDIA"
    assert maker("ascend-910") == "Ascend"
    assert maker("nobody") == "other"
