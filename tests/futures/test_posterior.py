from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from narrows.futures.history import Counts
from narrows.futures.posterior import (
    GammaRates,
    draw_generators,
    generator,
    posterior,
    quarter_matrix,
)
from narrows.futures.prior import load_chain_prior


def test_posterior_mean_is_shape_plus_jumps_over_rate_plus_dwell() -> None:
    prior = load_chain_prior()
    jumps = np.zeros((4, 4))
    jumps[3, 2] = 2
    rates = posterior(prior, Counts(np.array([0.0, 0.0, 0.0, 3.0]), jumps))
    a, b = prior.jumps / 3, prior.jumps * prior.dwell_years
    assert rates.mean[3, 2] == pytest.approx((a + 2) / (b + 3))
    assert rates.mean[3, 0] == pytest.approx(a / (b + 3))
    assert rates.mean[0, 3] == pytest.approx(a / b)


def test_prior_mean_stay_is_the_stated_one() -> None:
    prior = load_chain_prior()
    rates = posterior(prior, Counts(np.zeros(4), np.zeros((4, 4))))
    np.testing.assert_allclose(rates.mean.sum(axis=1), 1 / prior.dwell_years)


def test_draws_have_the_posterior_mean() -> None:
    shape = np.array([[0.0, 3.0], [2.0, 0.0]])
    rates = GammaRates(shape, np.array([2.0, 4.0]))
    q = draw_generators(rates, draws=40_000, seed=1)
    np.testing.assert_allclose(q.mean(axis=0), generator(rates.mean), atol=0.02)


def test_draws_repeat_with_their_seed() -> None:
    rates = GammaRates(np.ones((3, 3)), np.ones(3))
    np.testing.assert_array_equal(
        draw_generators(rates, draws=5, seed=3), draw_generators(rates, draws=5, seed=3)
    )


@given(arrays(np.float64, (5, 4, 4), elements=st.floats(0, 50)))
def test_quarter_matrices_are_stochastic(intensities: np.ndarray) -> None:
    matrices = quarter_matrix(generator(intensities))
    assert (matrices >= 0).all()
    np.testing.assert_allclose(matrices.sum(axis=2), 1.0, atol=1e-12)


def test_two_state_chain_in_closed_form() -> None:
    leave, back = 0.7, 1.9
    q = generator(np.array([[0.0, leave], [back, 0.0]]))
    total = leave + back
    stay = back / total + leave / total * np.exp(-total / 4)
    assert quarter_matrix(q)[0, 0] == pytest.approx(stay, abs=1e-12)
