from __future__ import annotations

from dataclasses import replace

import pytest

from narrows.core import RefusalError
from narrows.performance.serving.shape import shape_of


def test_parameters_add_up_to_the_published_total(catalog):
    for model in catalog.models.values():
        if model.total_params_b is None or model.layers is None:
            continue
        total = shape_of(model).total_params / 1e9
        assert total == pytest.approx(model.total_params_b, rel=0.02), model.id


def test_active_parameters_are_near_the_published_count(catalog):
    for name in ("deepseek-v3", "qwen3-235b-a22b", "gpt-oss-120b", "glm-5", "deepseek-v4-pro"):
        model = catalog.models[name]
        active = shape_of(model).active_params / 1e9
        assert active == pytest.approx(model.active_params_b, rel=0.06), name


def test_unknown_dimension_is_refused_by_name(catalog):
    blank = replace(catalog.models["llama3-70b"], kv_heads=None)
    with pytest.raises(RefusalError, match=r"kv_heads"):
        shape_of(blank)


def test_counts_that_do_not_add_up_are_refused(catalog):
    wrong = replace(catalog.models["llama3-70b"], total_params_b=700.0)
    with pytest.raises(RefusalError, match="parameters"):
        shape_of(wrong)


def test_experts_on_a_width_of_their_own_are_as_narrow(catalog):
    """Its checkpoint has 2.77 million million parameters; at the model's own width it were 5.5."""
    model = catalog.models["kimi-k3"]
    assert shape_of(model).total_params / 1e9 == pytest.approx(model.params_check_b, rel=0.02)
