"""The wiring to SALib on a function whose indices are known in closed form, then on a study."""

import sys

import numpy as np
import pytest

from narrows.cli import main
from narrows.core import InputError
from narrows.study.sensitivity import study_sensitivity
from narrows.study.uncertain.inputs import Input
from narrows.study.uncertain.sobol import analyse, sample
from narrows.study.uncertain.tornado import Reached, Swing, Tornado
from narrows.study.uncertain.variance import widest

NAMES = ("one", "two", "three")
A, B = 7.0, 0.1
"""The usual constants of Ishigami's function."""


def ishigami(points):
    x = np.pi * (2.0 * points - 1.0)
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices():
    """First and total indices in closed form (Ishigami and Homma, 1990)."""
    alone = 0.5 * (1.0 + B * np.pi**4 / 5.0) ** 2
    second = A**2 / 8.0
    together = B**2 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    whole = alone + second + together
    first = np.array([alone, second, 0.0]) / whole
    total = np.array([alone + together, second, together]) / whole
    return first, total


def test_indices_of_ishigamis_function_are_found():
    found = analyse(NAMES, ishigami(sample(NAMES, samples=2048, seed=1)), seed=1)
    by_name = {index.name: index for index in found}
    first, total = ishigami_indices()
    for place, name in enumerate(NAMES):
        index = by_name[name]
        assert index.first == pytest.approx(first[place], abs=0.03)
        assert index.total == pytest.approx(total[place], abs=0.03)
        assert abs(index.first - first[place]) <= 2.0 * index.first_half
        assert 0.0 < index.total_half < 0.1
    totals = [index.total for index in found]
    assert totals == sorted(totals, reverse=True)


def test_intervals_narrow_as_samples_grow():
    few, many = (
        analyse(NAMES, ishigami(sample(NAMES, samples=n, seed=2)), seed=2)[0] for n in (64, 4096)
    )
    assert many.total_half < 0.5 * few.total_half


def test_equal_seeds_give_equal_indices():
    points = sample(NAMES, samples=64, seed=5)
    assert np.array_equal(points, sample(NAMES, samples=64, seed=5))
    assert analyse(NAMES, ishigami(points), seed=5) == analyse(NAMES, ishigami(points), seed=5)


def test_a_constant_has_no_indices():
    assert analyse(NAMES, np.ones(8 * 5), seed=1) is None


@pytest.mark.parametrize("samples", [0, 1, 3, 100])
def test_only_powers_of_two_are_balanced(samples):
    with pytest.raises(InputError, match="power of two"):
        sample(NAMES, samples=samples, seed=1)


def test_without_salib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample.sobol", None)
    with pytest.raises(InputError, match=r"narrows\[sensitivity\]"):
        sample(NAMES, samples=8, seed=1)


def test_the_widest_of_either_output_are_chosen():
    def swing(one, cost, chips):
        return Swing(one, Reached(0.0, 0.0), Reached(cost, chips))

    found = Tornado(
        Reached(1.0, 1.0),
        (
            swing(Input.DEMAND, 9.0, 0.0),
            swing(Input.BUDGET, 5.0, 1.0),
            swing(Input.GATES, 0.1, 8.0),
            swing(Input.CAP, 0.2, 3.0),
        ),
    )
    assert widest(found, 3) == (Input.DEMAND, Input.GATES, Input.BUDGET)
    assert len(widest(found, 9)) == 4


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["h200", "--samples", "100"], "power of two"),
        (["h200", "--inputs", "0"], "needs an input"),
        (["h200-policy"], "plans no orders"),
        (["no-such"], "no such study"),
    ],
)
def test_bad_sizes_and_studies_are_refused(capsys, arguments, problem):
    assert main(["sensitivity", *arguments]) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert error.count("\n") == 1


@pytest.mark.nightly
def test_the_packaged_study_spreads_mostly_with_demand_and_speed():
    sobol = study_sensitivity("h200", samples=16, inputs=5).document["sobol"]
    assert sobol["solves"] == 16 * 7
    cost = sobol["outputs"]["cost_log"]["indices"]
    assert {one["input"] for one in cost[:3]} <= {
        "demand", "demand_growth", "speed_domestic", "speed_import",
    }  # fmt: skip
    assert all(one["total_half_width"] > 0.0 for one in cost)
    assert all(one["total"] > -0.1 for one in cost)
    assert sobol["outputs"]["order"]["indices"] is not None
