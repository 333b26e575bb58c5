from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.performance.serving.settle import between, settle


@given(slope=st.floats(-0.85, 0.85), point=st.floats(0.01, 1e6), start=st.floats(0.01, 1e6))
def test_a_power_law_settles_on_its_fixed_point(slope, point, start):
    found = settle(lambda x: point * (x / point) ** slope, np.array([start]))
    assert found[0] == pytest.approx(point, rel=1e-5)


def test_elements_settle_apart():
    points = np.array([[1.0, 10.0], [100.0, 1000.0]])
    found = settle(lambda x: np.sqrt(x * points), np.ones_like(points))
    assert found == pytest.approx(points, rel=1e-6)


def test_a_map_steeper_than_the_bound_is_bisected():
    """As where a queue fills up: the steeper side would throw a step to and fro for ever."""
    limit = 4.0

    def image(x):
        return np.minimum(limit, 3.9 * (3.9 / x) ** 4)

    found = settle(image, np.array([limit]))
    assert found[0] == pytest.approx(3.9, rel=1e-9)


def test_at_a_jump_the_side_is_taken_that_asks_for_more():
    found = settle(lambda x: np.where(x < 2.0, 3.0, 1.0), np.array([3.0, 2.5]))
    assert found == pytest.approx([2.0, 2.0], rel=1e-9)
    assert np.all(found < 2.0)


def _steep(point):
    return lambda x: point * (point / x) ** 4


@pytest.mark.parametrize("start", [3.9, 3.9 * (1 + 1e-3), 400.0])
def test_a_start_on_or_above_the_fixed_point_bounds_it(start):
    assert settle(_steep(3.9), np.array([start]))[0] == pytest.approx(3.9, rel=1e-5)


def test_a_start_below_a_fixed_point_that_must_be_bisected_is_no_bound():
    with pytest.raises(ValueError, match="upper bound"):
        settle(_steep(3.9), np.array([3.9 * (1 - 1e-3)]))


@pytest.mark.parametrize(("logarithms", "held"), [(29.9, True), (30.1, False)])
def test_a_fixed_point_is_sought_no_further_below_the_start_than_the_width(logarithms, held):
    start = np.array([3.9 * np.exp(logarithms)])
    if held:
        assert settle(_steep(3.9), start)[0] == pytest.approx(3.9, rel=1e-9)
    else:
        with pytest.raises(ValueError, match="below the start"):
            settle(_steep(3.9), start)


def test_only_elements_that_are_bisected_need_a_bound():
    points = np.array([3.9, 3.9])

    def image(x):
        return np.array([_steep(3.9)(x[0]), np.sqrt(x[1] * 3.9)])

    assert settle(image, np.array([400.0, 0.01])) == pytest.approx(points, rel=1e-6)


@given(slope=st.floats(-8.0, 0.9), point=st.floats(0.01, 1e3), below=st.floats(1.01, 1e3))
def test_a_fixed_point_between_its_bounds_is_found_however_steep(slope, point, below):
    found = between(
        lambda x: point * (x / point) ** slope, np.array([point / below]), np.array([point * 3])
    )
    assert found[0] == pytest.approx(point, rel=1e-4)


def test_a_kink_between_the_bounds_holds_nothing_up():
    def image(x):
        return np.where(x < 2.0, 2.5, 2.0 * (2.0 / x) ** 30)

    found = between(
        lambda x: np.minimum(2.5, image(x)), np.array([0.1, 1e-3]), np.array([2.5, 9.0])
    )
    assert found == pytest.approx([2.0, 2.0], rel=1e-3)
