from __future__ import annotations

import numpy as np
import pytest

from narrows.performance.serving.speculation import ACCEPT_USUAL, acceptance_doubt, tokens_per_step


def test_huaweis_recipe_assumes_2_44_tokens_with_three_drafts():
    assert tokens_per_step(3, np.array(0.68)) == pytest.approx(2.44, abs=0.02)


def test_one_draft_adds_its_acceptance():
    assert tokens_per_step(1, np.array(0.7)) == pytest.approx(1.7)


def test_without_drafts_a_step_is_a_token():
    assert tokens_per_step(0, np.array(0.7)) == 1.0


def test_untold_acceptance_matters_as_much_as_it_moves_tokens():
    """The slope is taken by a step of the log-odds."""
    step = 1e-5
    odds = np.log(ACCEPT_USUAL / (1 - ACCEPT_USUAL)) + np.array([0.0, step])
    accept = 1 / (1 + np.exp(-odds))
    slopes = {n: np.diff(np.log(tokens_per_step(n, accept)))[0] / step for n in (1, 3, 7)}
    for drafts, slope in slopes.items():
        assert acceptance_doubt(drafts) == pytest.approx(slope / slopes[3], rel=1e-3)
    assert acceptance_doubt(0) == 0.0
