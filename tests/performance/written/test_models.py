from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.catalog import load_catalog
from narrows.core import RefusalError
from narrows.performance.written import endings_off, read_model, refuse_foreign

CATALOG = load_catalog()


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("hugging-quants/Meta-Llama-3.1-70B-Instruct-AWQ-INT4", "llama3-70b"),
        ("neuralmagic/Meta-Llama-3.1-70B-Instruct-quantized.w8a8", "llama3-70b"),
        ("amd/Llama-3.1-405B-Instruct-FP8-KV", "llama3-405b"),
        ("Llama-3.1-8B-Instruct-GPTQ-INT4", "llama3-8b"),
        ("llama2-70b-99.9", "llama2-70b"),
        ("LLaMA-30B", "llama-33b"),
        ("Llama-4-Maverick-17B-128E-Instruct-FP8", "llama4-maverick"),
        ("1T GPT", "megatron-1t"),
        ("OpenAI GPT-3 175B", "gpt3-175b"),
        ("Mixtral 8×7B", "mixtral-8x7b"),
        ("Mixtral-8x22B-Instruct-v0.1", "mixtral-8x22b"),
        ("Qwen2.5-72B-Instruct-GPTQ-Int8", "qwen2.5-72b"),
        ("Qwen2.5-14B-Instruct-1M", "qwen2.5-14b"),
        ("Qwen2.5-Coder-32B-Instruct", "qwen2.5-32b"),
        ("Qwen3-235B-A22B-Thinking-2507", "qwen3-235b-a22b"),
        ("Qwen3-MoE-235B", "qwen3-235b-a22b"),
        ("通义千问3-235B-A22B", "qwen3-235b-a22b"),
        ("nvidia/DeepSeek-R1-0528-NVFP4-v2", "deepseek-r1"),
        ("DeepSeek-R1-671B 满血版", "deepseek-r1"),
        ("DeepSeek-R1-Channel-INT8", "deepseek-r1"),
        ("DeepSeek V3/R1", "deepseek-v3"),
        ("DeepSeek-R1/V3 671B", "deepseek-r1"),
        ("DeepSeek-R1-Distill-Llama-70B-FP8-dynamic", "llama3-70b"),
        ("MiniMax-M1-80k", "minimax-m1"),
        ("mistralai/Mistral-Large-Instruct-2411", "mistral-large-123b"),
        ("Phi-4-reasoning", "phi4-14b"),
        ("ERNIE-4.5-300B-A47B-W4A8", "ernie-4.5-300b-a47b"),
        ("文心4.5-21B-A3B", "ernie-4.5-21b-a3b"),
        ("c4ai-command-r-plus", "command-r-plus-104b"),
        ("OPT-66B", "opt-66b"),
        ("MLPerf Llama 2 70B", "llama2-70b"),
        ("InternLM2-chat-20b-4bits", "internlm2-20b"),
        ("智谱GLM-4.5", "glm-4.5"),
        ("盘古718B", "pangu-ultra-moe-718b"),
        ("CodeLlama-13B-Instruct", "llama2-13b"),
        ("GPT-J-6B", "gptj-6b"),
        ("盘古 Pro MoE 72B", "pangu-pro-moe-72b"),
        ("openPangu-Ultra-MoE-718B-V1.1", "pangu-ultra-moe-718b"),
        ("百川2-13B", "baichuan2-13b"),
        ("书生·浦语2-20B", "internlm2-20b"),
        ("Tencent-Hunyuan-Large 389B", "hunyuan-large-389b"),
    ],
)
def test_models_as_authors_write_them(written, model):
    found = read_model(written, CATALOG)
    assert found is not None
    assert found.id == model


@pytest.mark.parametrize(
    "written",
    [
        "PaLM-62B",
        "Kimi-K2-7B",
        "GLM-4.5V",
        "GLM-4.7-Flash",
        "GLM-5-Air",
        "Llama-4-Maverick-17B-16E",
        "DeepSeek-R1/Llama-70B",
        "Qwen3-Max-Thinking",
        "GPT-4",
        "Phi-4-mini-instruct",
        "Mistral-Large-3",
        "Command R7B",
        "未公开",
        "",
    ],
)
def test_another_size_or_line_is_another_model(written):
    assert read_model(written, CATALOG) is None


@pytest.mark.parametrize(
    "written",
    ["Falcon-Mamba-7B", "Mamba2-8B", "BERT-Large", "T5 11B", "Nemotron-H-56B", "Wan2.2-14B"],
)
def test_other_architectures_are_refused(written):
    with pytest.raises(RefusalError, match="no decoder transformer"):
        refuse_foreign(written, CATALOG)


@pytest.mark.parametrize(
    "written", ["Llama-3.1-8B", "Nemotron-4 340B", "Qwen3-Next-80B-A3B", "GPT custom"]
)
def test_decoders_are_not_taken_for_other_architectures(written):
    assert refuse_foreign(written, CATALOG) is None


def test_endings_come_off_one_by_one_and_sizes_stay():
    assert endings_off("Nobody-7B-Instruct-FP8", CATALOG) == (
        "nobody 7b instruct fp8",
        "nobody 7b instruct",
        "nobody 7b",
    )


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_or_not_and_never_raises(written):
    found = read_model(written, CATALOG)
    assert found is None or found.id in CATALOG.models
