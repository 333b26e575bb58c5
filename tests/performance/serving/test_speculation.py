from __future__ import annotations

import numpy as np
import pytest

from narrows.performance.serving.speculation import tokens_per_step


def test_huaweis_recipe_assumes_2_44_tokens_with_three_drafts():
    assert tokens_per_step(3, np.array(0.68)) == pytest.approx(2.44, abs=0.02)


def test_one_draft_adds_its_acceptance():
    assert tokens_per_step(1, np.array(0.7)) == pytest.approx(1.7)


def test_without_drafts_a_step_is_a_token():
    assert tokens_per_step(0, np.array(0.7)) == 1.0
