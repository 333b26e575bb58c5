from __future__ import annotations

import numpy as np
import pytest

from narrows.performance.serving.constants import BOUNDED, NAMES, from_free, nudged, to_free
from narrows.performance.serving.effects import Member, constants_of, load_priors, prior_middle


@pytest.mark.parametrize("name", NAMES)
def test_the_free_scale_goes_there_and_back(name):
    value = np.array([0.1, 0.5, 0.9])
    assert from_free(name, to_free(name, value)) == pytest.approx(value)


def test_no_sum_of_effects_promises_more_than_the_silicon_has():
    for name in BOUNDED:
        assert (
            0 < float(from_free(name, np.array(-6.0))) < float(from_free(name, np.array(6.0))) < 1
        )


def test_each_nudge_moves_one_constant():
    priors = load_priors()
    middle = constants_of(priors, {}, Member("nvidia-hopper", "vllm"))
    moved = nudged(middle, 0.01)
    for row, name in enumerate(NAMES, start=1):
        values = getattr(moved, name)[:, 0]
        assert to_free(name, values[row]) - to_free(name, values[0]) == pytest.approx(0.01)
        assert np.all(np.delete(values, row) == values[0])
    assert prior_middle(priors, "layer_us") == pytest.approx(
        np.log(priors.constants["layer_us"].value)
    )
