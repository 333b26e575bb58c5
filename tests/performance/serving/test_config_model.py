from __future__ import annotations

import json

import pytest

from narrows.core import InputError, RefusalError, UnknownNameError
from narrows.performance.serving import Limits, Load, model_named, search
from narrows.performance.serving.shape import shape_of

LLAMA = {
    "hidden_size": 8192, "num_hidden_layers": 80, "num_attention_heads": 64,
    "num_key_value_heads": 8, "intermediate_size": 28672, "vocab_size": 128256,
    "hidden_act": "silu",
}  # fmt: skip
DEEPSEEK = {
    "hidden_size": 7168, "num_hidden_layers": 61, "num_attention_heads": 128,
    "num_key_value_heads": 128, "intermediate_size": 18432, "vocab_size": 129280,
    "n_routed_experts": 256, "num_experts_per_tok": 8, "n_shared_experts": 1,
    "moe_intermediate_size": 2048, "first_k_dense_replace": 3, "q_lora_rank": 1536,
    "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
}  # fmt: skip
WINDOWED = {
    **LLAMA,
    "sliding_window": 128,
    "layer_types": ["sliding_attention", "full_attention"] * 40,
}


def written(tmp_path, config, name="mine.json"):
    path = tmp_path / name
    path.write_text(json.dumps(config), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("config", "same"), [(LLAMA, "llama3-70b"), (DEEPSEEK, "deepseek-v3")])
def test_a_configuration_serves_as_the_catalogue_model_it_is_of(catalog, tmp_path, config, same):
    """But for what a configuration leaves out: norms, biases and the predictor of drafts."""
    model = model_named(catalog, written(tmp_path, config))
    own, known = shape_of(model), shape_of(catalog.models[same])
    assert own.total_params == pytest.approx(known.total_params, rel=0.03)
    assert own.groups == known.groups
    rates = [
        search(
            each,
            catalog.chips["nv-h200-sxm"],
            Load(input_tokens=2000, output_tokens=500),
            chips=16,
            limits=Limits(tpot_ms=60),
            system=catalog.systems["dgx-h200"],
        )[0].output_rate_per_chip.p50
        for each in (model, catalog.models[same])
    ]
    assert rates[0] == pytest.approx(rates[1], rel=0.05)


def test_a_module_for_further_tokens_is_read(catalog, tmp_path):
    config = DEEPSEEK | {"num_nextn_predict_layers": 1}
    own = shape_of(model_named(catalog, written(tmp_path, config))).predictor
    assert own == shape_of(catalog.models["deepseek-v3"]).predictor
    assert not shape_of(model_named(catalog, written(tmp_path, DEEPSEEK))).predictor.own


def test_windows_are_read(catalog, tmp_path):
    groups = shape_of(model_named(catalog, written(tmp_path, WINDOWED))).groups
    assert [(each.layers, each.window) for each in groups] == [(40, float("inf")), (40, 128.0)]


def test_a_file_named_config_takes_the_name_of_its_folder(catalog, tmp_path):
    folder = tmp_path / "New-Model-9B"
    folder.mkdir()
    assert model_named(catalog, written(folder, LLAMA, "config.json")).id == "New-Model-9B"


@pytest.mark.parametrize(
    "more",
    [
        {"layer_types": ["linear_attention", "full_attention"] * 40},
        {"index_topk": 2048},
        {"hybrid_override_pattern": "M*-"},
    ],
)
def test_caches_that_a_configuration_does_not_describe_are_refused(catalog, tmp_path, more):
    with pytest.raises(RefusalError, match=r"does not describe|not modelled|states no dimensions"):
        model_named(catalog, written(tmp_path, {**LLAMA, **more}))


def test_faulty_files_are_named(catalog, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken\.json"):
        model_named(catalog, str(broken))
    headless = {key: value for key, value in LLAMA.items() if key != "num_attention_heads"}
    path = written(tmp_path, headless)
    with pytest.raises(InputError, match="states no heads"):
        model_named(catalog, path)
    with pytest.raises(InputError, match="cannot be read"):
        model_named(catalog, str(tmp_path / "nowhere.json"))


def test_a_name_without_a_file_is_looked_up(catalog):
    assert model_named(catalog, "llama3-70b").id == "llama3-70b"
    with pytest.raises(UnknownNameError):
        model_named(catalog, "nobody-1b")
