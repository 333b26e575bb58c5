from __future__ import annotations

import pytest

from narrows.performance.software import generation_of
from narrows.performance.training.layout_words import (
    recompute_mode,
    sequence_parallel,
    zero_stage,
)
from narrows.performance.training.network_words import nic_gbit_s
from narrows.performance.training.strategy import Recompute


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("ZeRO-3", 3),
        ("DeepSpeed ZeRO stage 2", 2),
        ("zero_dp_1", 1),
        ("FSDP2", 3),
        ("FSDP SHARD_GRAD_OP", 2),
        ("HSDP, group 8", 3),
        ("no FSDP (DDP, distributed optimizer by recipe default)", 1),
        ("dist-opt", 1),
        ("分布式优化器", 1),
        ("none (DDP)", 0),
        ("不切分", 0),
        ("Megatron-Core 0.12", None),
        ("", None),
    ],
)
def test_stages_of_sharding(words, stage):
    assert zero_stage(words) == stage


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ("none; activation-function recompute", Recompute.NONE),
        ("No", Recompute.NONE),
        ("False", Recompute.NONE),
        ("关闭重计算", Recompute.NONE),
        ("selective attention", Recompute.SELECTIVE),
        ("选择性重计算", Recompute.SELECTIVE),
        ("core_attn", Recompute.SELECTIVE),
        ("full uniform 1", Recompute.FULL),
        ("True", Recompute.FULL),
        ("gradient checkpointing", Recompute.FULL),
        ("全重计算", Recompute.FULL),
        ("MLP", None),
        ("partial", None),
        ("部分重计算", None),
        ("", None),
    ],
)
def test_what_is_recomputed(words, mode):
    assert recompute_mode(words) is mode


@pytest.mark.parametrize(
    ("words", "recompute", "told"),
    [
        ("Yes", "", True),
        ("on (TP8)", "", True),
        ("是", "", True),
        ("no", "", False),
        ("", "selective attention + sequence parallelism", True),
        ("", "full", None),
        ("Ulysses 8", "", None),
    ],
)
def test_sequence_parallelism(words, recompute, told):
    assert sequence_parallel(words, recompute) is told


@pytest.mark.parametrize(
    ("words", "gbit_s"),
    [
        ("NVLink 900 GB/s per GPU, 400 Gb/s IB per GPU", 400.0),
        ("NVLink (18x50GB/s)", None),
        ("8×400Gb/s IB", 400.0),
        ("8*200G RoCE", 200.0),
        ("3.2 Tbps per node", 400.0),
        ("1,600 Gb/s per node RoCE", 200.0),
        ("50 GB/s RoCE per NPU", 400.0),
        ("HCCS 392 GB/s, 200GE RoCE per card", 200.0),
        ("每卡400Gbps", 400.0),
        ("NVLink in node, 800 Gb/s between nodes", 100.0),
        ("InfiniBand NDR", None),
        ("", None),
    ],
)
def test_a_chips_share_of_the_network_between_servers(words, gbit_s):
    assert nic_gbit_s(words, 8.0) == gbit_s


@pytest.mark.parametrize(
    ("framework", "date", "generation"),
    [
        ("Megatron-LM", "March 2021", "megatron-unfused"),
        ("MindSpeed-LLM 2.1", "2025年6月", "mindspeed-2025"),
        ("MindFormers r1.5", "2025/5", "mindspeed-2025"),
        ("NeMo 25.04", "", "megatron-core-2025"),
        ("NeMo 24.07", "", "megatron-core-2024"),
        ("Megatron-DeepSpeed", "", "megatron-deepspeed"),
        ("Megatron-LM", "", None),
        ("torchtitan", "2025", None),
        ("", "", None),
    ],
)
def test_generations_of_software_by_name_and_day(framework, date, generation):
    found = generation_of(framework, date)
    assert (None if found is None else found.id) == generation
