from __future__ import annotations

from dataclasses import replace

import pytest

from narrows.performance.serving.arrays import array
from narrows.performance.serving.device import device_of
from narrows.performance.serving.facts import PLAIN, load_facts
from narrows.performance.serving.layout import layout
from narrows.performance.serving.memory import sequence_bytes, sequences_that_fit, weight_bytes
from narrows.performance.serving.numbers import scheme
from narrows.performance.serving.predictor import predictor_of
from narrows.performance.serving.shape import shape_of

FP8 = scheme("fp8", "bf16")


def _drafting(catalog, name):
    return predictor_of(catalog.models[name], load_facts().model(name))


def test_a_module_of_its_own_is_one_of_the_models_layers_behind_a_projection(catalog):
    """DeepSeek-V3's page: 14bn for the module, of which embedding and head are the model's."""
    found = _drafting(catalog, "deepseek-v3")
    shared = 2 * 129_280 * 7168
    assert found.own
    assert found.total_params == pytest.approx(11.6e9, rel=0.01)
    assert found.total_params + shared == pytest.approx(14e9, rel=0.05)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("deepseek-r1", True),
        ("glm-4.5", True),
        ("glm-4.6", True),
        ("qwen3-next-80b-a3b", True),
        ("qwen3.5-397b-a17b", True),
        ("longcat-flash-560b", True),
        ("kimi-k2", False),
        ("minimax-m2", False),
        ("llama3-70b", False),
    ],
)
def test_which_models_are_published_with_a_module(catalog, name, own):
    assert _drafting(catalog, name).own is own


def test_a_module_may_have_no_experts(catalog):
    found = _drafting(catalog, "longcat-flash-560b")
    assert (found.expert_params, found.dense_params) == (0.0, 3 * 6144 * 12288)


def test_a_head_beside_the_model_is_small_and_dense(catalog):
    """One layer of Llama 3 70B, three hidden states joined, a matrix for 32,000 tokens."""
    found, hidden = _drafting(catalog, "llama3-70b"), 8192
    layer = 2 * hidden * hidden + 2 * hidden * 1024 + 3 * hidden * 28_672
    assert found.total_params == layer + (3 * hidden + 32_000) * hidden
    assert (found.attention_params, found.dense_params, found.expert_params) == (0.0, 0.0, 0.0)


def test_a_head_beside_a_mixture_is_as_wide_as_a_tokens_share(catalog):
    """Kimi K2: eight experts of 2,048 and a shared one."""
    kimi = catalog.models["kimi-k2"]
    narrower = replace(kimi, experts_topk=7)
    fewer = predictor_of(kimi, PLAIN).total_params - predictor_of(narrower, PLAIN).total_params
    assert fewer == 3 * 7168 * 2048


def test_a_checkpoint_with_its_module_is_as_large_as_published(catalog):
    """DeepSeek-V3's files have 689 GB; the module's copies of embedding and head are 3.7."""
    shape = shape_of(catalog.models["deepseek-v3"])
    copies = 2 * shape.vocab * shape.hidden * 2
    held = weight_bytes(shape, FP8, layout(), drafts=1.0).item() + copies
    assert held / 1e9 == pytest.approx(689, rel=0.005)


def test_what_drafts_takes_memory_only_where_tokens_are_drafted(catalog):
    shape = shape_of(catalog.models["deepseek-v3"])
    whole, context = layout(), array(4096.0)
    without = weight_bytes(shape, FP8, whole)
    assert weight_bytes(shape, FP8, whole, drafts=0.0) == without
    assert weight_bytes(shape, FP8, whole, drafts=1.0) > without
    assert weight_bytes(shape, FP8, whole, drafts=3.0) == weight_bytes(
        shape, FP8, whole, drafts=1.0
    )
    kept = sequence_bytes(shape, FP8, whole, context)
    drafted = sequence_bytes(shape, FP8, whole, context, drafts=1.0)
    assert drafted / kept == pytest.approx(62 / 61)


def test_the_last_stage_holds_what_drafts_and_none_of_the_layers_left_over(catalog):
    """61 layers in four stages are 16, 15, 15, 15; the last has the module too."""
    shape = shape_of(catalog.models["deepseek-v3"])
    stages, context = layout(pp=4), array(4096.0)
    plain = sequence_bytes(shape, FP8, stages, context)
    assert sequence_bytes(shape, FP8, stages, context, drafts=1.0) == pytest.approx(plain)
    even = replace(shape, layers=60)
    kept = sequence_bytes(even, FP8, stages, context)
    assert sequence_bytes(even, FP8, stages, context, drafts=1.0) > kept


def test_fewer_sequences_fit_beside_what_drafts(catalog):
    shape, device = shape_of(catalog.models["deepseek-v3"]), device_of(catalog.chips["nv-h200-sxm"])
    engine, spread = load_facts().engine("sglang"), layout(tp=8)
    room = [
        sequences_that_fit(device, engine, shape, FP8, spread, array(8192.0), drafts).item()
        for drafts in (0.0, 1.0)
    ]
    assert 0 < room[1] < room[0]


def test_a_model_of_which_nothing_is_known_is_drafted_for_by_a_head(catalog):
    unknown = replace(catalog.models["deepseek-v3"], mtp_layers=None)
    found = predictor_of(unknown, PLAIN)
    assert not found.own
    assert found.layers == 1
