from __future__ import annotations

import numpy as np
import pytest

from narrows.performance.serving.effects import load_priors, prior_middle, prior_spread
from narrows.performance.serving.fit import fit

NAMES = ("weight_stream", "step_us")


def _model(truth, design):
    def log_ratios(parameters):
        return design @ (parameters - truth), design

    return log_ratios


def test_plenty_of_clean_data_overrides_the_prior():
    priors = load_priors()
    centre = np.array([prior_middle(priors, n) for n in NAMES])
    truth = centre + 2 * np.array([prior_spread(priors, n) for n in NAMES])
    design = np.random.default_rng(1).standard_normal((500, 2))
    found = fit(priors, NAMES, _model(truth, design), np.ones(500), 0.05)
    assert found.middle == pytest.approx(truth, abs=0.01)


def test_without_data_the_prior_stays():
    priors = load_priors()
    found = fit(priors, NAMES, _model(np.zeros(2), np.zeros((3, 2))), np.ones(3), 0.1)
    assert found.middle == pytest.approx([prior_middle(priors, n) for n in NAMES])
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(
        [prior_spread(priors, n) for n in NAMES]
    )


def test_one_wild_row_does_not_bend_the_fit():
    priors = load_priors()
    centre = np.array([prior_middle(priors, n) for n in NAMES])
    design = np.vstack([np.eye(2)] * 20)

    def wild(parameters):
        ratios = design @ (parameters - centre)
        ratios[0] += 3.0
        return ratios, design

    found = fit(priors, NAMES, wild, np.ones(40), 0.1)
    assert found.middle == pytest.approx(centre, abs=0.05)


def test_draws_repeat_and_spread_as_the_covariance_says():
    priors = load_priors()
    found = fit(priors, NAMES, _model(np.zeros(2), np.eye(2)), np.ones(2), 0.3)
    draws = found.draws(20_000, 4)
    assert np.array_equal(draws, found.draws(20_000, 4))
    assert np.std(draws, axis=0) == pytest.approx(np.sqrt(np.diag(found.covariance)), rel=0.05)


def test_a_step_that_overshoots_a_kink_is_damped():
    """Beyond 0.1 the misfit of the first parameter rises again, so whole steps never help."""
    priors = load_priors()
    centre = np.array([prior_middle(priors, n) for n in NAMES])

    def kinked(parameters):
        moved = parameters[0] - centre[0]
        bent = moved < 0.1
        slope = np.array([[-3.0 if bent else 30.0, 0.0]])
        return np.array([3.0 - 3.0 * moved if bent else 2.7 + 30.0 * (moved - 0.1)]), slope

    found = fit(priors, NAMES, kinked, np.array([10.0]), 0.1)
    assert found.middle[0] - centre[0] == pytest.approx(0.1, abs=0.01)
