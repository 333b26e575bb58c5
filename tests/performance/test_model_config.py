from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narrows.catalog import LinearAttention, LinearKind
from narrows.core import InputError, RefusalError
from narrows.performance.model_config import KEYS_OF, dimensions_from_config
from narrows.performance.serving.config_model import model_from_config
from narrows.performance.serving.shape import shape_of as serving_shape
from narrows.performance.shape import shape_of

PUBLISHED = json.loads(
    (Path(__file__).parents[1] / "data" / "model_configs.json").read_text(encoding="utf-8")
)["models"]
FOREIGN = {"mamba-2.8b", "jamba", "bert-large", "t5-11b", "step3", "minimax-m1"}
"""Recurrent, encoder, factored and linear layers."""
CACHE_UNTOLD = {"deepseek-v3.2", "qwen3-next-80b", "hunyuan-large"}
"""Indexed, linear and shared caches, of which a configuration alone does not tell the size."""
SAME = 0.02
LLAMA = PUBLISHED["llama2-7b"]["config"]


def written(folder: Path, config: dict[str, object]) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", sorted(set(PUBLISHED) - FOREIGN))
def test_a_published_configuration_has_its_published_parameters(tmp_path, name):
    path = written(tmp_path, PUBLISHED[name]["config"])
    found = float(shape_of(dimensions_from_config(path)).total_parameters)
    assert found / 1e9 == pytest.approx(PUBLISHED[name]["params_b"], rel=SAME)


@pytest.mark.parametrize("name", sorted(set(PUBLISHED) - FOREIGN - CACHE_UNTOLD))
def test_serving_reads_the_same_model(tmp_path, name):
    found = serving_shape(model_from_config(written(tmp_path, PUBLISHED[name]["config"])))
    assert found.total_params / 1e9 == pytest.approx(PUBLISHED[name]["params_b"], rel=SAME)


@pytest.mark.parametrize("name", sorted(FOREIGN))
def test_layers_that_are_not_modelled_are_refused(tmp_path, name):
    with pytest.raises(RefusalError, match=r"not modelled|does not describe"):
        dimensions_from_config(written(tmp_path, PUBLISHED[name]["config"]))


@pytest.mark.parametrize("name", sorted(CACHE_UNTOLD))
def test_serving_refuses_a_cache_that_the_file_does_not_tell(tmp_path, name):
    with pytest.raises(RefusalError, match="does not describe"):
        model_from_config(written(tmp_path, PUBLISHED[name]["config"]))


def test_a_gated_block_four_times_as_wide_stays_gated(tmp_path):
    narrow = {**LLAMA, "intermediate_size": 4 * 4096}
    assert dimensions_from_config(written(tmp_path, narrow)).ffn_matrices == 3


def test_experts_under_an_unknown_key_are_no_dense_model(tmp_path):
    with pytest.raises(RefusalError, match="moe_count tells experts"):
        dimensions_from_config(written(tmp_path, {**LLAMA, "moe_count": 64}))


def test_sizes_that_differ_by_layer_are_told(tmp_path):
    with pytest.raises(InputError, match="intermediate_size: differs by layer"):
        dimensions_from_config(written(tmp_path, {**LLAMA, "intermediate_size": [11008, 5504]}))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kv_lora_rank": 512}, "states no qk_nope_dim"),
        ({"hidden_size": 10**30}, "hidden_size: out of range"),
    ],
)
def test_sizes_that_are_missing_or_beyond_any_model_are_told(tmp_path, more, words):
    with pytest.raises((InputError, RefusalError), match=words):
        model_from_config(written(tmp_path, {**LLAMA, **more}))


ODD = st.sampled_from([None, 0, -1, 2.5, "x", True, [], [8, 8], [1, 2], {}, 10**30, "mamba"])
KEYS = [key for keys in KEYS_OF.values() for key in keys]
KEYS += ["model_type", "architectures", "layer_types", "text_config", "attn_config", "hidden_act"]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(sorted(PUBLISHED)),
    more=st.dictionaries(st.sampled_from(KEYS), ODD, max_size=3),
)
def test_odd_configurations_are_read_or_told(tmp_path, name, more):
    path = written(tmp_path, {**PUBLISHED[name]["config"], **more})
    try:
        found = serving_shape(model_from_config(path))
    except (InputError, RefusalError):
        return
    assert found.total_params > 0.0


def test_layers_of_an_unknown_kind_are_refused(tmp_path):
    with pytest.raises(RefusalError, match="spiral_attention"):
        dimensions_from_config(written(tmp_path, {**LLAMA, "layer_types": ["spiral_attention"]}))


@pytest.mark.parametrize(
    ("name", "every", "window"),
    [
        ("gemma2-9b", 2, 4096),
        ("gemma3-27b", 6, 1024),
        ("gpt-oss-120b", 2, 128),
        ("llama4-scout", 4, 8192),
        ("qwen2.5-72b", None, None),
        ("mistral-7b", None, 4096),
    ],
)
def test_layers_that_see_the_whole_past(tmp_path, name, every, window):
    found = dimensions_from_config(written(tmp_path, PUBLISHED[name]["config"]))
    assert (found.full_attention_every, found.window) == (every, window)


def test_layers_of_qwen3_next_are_linear_but_every_fourth(tmp_path):
    found = dimensions_from_config(written(tmp_path, PUBLISHED["qwen3-next-80b"]["config"]))
    assert found.full_attention_every == 4
    assert found.output_gate
    assert found.linear == LinearAttention(
        kind=LinearKind.GATED_DELTANET, key_heads=16, value_heads=32, head_dim=128
    )


def test_a_configuration_tells_its_layers_for_further_tokens(tmp_path):
    config = PUBLISHED["deepseek-v3"]["config"]
    more = {**config, "num_nextn_predict_layers": 1}
    assert dimensions_from_config(written(tmp_path, more)).mtp_layers == 1
    assert dimensions_from_config(written(tmp_path, LLAMA)).mtp_layers is None


def test_linear_layers_without_dimensions_are_refused(tmp_path):
    config = dict(PUBLISHED["qwen3-next-80b"]["config"])
    del config["linear_num_key_heads"]
    with pytest.raises(RefusalError, match="dimensions of its linear layers"):
        shape_of(dimensions_from_config(written(tmp_path, config)))
