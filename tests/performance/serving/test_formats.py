from __future__ import annotations

import pytest

from narrows.core import InputError
from narrows.performance.serving.device import device_of
from narrows.performance.serving.facts import load_facts
from narrows.performance.serving.formats import check_words, row_scheme
from narrows.performance.serving.numbers import kernel


def _formats(catalog, model, weights, *, chip="nv-h200-sxm", engine="vllm", written=None):
    found = row_scheme(
        catalog.models[model],
        load_facts().engine(engine),
        device_of(catalog.chips[chip]),
        written=model if written is None else written,
        weights=weights,
        cache=None,
    )
    return found.attention, found.dense, found.experts, str(found.cache)


@pytest.mark.parametrize(
    ("model", "weights", "expected"),
    [
        ("llama3-70b", "fp8", ("fp8", "fp8", "fp8", "bf16")),
        ("llama3-70b", "", ("bf16", "bf16", "bf16", "bf16")),
        ("deepseek-v3", None, ("fp8", "fp8", "fp8", "bf16")),
        ("deepseek-v3", "fp4", ("bf16", "fp4", "fp4", "bf16")),
        ("deepseek-v3", "w4a8", ("w8a8", "w8a8", "w4a8", "bf16")),
        ("deepseek-v4-flash", "hybrid mxfp8/mxfp4", ("fp8", "fp8", "w4a8fp", "bf16")),
    ],
)
def test_formats_of_a_run(catalog, model, weights, expected):
    attention, dense, experts, cache = expected
    found = _formats(catalog, model, weights)
    assert found == (kernel(attention), kernel(dense), kernel(experts), cache)


def test_weights_published_in_four_bits_stay_narrow(catalog):
    hopper = _formats(catalog, "gpt-oss-120b", "fp8")
    blackwell = _formats(catalog, "gpt-oss-120b", "fp4", chip="nv-b200")
    assert hopper == (kernel("bf16"), kernel("bf16"), kernel("w4a16"), "bf16")
    assert blackwell[2] == kernel("w4a8fp")
    assert _formats(catalog, "gpt-oss-120b", "bf16")[2] == kernel("bf16")


def test_a_cache_stays_in_16_bits_where_nothing_is_computed_in_fewer(catalog):
    """TensorRT-LLM's page on gpt-oss asks for an 8-bit cache, and on Hopper for the model's own."""
    hopper = _formats(catalog, "gpt-oss-120b", "fp8", engine="TensorRT-LLM")
    blackwell = _formats(catalog, "gpt-oss-120b", "fp4", chip="nv-b200", engine="TensorRT-LLM")
    assert (hopper[3], blackwell[3]) == ("bf16", "fp8")


def test_the_name_tells_what_the_row_does_not(catalog):
    found = _formats(catalog, "glm-5", None, written="GLM-5.1-w8a8c8", engine="vllm-ascend")
    assert found[1:] == (kernel("w8a8"), kernel("w8a8"), "int8")


def test_an_engine_keeps_a_narrow_cache_with_narrow_weights(catalog):
    assert _formats(catalog, "llama3-70b", "fp8", engine="TensorRT-LLM")[3] == "fp8"
    assert _formats(catalog, "llama3-70b", "bf16", engine="TensorRT-LLM")[3] == "bf16"


@pytest.mark.parametrize(
    ("written", "weights"),
    [
        ("Qwen2.5-7B-Instruct-AWQ", "int4"),
        ("Qwen2.5-7B-Instruct-GPTQ-Int4", "int4"),
        ("Qwen2.5-72B-Instruct-GPTQ-Int8", "w8a16"),
        ("Llama-3.3-70B-Instruct-quantized.w4a16", "int4"),
        ("Llama-3.3-70B-Instruct-NVFP4", "fp4"),
        ("DeepSeek-R1-MXFP4", "fp4"),
        ("DeepSeek-R1-Channel-INT8", "int8"),
        ("Llama-3.1-405B-FP8-KV", "fp8"),
        ("Llama-3.1-8B-Instruct", "bf16"),
    ],
)
def test_formats_in_names(catalog, written, weights):
    assert _formats(catalog, "llama3-70b", None, written=written)[1] == kernel(weights)


@pytest.mark.parametrize(
    ("weights", "meant"),
    [
        ("INT8", "int8"),
        ("W8A8 (FP8)", "fp8"),
        ("W8A16", "w8a16"),
        ("int8 weight-only", "w8a16"),
        ("float8_e4m3", "fp8"),
        ("FP16", "bf16"),
        ("bfloat16", "bf16"),
        ("4-bit", "int4"),
        ("w4afp8", "w4a8fp"),
    ],
)
def test_formats_in_cells(catalog, weights, meant):
    assert _formats(catalog, "llama3-70b", weights)[1] == kernel(meant)


@pytest.mark.parametrize("cell", [{"weights": "ternary"}, {"weights": "w2a16"}, {"cache": "fp7"}])
def test_a_word_that_names_no_format_is_no_format(cell):
    with pytest.raises(InputError, match="unknown"):
        check_words(cell.get("weights"), cell.get("cache"))


def test_unknown_formats_are_refused():
    with pytest.raises(InputError, match="unknown weight format"):
        kernel("fp7")
