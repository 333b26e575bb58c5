from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.performance.serving.settle import settle


@given(slope=st.floats(-0.85, 0.85), point=st.floats(0.01, 1e6), start=st.floats(0.01, 1e6))
def test_a_power_law_settles_on_its_fixed_point(slope, point, start):
    found = settle(lambda x: point * (x / point) ** slope, np.array([start]))
    assert found[0] == pytest.approx(point, rel=1e-5)


def test_elements_settle_apart():
    points = np.array([[1.0, 10.0], [100.0, 1000.0]])
    found = settle(lambda x: np.sqrt(x * points), np.ones_like(points))
    assert found == pytest.approx(points, rel=1e-6)
