from __future__ import annotations

import pytest

from narrows.core import InputError
from narrows.performance.serving.device import device_of
from narrows.performance.serving.facts import load_facts
from narrows.performance.serving.formats import check_words, row_scheme
from narrows.performance.serving.layout import layout
from narrows.performance.serving.memory import weight_bytes
from narrows.performance.serving.numbers import kernel, load_formats
from narrows.performance.serving.shape import shape_of


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
        ("deepseek-v4-flash", "hybrid mxfp8/mxfp4", ("mxfp8", "mxfp8", "mxfp4a8", "bf16")),
        ("deepseek-v4-flash", "fp4", ("fp8", "fp8", "mxfp4a8", "bf16")),
        ("kimi-k2.5", "int4", ("bf16", "bf16", "int4-group32", "bf16")),
        ("kimi-k2.5", "w4a8", ("w8a8", "w8a8", "w4a8", "bf16")),
        ("kimi-k2.5", "fp4", ("bf16", "bf16", "fp4", "bf16")),
    ],
)
def test_formats_of_a_run(catalog, model, weights, expected):
    attention, dense, experts, cache = expected
    record = "kimi-k2" if model.startswith("kimi") else model
    found = _formats(catalog, record, weights, written=model)
    assert found == (kernel(attention), kernel(dense), kernel(experts), cache)


def test_weights_published_in_four_bits_stay_narrow(catalog):
    hopper = _formats(catalog, "gpt-oss-120b", "fp8")
    blackwell = _formats(catalog, "gpt-oss-120b", "fp4", chip="nv-b200")
    assert hopper == (kernel("bf16"), kernel("bf16"), kernel("mxfp4a16"), "bf16")
    assert blackwell[2] == kernel("mxfp4a8")
    assert _formats(catalog, "gpt-oss-120b", "bf16")[2] == kernel("bf16")


def test_a_four_bit_float_of_no_kind_is_that_of_the_makers_units(catalog):
    nvidia = _formats(catalog, "llama3-70b", "fp4", chip="nv-b200")
    amd = _formats(catalog, "llama3-70b", "fp4", chip="amd-mi355x")
    assert (nvidia[1], amd[1]) == (kernel("nvfp4"), kernel("mxfp4"))


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("mxfp4", (4 + 8 / 32) / 8),
        ("nvfp4", (4 + 8 / 16) / 8),
        ("int4", (4 + 20 / 128) / 8),
        ("int4-group32", (4 + 16 / 32) / 8),
        ("mxfp8", (8 + 8 / 32) / 8),
        ("fp8", 1 + 4 / 128**2),
        ("w8a8", 1.0),
        ("bf16", 2.0),
    ],
)
def test_a_weight_takes_its_bits_and_its_part_of_the_scale(name, size):
    assert kernel(name).weight_bytes == size


@pytest.mark.parametrize(
    ("model", "weights", "published_gb"),
    [
        ("gpt-oss-120b", None, 65.0),
        ("deepseek-v3", None, 671.0),  # without its module for further tokens
    ],
)
def test_weights_take_what_the_published_checkpoint_takes(catalog, model, weights, published_gb):
    record = catalog.models[model]
    found = row_scheme(
        record,
        load_facts().engine("vllm"),
        device_of(catalog.chips["nv-h200-sxm"]),
        written=model,
        weights=weights,
        cache=None,
    )
    held = weight_bytes(shape_of(record), found, layout()).item() / 1e9
    assert held == pytest.approx(published_gb, rel=0.02)


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
        ("DeepSeek-R1-MXFP4", "mxfp4"),
        ("Llama-3.3-70B-NVFP4-W4A16", "nvfp4a16"),
        ("Llama-3.3-70B-MXFP4-W4A8", "mxfp4a8"),
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


def test_a_format_that_is_stored_in_no_known_way_is_refused(tmp_path):
    folder = tmp_path / "performance"
    folder.mkdir()
    (folder / "number_formats.yaml").write_text(
        "stored: []\nkernels:\n  - {id: fp7, weights: fp7, arithmetic: fp8}\ncaches: []\n"
    )
    with pytest.raises(InputError, match="nothing is stored so"):
        load_formats(tmp_path)
