"""Operations, parameters, kept bytes and traffic of a layer, counted by hand for six layouts.

Every rate is one a second and every wait is zero, so that a time is a count.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.catalog import load_catalog
from narrows.performance.calibration.draws import uncalibrated
from narrows.performance.calibration.table import constants_from
from narrows.performance.constants import Setting
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import Precision, device, hardware_of
from narrows.performance.shape import Shape, shape_of, with_mtp
from narrows.performance.software import generation
from narrows.performance.training import Recompute, Strategy
from narrows.performance.training.block import Blocks, block_seconds
from narrows.performance.training.buckets import buckets
from narrows.performance.training.evaluate import evaluate
from narrows.performance.training.footprint import layer_bytes_per_token
from narrows.performance.training.strategy import as_arrays, workload

CATALOG = load_catalog()
CHIP = device(hardware_of(CATALOG.chip("nv-b200")), Precision.BF16)
ONE, NONE, VAST = np.array([1.0]), np.array([0.0]), np.array([1e40])
FREE = replace(
    constants_from(uncalibrated().best, [Setting("blackwell", "megatron-core-2025", "bf16")]),
    **dict.fromkeys(
        (
            "gemm_efficiency",
            "wide_gemm_efficiency",
            "attention_efficiency",
            "bandwidth_efficiency",
            "expert_efficiency",
            "link_efficiency",
            "nic_efficiency",
            "expert_imbalance",
        ),
        ONE,
    ),
    **dict.fromkeys(
        (
            "power_exponent",
            "gemm_padding",
            "attention_half_keys",
            "softmax_depth",
            "score_traffic",
            "host_s_per_kernel",
            "link_latency_s",
            "nic_latency_s",
            "collective_start_s",
            "tensor_overlap",
            "data_overlap",
            "expert_overlap",
        ),
        NONE,
    ),
)
COUNTING = replace(
    CHIP,
    flops_per_s=ONE,
    wide_flops_per_s=ONE,
    bytes_per_s=VAST,
    link_bytes_per_s=VAST,
    nic_bytes_per_s=VAST,
)
SENDING = replace(
    CHIP,
    flops_per_s=VAST,
    wide_flops_per_s=VAST,
    bytes_per_s=VAST,
    link_bytes_per_s=ONE,
    nic_bytes_per_s=ONE,
    domain=np.array([1e9]),
)


def shape(name: str) -> Shape:
    return with_mtp(shape_of(dimensions_of(CATALOG.model(name))), 0)


def work(sequence: int, software: str, batch: int = 64):
    return workload(sequence, batch, generation(software), family="blackwell")


def layer(of: Shape, strategy: Strategy, sequence: int, software: str) -> tuple[Blocks, Blocks]:
    rows, asked = as_arrays([strategy]), work(sequence, software)
    counted = block_seconds(of, COUNTING, FREE, rows, asked)
    return counted, block_seconds(of, SENDING, FREE, rows, asked)


def kept(of: Shape, strategy: Strategy, sequence: int, software: str) -> float:
    rows, asked = as_arrays([strategy]), work(sequence, software)
    return number(sequence * layer_bytes_per_token(of, CHIP, rows, asked).kept(rows))


def number(value: object) -> float:
    return float(np.ravel(np.asarray(value))[0])


def test_gpt3_on_eight_tensor_ranks() -> None:
    """2205.05198: 34 sbh/t + 5as^2 b/t kept; 24 bsh^2 + 4 bs^2 h; two all-reduces in halves."""
    s, h, a, t = 2048, 12_288, 96, 8
    strategy = Strategy(tensor=t, pipeline=4, data=2)
    counted, sent = layer(shape("gpt3-175b"), strategy, s, "megatron-unfused")
    forward = (24.0 * s * h * h + 4.0 * s * s * h) / t
    assert number(counted.forward_s) == pytest.approx(forward, rel=1e-6)
    assert number(counted.backward_s) == pytest.approx(2.0 * forward, rel=1e-6)
    assert kept(shape("gpt3-175b"), strategy, s, "megatron-unfused") == pytest.approx(
        s * h / t * (34 + 5 * a * s / h)
    )
    assert number(sent.tensor_forward_s) == pytest.approx(4 * 2.0 * s * h * (t - 1) / t)


def test_full_recomputation_keeps_one_input_a_layer() -> None:
    strategy = Strategy(tensor=8, pipeline=4, data=2, recompute=Recompute.FULL)
    found = kept(shape("gpt3-175b"), strategy, 2048, "megatron-unfused")
    assert found == pytest.approx(2.0 * 2048 * 12_288 / 8)


def test_llama3_70b_with_grouped_keys_on_two_tensor_ranks() -> None:
    s, h, f, keys, t = 4096, 8192, 28_672, 8 * 128, 2
    strategy = Strategy(tensor=t, data=4)
    counted, sent = layer(shape("llama3-70b"), strategy, s, "megatron-core-2025")
    parameters = (2 * h * h + 2 * h * keys + 3 * h * f) / t
    core = 2.0 * s * s * h / t
    assert number(counted.forward_s) == pytest.approx(2.0 * s * parameters + core, rel=1e-6)
    assert number(counted.backward_s) == pytest.approx(4.0 * s * parameters + 2.5 * core, rel=1e-6)
    assert kept(shape("llama3-70b"), strategy, s, "megatron-core-2025") == pytest.approx(
        s * (8 * h + 4 * h + 4 * keys + 4 * 64 + 6 * f) / t
    )
    assert number(sent.tensor_forward_s) == pytest.approx(4 * 2.0 * s * h * (t - 1) / t)


def test_mixtral_on_eight_expert_ranks() -> None:
    s, h, f, keys, e = 4096, 4096, 14_336, 8 * 128, 8
    strategy = Strategy(data=e, expert=e)
    counted, sent = layer(shape("mixtral-8x7b"), strategy, s, "megatron-core-2025")
    attention = 2 * h * h + 2 * h * keys
    forward = 2.0 * s * (attention + 2 * 3 * h * f) + 2.0 * s * s * h
    assert number(counted.forward_s) == pytest.approx(forward, rel=1e-6)
    assert kept(shape("mixtral-8x7b"), strategy, s, "megatron-core-2025") == pytest.approx(
        s * (8 * h + 4 * h + 4 * keys + 4 * 32 + 2 * (4 * h + 6 * f))
    )
    assert number(sent.expert_s) == pytest.approx(2 * 2.0 * s * 2 * h * (e - 1) / e)
    held = buckets(shape("mixtral-8x7b"), as_arrays([strategy]))
    assert number(held.routed) == pytest.approx(32 * 3 * h * f)


def test_latent_attention_keeps_the_keys_that_its_kernel_reads() -> None:
    """DeepSeek-V2: 128 heads of 128 + 64 and 128; latents before and behind their norms."""
    s, h, heads = 4096, 5120, 128
    of = replace(
        shape_of(replace(dimensions_of(CATALOG.model("deepseek-v2")), first_dense_layers=0))
    )
    strategy = Strategy(data=4, pipeline=2, expert=4)
    core = 2 * heads * (192 + 192 + 128 + 128) + 4 * heads
    latents = 2 * 2 * (1536 + 512 + 64)
    shared, routed = 6 * 2 * 1536, 6 * (4 * h + 6 * 1536)
    assert kept(of, strategy, s, "megatron-core-2025") == pytest.approx(
        s * (8 * h + core + latents + shared + routed)
    )
    counted, _ = layer(of, strategy, s, "megatron-core-2025")
    attention = h * (1536 + 512 + 64) + 1536 * heads * 192 + 512 * heads * 256 + heads * 128 * h
    active = attention + 8 * 3 * h * 1536
    forward = 2.0 * s * active + 2.0 * s * (s / 2) * heads * 320
    assert number(counted.forward_s) == pytest.approx(forward, rel=1e-6)


def test_sharded_weights_are_gathered_twice_and_gradients_scattered_once() -> None:
    """1910.02054: for every micro-batch two all-gathers of 16-bit weights, one reduce-scatter."""
    ranks, micro_batches = 8, 4
    of, asked = shape("llama3-8b"), work(4096, "composer-fsdp", batch=32)
    rows = as_arrays([Strategy(data=ranks, zero=3)])
    found = evaluate(of, SENDING, FREE, rows, asked)
    gradient = number(asked.gradient_bytes)
    volume = micro_batches * (2 * 2 + gradient) * 8.03e9 * (ranks - 1) / ranks
    assert number(found.parts.data_s) == pytest.approx(volume, rel=1e-3)
