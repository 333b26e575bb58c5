"""Layers for further tokens (multi-token prediction): what they cost, and who trains them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.catalog import load_catalog
from narrows.performance.arrays import xp
from narrows.performance.calibration.draws import uncalibrated
from narrows.performance.calibration.table import constants_from
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import Precision, hardware_of
from narrows.performance.pipeline import Schedule
from narrows.performance.shape import Shape, shape_of, with_mtp
from narrows.performance.training import Cluster, Job, Strategy, predict
from narrows.performance.training.block import block_seconds
from narrows.performance.training.buckets import buckets, of_first_rank, of_last_rank
from narrows.performance.training.evaluate import Evaluation, evaluate
from narrows.performance.training.flops import model_flops_per_token
from narrows.performance.training.footprint import LOGIT_BYTES
from narrows.performance.training.job import device_of, setting_of, workload_of
from narrows.performance.training.question import question
from narrows.performance.training.rank import links_of
from narrows.performance.training.row import RunRow
from narrows.performance.training.strategy import as_arrays

CATALOG = load_catalog()
FIRST = uncalibrated()
DEEPSEEK = shape_of(dimensions_of(CATALOG.model("deepseek-v3")))
WITHOUT = with_mtp(DEEPSEEK, 0)
GPT = shape_of(dimensions_of(CATALOG.model("gpt3-13b")))
CLUSTER = Cluster(
    hardware=hardware_of(CATALOG.chip("nv-h100-sxm"), CATALOG.system("dgx-h100")), chips=64
)
JOB = Job(sequence=4096, batch=512, precision=Precision.FP8)
EIGHTH = Strategy(expert=64, data=64, zero=1)


def found(shape: Shape, strategy: Strategy, job: Job = JOB) -> Evaluation:
    constants = constants_from(FIRST.best, [setting_of(CLUSTER, job)])
    device, work = device_of(CLUSTER, job), workload_of(CLUSTER, job)
    return evaluate(shape, device, constants, as_arrays([strategy]), work)


def number(value: object) -> float:
    return float(np.ravel(np.asarray(value))[0])


def test_a_published_model_trains_what_its_configuration_has() -> None:
    assert float(DEEPSEEK.mtp_layers) == 1.0
    assert float(shape_of(dimensions_of(CATALOG.model("llama3-8b"))).mtp_layers) == 0.0


def test_one_layer_of_deepseek_v3_has_its_parameters() -> None:
    """One layer with 256 experts, a projection from twice the width, norms; tables are shared."""
    rows = as_arrays([Strategy()])
    more = number(buckets(DEEPSEEK, rows).total) - number(buckets(WITHOUT, rows).total)
    hidden, expert = 7168, 3 * 7168 * 2048
    latents = hidden * (1536 + 512 + 64) + 1536 * 128 * 192 + 512 * 128 * 256 + 128 * 128 * hidden
    layer = 257 * expert + 256 * hidden + latents + 2 * hidden
    assert more == pytest.approx(layer + 2 * hidden**2 + 3 * hidden)
    assert more == pytest.approx(11.6e9, rel=0.01)


def test_a_last_stage_keeps_an_embedding_of_its_own() -> None:
    rows = as_arrays([Strategy(pipeline=2)])
    even = replace(DEEPSEEK, layers=xp.array(60.0))
    table = float(DEEPSEEK.table_parameters)
    more = number(of_last_rank(even, rows).tensor) - number(of_first_rank(even, rows).tensor)
    own = number(even.attention_parameters_of(xp.array(1.0))) + number(even.shared_parameters)
    assert more == pytest.approx(own + 2 * 7168**2 + table)
    folded = as_arrays([Strategy(pipeline=2, chunks=2, schedule=Schedule.ZB_V)])
    with_both = number(of_first_rank(even, folded).tensor)
    assert with_both == pytest.approx(number(of_last_rank(even, folded).tensor))


def test_one_stage_works_one_layer_a_projection_and_a_pass_through_the_head_longer() -> None:
    constants = constants_from(FIRST.best, [setting_of(CLUSTER, JOB)])
    device, work = device_of(CLUSTER, JOB), workload_of(CLUSTER, JOB)
    layer = block_seconds(DEEPSEEK, device, constants, as_arrays([EIGHTH]), work)
    both = (
        (layer.forward_s + layer.backward_s + layer.head_forward_s + layer.head_backward_s)
        + layer.join_forward_s
        + layer.join_backward_s
    )
    micro_batches = 512 / 64
    more, less = found(DEEPSEEK, EIGHTH).parts, found(WITHOUT, EIGHTH).parts
    slow = number(less.compute_s) / (
        micro_batches
        * number(
            61 * (layer.forward_s + layer.backward_s) + layer.head_forward_s + layer.head_backward_s
        )
    )
    added = number(more.compute_s) - number(less.compute_s)
    assert added == pytest.approx(slow * micro_batches * number(both))
    assert number(more.expert_s) == pytest.approx(number(less.expert_s) * 62 / 61)


def test_it_takes_four_to_six_hundredths_of_a_step_of_deepseek_v3() -> None:
    longer = number(found(DEEPSEEK, EIGHTH).step_s) / number(found(WITHOUT, EIGHTH).step_s)
    assert 1.03 < longer < 1.06
    operations = model_flops_per_token(DEEPSEEK, 4096) / model_flops_per_token(WITHOUT, 4096)
    assert 1.03 < operations < 1.06


def test_a_last_stage_short_of_layers_hides_it() -> None:
    """61 layers on four stages of 16 leave room for three on the last."""
    piped = Strategy(pipeline=4, expert=16, data=16)
    light = replace(DEEPSEEK, vocab=xp.array(1000.0))
    more, less = found(light, piped).parts, found(with_mtp(light, 0), piped).parts
    assert number(more.compute_s) == pytest.approx(number(less.compute_s))
    assert number(more.bubble_s) > number(less.bubble_s)


def test_logits_of_every_pass_wait_for_the_backward_pass() -> None:
    more, less = found(DEEPSEEK, EIGHTH).memory, found(WITHOUT, EIGHTH).memory
    logits = LOGIT_BYTES * 4096 * 129_280
    assert number(more.working) - number(less.working) > 0.99 * logits
    assert number(more.activations) > number(less.activations) * 62 / 61


def test_a_dense_model_adds_a_dense_layer() -> None:
    rows = as_arrays([Strategy()])
    more = number(buckets(with_mtp(GPT, 2), rows).total) - number(buckets(GPT, rows).total)
    layer = 12 * 5120**2 + 2 * 5120
    assert more == pytest.approx(2 * (layer + 2 * 5120**2 + 3 * 5120))


@pytest.mark.parametrize(
    ("shape", "twice"),
    [(GPT, True), (replace(GPT, tied=xp.array(0.0)), False)],
)
@pytest.mark.parametrize("pipeline", [1, 4])
def test_both_stages_that_hold_a_table_sum_its_gradient(shape, twice, pipeline) -> None:
    strategy = Strategy(pipeline=pipeline, data=64 // pipeline, zero=0)
    job = replace(JOB, precision=Precision.BF16)
    apart = with_mtp(replace(shape, tied=xp.array(0.0)), 0)
    added = number(found(shape, strategy, job).parts.data_s) - number(
        found(apart, strategy, job).parts.data_s
    )
    constants = constants_from(FIRST.best, [setting_of(CLUSTER, job)])
    links = links_of(device_of(CLUSTER, job), constants)
    table_bytes = number(workload_of(CLUSTER, job).gradient_bytes) * 50_257 * 5120
    moved_s = table_bytes / number(links.outer_rate)
    if twice and pipeline > 1:
        assert added == pytest.approx(moved_s, rel=0.01)
    elif pipeline > 1:
        assert added == 0.0
    else:
        assert added <= 0.0


def test_layers_for_further_tokens_share_the_embedding_across_stages() -> None:
    piped = Strategy(pipeline=4, expert=16, data=16)
    unshared = replace(DEEPSEEK, vocab=xp.array(0.0))
    assert number(found(DEEPSEEK, piped).parts.data_s) > number(found(WITHOUT, piped).parts.data_s)
    alone = number(found(unshared, piped).parts.data_s)
    assert alone < number(found(DEEPSEEK, piped).parts.data_s)


def row(**cells: object) -> RunRow:
    plain: dict[str, object] = {
        "model": "DeepSeek-V3",
        "chip": "H100 SXM",
        "n_chips": 1024.0,
        "seq_len": 4096.0,
        "global_batch_seqs": 8192.0,
        "pp": 16.0,
        "ep": 64.0,
        "micro_batch": 1.0,
        "framework": "Megatron-LM 0.14",
    }
    return RunRow(id="r", **(plain | cells))


@pytest.mark.parametrize(
    ("cells", "layers", "assumed"),
    [
        ({}, 1, True),
        ({"model": "DeepSeekV3 (w/o MTP)"}, 0, False),
        ({"model": "DeepSeek-V3 (w/ MTP)"}, 1, False),
        ({"framework": "Megatron-LM 0.14, no MTP"}, 0, False),
        ({"config_source": "script with mtp=0"}, 0, False),
        ({"model": "DeepSeek-V3 不含 MTP"}, 0, False),
        ({"framework": "Megatron-LM 0.14, multi-token prediction"}, 1, False),
        ({"model": "DeepSeek-V3 with MTP"}, 1, False),
        ({"model": "DeepSeek-V3+MTP"}, 1, False),
        ({"mtp_layers": 0.0}, 0, False),
        ({"mtp_layers": 2.0}, 2, False),
        ({"mtp_layers": 2.0, "model": "DeepSeek-V3 (w/o MTP)"}, 2, False),
        ({"layers": 16.0, "hidden": 7168.0, "heads": 128.0}, 0, False),
        ({"model": "DeepSeek-V3 LoRA"}, 0, False),
        ({"model": "Qwen3-30B-A3B"}, 0, False),
    ],
)
def test_a_row_says_what_it_trains_or_follows_the_recipe(cells, layers, assumed) -> None:
    asked = question(row(**cells), CATALOG)
    assert float(asked.shape.mtp_layers) == layers
    assert ("mtp_layers" in asked.assumed) == assumed


def test_the_answer_says_that_they_are_trained() -> None:
    job = replace(JOB, precision=Precision.BF16)
    flags = {
        name: {
            flag.id
            for flag in predict(shape, CLUSTER, job=job, strategy=EIGHTH, calibration=FIRST).flags
        }
        for name, shape in (("with", DEEPSEEK), ("without", WITHOUT))
    }
    assert "performance.mtp.trained" in flags["with"]
    assert "performance.mtp.trained" not in flags["without"]
