from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.linalg import expm

from narrows.futures.exponential import exponential
from narrows.futures.posterior import generator


@settings(deadline=None)
@given(arrays(np.float64, (3, 4, 4), elements=st.floats(0, 40)))
def test_agrees_with_scipy(intensities: np.ndarray) -> None:
    q = generator(intensities)
    np.testing.assert_allclose(exponential(q), expm(q), atol=1e-11)


def test_of_nothing_is_the_identity() -> None:
    np.testing.assert_array_equal(exponential(np.zeros((2, 3, 3))), np.array([np.eye(3)] * 2))


def test_of_one_matrix_as_of_a_stack() -> None:
    q = generator(np.full((4, 4), 0.3))
    np.testing.assert_array_equal(exponential(q), exponential(q[None])[0])
