from __future__ import annotations

import pytest

from narrows.performance.serving.generic import generic_model
from narrows.performance.serving.shape import shape_of


@pytest.mark.parametrize("name", ["X-7B", "X-32B", "X-70B", "Y-30B-A3B", "Y-235B-A22B", "Z-1.6T"])
def test_a_stand_in_has_the_size_that_its_name_tells(name):
    model = generic_model(name)
    assert model is not None
    shape = shape_of(model)
    assert shape.total_params / 1e9 == pytest.approx(model.total_params_b, rel=0.2)
    if model.active_params_b is not None:
        assert shape.active_params / 1e9 == pytest.approx(model.active_params_b, rel=0.35)


def test_large_models_without_an_active_count_are_mixtures():
    assert generic_model("X-560B").experts_routed is not None
    assert generic_model("X-70B").experts_routed is None


def test_a_name_without_a_size_has_no_stand_in():
    assert generic_model("X-large") is None
