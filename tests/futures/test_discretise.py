from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.futures import markov_levels
from narrows.futures.path_model import Autoregression


@given(st.floats(0.0, 0.95), st.floats(0.01, 0.5), st.integers(2, 9))
def test_persistence_and_spread_are_kept(persistence: float, shock: float, states: int) -> None:
    law = Autoregression(persistence=persistence, shock=shock, because="test")
    got = markov_levels(law, states=states)
    np.testing.assert_allclose(got.matrix.sum(axis=1), 1.0)
    logs = np.log(got.levels)
    np.testing.assert_allclose(got.matrix @ logs, persistence * logs, atol=1e-10)
    long_run = np.linalg.matrix_power(got.matrix, 2_000)[0]
    spread = np.sqrt(long_run @ np.square(logs))
    assert spread == pytest.approx(shock / np.sqrt(1 - persistence**2), rel=1e-6)


def test_one_state_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two"):
        markov_levels(Autoregression(persistence=0.5, shock=0.1, because="test"), states=1)
