"""A run that is left out tells its own prediction nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.catalog import data_root, load_catalog
from narrows.performance.calibration.draws import last_best
from narrows.performance.calibration.fit import Fit
from narrows.performance.calibration.left_out import (
    LeftOutErrors,
    by_shape,
    by_source,
    left_out_errors,
)
from narrows.performance.calibration.observations import Observation, observations

SOURCES = ("korthikanti-2022", "narayanan-2021")


@pytest.fixture(scope="module")
def rows() -> list[Observation]:
    path = data_root() / "measurements" / "training_runs.csv"
    found = observations(path, load_catalog())
    return [each for each in found if each.asked.source in SOURCES and each.asked.strategies]


@pytest.fixture(scope="module")
def start() -> Fit:
    best = last_best()
    return Fit(best=best, covariance=np.zeros((best.size, best.size)))


@pytest.fixture(scope="module")
def left(rows: list[Observation]) -> list[Observation]:
    return [each for each in rows if each.asked.source == SOURCES[0]]


@pytest.fixture(scope="module")
def before(rows: list[Observation], left: list[Observation], start: Fit) -> LeftOutErrors:
    return left_out_errors(rows, left=left, fold=by_source, whole=start)


def slowed(row: Observation, times: float) -> Observation:
    return replace(row, measured=replace(row.measured, step_s=row.measured.step_s * times))


def test_a_left_out_source_does_not_move_its_own_predictions(
    rows: list[Observation], left: list[Observation], before: LeftOutErrors, start: Fit
) -> None:
    others = [each for each in rows if each.asked.source != SOURCES[0]]
    slower = [slowed(each, 2.0) for each in left]
    after = left_out_errors([*others, *slower], left=slower, fold=by_source, whole=start)
    np.testing.assert_allclose(after.log_error, before.log_error - np.log(2.0), rtol=1e-9)
    np.testing.assert_allclose(after.log_spread, before.log_spread, rtol=1e-9)


def test_a_kept_source_moves_the_predictions_of_the_one_left_out(
    rows: list[Observation], left: list[Observation], before: LeftOutErrors, start: Fit
) -> None:
    moved = [slowed(each, 1.5) if each.asked.source == SOURCES[1] else each for each in rows]
    after = left_out_errors(moved, left=left, fold=by_source, whole=start)
    assert np.all(after.log_error > before.log_error + 0.1)


def test_runs_of_one_shape_share_a_fold_whatever_their_names(rows: list[Observation]) -> None:
    folds: dict[str, set[tuple[int, int]]] = {}
    for each in rows:
        shape = each.asked.shape
        folds.setdefault(by_shape(each), set()).add((int(shape.hidden), int(shape.layers)))
    assert all(len(shapes) == 1 for shapes in folds.values())
    assert len(folds) == len({shape for shapes in folds.values() for shape in shapes})
