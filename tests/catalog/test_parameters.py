from __future__ import annotations

from dataclasses import replace

import pytest

from narrows.catalog import (
    Catalog,
    active_parameters,
    kv_bytes_per_token,
    total_parameters,
)
from narrows.catalog.check_models import TOTAL_TOLERANCE
from narrows.catalog.parameters import is_expert_layer, is_full_attention
from narrows.core import RefusalError

# Published counts, in billions.
PUBLISHED = {
    "gpt3-175b": 175.0,
    "llama3-405b": 405.9,
    "mixtral-8x7b": 46.7,
    "deepseek-v3": 671.0,
    "llama4-maverick": 400.0,
    "qwen3-next-80b-a3b": 80.0,
    "minimax-m1": 456.0,
    "kimi-linear-48b": 49.0,
    "gpt-oss-120b": 116.8,
    "longcat-flash-560b": 560.0,
    "hunyuan-large-389b": 389.0,
    "nemotron3-nano-30b-a3b": 31.6,
    "nemotron3-super-120b-a12b": 120.6,
    "nemotron3-ultra-550b-a55b": 550.0,
}
ACTIVE = {
    "deepseek-v3": 37.0,
    "mixtral-8x7b": 12.9,
    "gpt-oss-120b": 5.1,
    "qwen3-235b-a22b": 22.0,
    "nemotron3-ultra-550b-a55b": 55.0,
}


@pytest.mark.parametrize(("model_id", "billions"), PUBLISHED.items())
def test_totals_follow_from_the_dimensions(
    catalog: Catalog, model_id: str, billions: float
) -> None:
    counted = total_parameters(catalog.models[model_id]) / 1e9
    assert counted == pytest.approx(billions, rel=TOTAL_TOLERANCE)


@pytest.mark.parametrize(("model_id", "billions"), ACTIVE.items())
def test_active_weights_are_those_a_token_is_multiplied_with(
    catalog: Catalog, model_id: str, billions: float
) -> None:
    counted = active_parameters(catalog.models[model_id]) / 1e9
    assert counted == pytest.approx(billions, rel=0.03)


def test_every_model_is_counted_or_named_as_uncountable(catalog: Catalog) -> None:
    refused = []
    for model in catalog.models.values():
        try:
            assert 0 < active_parameters(model) <= total_parameters(model)
        except RefusalError:
            refused.append(model.id)
    assert refused == ["deepseek-v4-flash", "deepseek-v4-pro"]


def test_the_spread_of_caches_is_the_published_one(catalog: Catalog) -> None:
    latent = kv_bytes_per_token(catalog.models["deepseek-v3"], 2.0)
    full = kv_bytes_per_token(catalog.models["megatron-1t"], 2.0)
    hybrid = kv_bytes_per_token(catalog.models["qwen3-next-80b-a3b"], 2.0)
    assert (latent, full, hybrid) == (70_272, 13_107_200, 24_576)


def test_a_missing_dimension_is_named(catalog: Catalog) -> None:
    unknown = replace(catalog.models["llama3-8b"], ffn_hidden=None)
    with pytest.raises(RefusalError) as caught:
        total_parameters(unknown)
    assert caught.value.missing == ("ffn_hidden",)


def test_tied_embeddings_are_counted_once(catalog: Catalog) -> None:
    tied = catalog.models["llama3.2-1b"]
    untied = replace(tied, tied_embeddings=False)
    assert tied.vocab is not None
    assert tied.hidden is not None
    difference = total_parameters(untied) - total_parameters(tied)
    assert difference == tied.vocab * tied.hidden


def test_expert_layers_follow_the_published_pattern(catalog: Catalog) -> None:
    maverick = catalog.models["llama4-maverick"]
    assert [is_expert_layer(maverick, index) for index in range(4)] == [False, True, False, True]
    v3 = catalog.models["deepseek-v3"]
    assert [is_expert_layer(v3, index) for index in range(5)] == [False] * 3 + [True] * 2


def test_a_patterned_model_is_no_stack_of_equal_layers(catalog: Catalog) -> None:
    hybrid = catalog.models["nemotron3-nano-30b-a3b"]
    assert hybrid.layers is None
    assert hybrid.layer_pattern is not None
    assert kv_bytes_per_token(hybrid, 1.0) == hybrid.layer_pattern.count("*") * 2 * 2 * 128


def test_full_attention_stands_at_the_end_of_each_group(catalog: Catalog) -> None:
    hybrid = catalog.models["qwen3-next-80b-a3b"]
    assert [is_full_attention(hybrid, index) for index in range(4)] == [False, False, False, True]
