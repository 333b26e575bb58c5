"""A basis carries a solution to the next programme, as it is or by its keys."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from narrows.planning import packaged_instance
from narrows.planning.lp import Programme
from narrows.planning.matrix import build_matrix


@pytest.fixture(scope="module")
def model():
    return build_matrix(packaged_instance(quarters=4))


@pytest.fixture(scope="module")
def solved(model):
    return Programme(model).solve()


def test_a_start_from_the_optimum_takes_no_step(model, solved):
    again = Programme(model).solve(solved.basis)
    assert again.iterations == 0
    assert again.objective == pytest.approx(solved.objective, rel=1e-12)


def test_it_travels(model, solved):
    there = pickle.loads(pickle.dumps(solved.basis))  # noqa: S301 # our own bytes
    assert list(there.record.col_status) == list(solved.basis.record.col_status)
    assert list(there.record.row_status) == list(solved.basis.record.row_status)
    assert Programme(model).solve(there).iterations == 0


def test_it_does_not_follow_the_solver(model):
    programme = Programme(model)
    basis = programme.solve().basis
    before = list(basis.record.col_status)
    ordered = np.flatnonzero(model.upper > 0.0)
    programme.hold(ordered[:1], np.zeros(1))
    programme.price(ordered, -model.cost[ordered])
    assert programme.solve().iterations > 0
    assert list(basis.record.col_status) == before


def test_what_is_new_starts_outside(model, solved):
    keys = np.append(model.column_key, -5)[::-1].copy()
    fitted = solved.basis.fitted(keys, model.row_key)
    assert fitted.col_status[0].name == "kLower"
    assert list(fitted.col_status[1:]) == list(solved.basis.record.col_status)[::-1]
    rows = np.append(model.row_key, -5)
    assert solved.basis.fitted(model.column_key, rows).row_status[-1].name == "kBasic"
    assert solved.basis.fitted(model.column_key, model.row_key) is solved.basis.record
