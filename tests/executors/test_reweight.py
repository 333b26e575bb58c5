"""Lost scenarios are named, their weight is moved, and the sum stays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.core import InputError, RefusalError
from narrows.executors import Cause, Done, Failure, Run, reweighted


def _run(has_result):
    return Run(
        outcomes=tuple(
            Done(key=f"s{i}", value=float(i), tries=1)
            if good
            else Failure(key=f"s{i}", cause=Cause.GONE, reason="lost", tries=3)
            for i, good in enumerate(has_result)
        )
    )


def test_a_lost_scenario_is_stated_and_its_weight_moved():
    left = reweighted(_run([True, False, True]), np.array([0.5, 0.2, 0.3]))
    np.testing.assert_allclose(left.probability, [0.625, 0.0, 0.375])
    assert left.lost == pytest.approx(0.2)
    assert left.statement.id == "planning.scenarios.lost"
    assert left.statement.values["named"] == "s1 (lost)"
    assert left.mean(np.array([0.0, 2.0])) == pytest.approx(0.75)


def test_a_scenario_of_no_probability_keeps_its_place_in_the_mean():
    left = reweighted(_run([True, True, False]), np.array([0.5, 0.0, 0.5]))
    assert left.mean(np.array([3.0, 9.0])) == pytest.approx(3.0)


def test_nothing_lost_changes_nothing():
    left = reweighted(_run([True, True]), np.array([0.4, 0.6]))
    np.testing.assert_array_equal(left.probability, [0.4, 0.6])
    assert (left.lost, left.failures, left.statement) == (0.0, (), None)


@given(
    st.lists(st.tuples(st.booleans(), st.floats(0.01, 10.0)), min_size=1, max_size=30).filter(
        lambda rows: any(good for good, _ in rows)
    )
)
def test_the_sum_and_the_proportions_stay(rows):
    has_result = np.array([good for good, _ in rows])
    weight = np.array([w for _, w in rows])
    left = reweighted(_run(has_result), weight)
    assert left.probability.sum() == pytest.approx(weight.sum())
    assert np.all(left.probability[~has_result] == 0.0)
    ratio = left.probability[has_result] / weight[has_result]
    assert np.ptp(ratio) <= 1e-12 * ratio.max()


def test_what_cannot_be_weighed_is_refused():
    with pytest.raises(RefusalError, match="no scenario has a result"):
        reweighted(_run([False]), np.array([1.0]))
    with pytest.raises(InputError, match="one probability a job"):
        reweighted(_run([True]), np.array([0.5, 0.5]))
    with pytest.raises(InputError, match="negative"):
        reweighted(_run([True]), np.array([-1.0]))
