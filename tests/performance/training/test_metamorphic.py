"""What must hold between two answers whatever the constants are, on many layouts and models."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.catalog import load_catalog
from narrows.core import RefusalError
from narrows.performance.arrays import xp
from narrows.performance.calibration import packaged
from narrows.performance.calibration.table import constants_from
from narrows.performance.constants import Constants
from narrows.performance.dimensions import Dimensions, dimensions_of
from narrows.performance.hardware import Device, hardware_of
from narrows.performance.pipeline import Schedule
from narrows.performance.servers import usual_system
from narrows.performance.shape import Shape, shape_of
from narrows.performance.training import Cluster, ContextExchange, Job, Recompute, Strategy
from narrows.performance.training.block import block_seconds
from narrows.performance.training.evaluate import Evaluation, evaluate
from narrows.performance.training.job import device_of, setting_of, workload_of
from narrows.performance.training.predict import check
from narrows.performance.training.strategy import Workload, as_arrays

CATALOG = load_catalog()
MODELS = {
    name: shape_of(dimensions_of(CATALOG.model(name)))
    for name in (
        "llama3-8b",
        "gpt3-13b",
        "mixtral-8x7b",
        "deepseek-v3",
        "qwen3-next-80b-a3b",
        "gpt-oss-120b",
    )
}
CLUSTERS = {
    name: Cluster(hardware=hardware_of(chip, usual_system(chip, CATALOG.systems)), chips=32 // dies)
    for name, dies in (("nv-h100-sxm", 1), ("nv-b200", 1), ("hw-910b2", 1), ("hw-910c", 2))
    for chip in (CATALOG.chip(name),)
}
JOB = Job(sequence=8192, batch=64)
EVEN_SOFTWARE = "megatron-core-2026b"
CLOSE = 1.0 + 1e-9
"""Sums of many parts differ in the last digits."""


def allowed(shape: Shape, strategy: Strategy) -> bool:
    try:
        check(shape, CLUSTERS["nv-h100-sxm"], JOB, strategy)
    except RefusalError:
        return False
    return True


def strategies_of(shape: Shape) -> list[Strategy]:
    """Return every layout of 32 devices that the model allows, of some degrees."""
    routed = float(shape.experts) > 0.0
    found = [
        Strategy(
            tensor=tensor,
            pipeline=pipeline,
            context=context,
            context_exchange=exchange,
            data=32 // (tensor * pipeline * context),
            expert=expert,
            chunks=chunks,
            micro_batch=micro_batch,
            zero=zero,
            recompute=recompute,
            schedule=schedule,
        )
        for tensor in (1, 4)
        for pipeline in (1, 2)
        for context in (1, 2)
        for exchange in (list(ContextExchange) if context > 1 else [ContextExchange.RING])
        for expert in ((1, 8) if routed else (1,))
        for schedule, chunks in [
            (Schedule.ONE_F_ONE_B, 1),
            *([(Schedule.ONE_F_ONE_B, 2), (Schedule.ZB_V, 2)] if pipeline > 1 else []),
        ]
        for micro_batch in (1, 2)
        for zero in (0, 1, 2, 3)
        for recompute in Recompute
    ]
    return [each for each in found if allowed(shape, each)]


LAYOUTS = {name: strategies_of(shape) for name, shape in MODELS.items()}


def used(cluster: Cluster, job: Job = JOB) -> Constants:
    return constants_from(packaged().best, [setting_of(cluster, job)])


def answers(
    shape: Shape,
    cluster: Cluster,
    strategies: list[Strategy],
    *,
    job: Job = JOB,
    device: Device | None = None,
    constants: Constants | None = None,
    work: Workload | None = None,
) -> Evaluation:
    return evaluate(
        shape,
        device or device_of(cluster, job),
        constants or used(cluster, job),
        as_arrays(strategies),
        work or workload_of(cluster, job),
    )


BETTER = [
    "flops_per_s",
    "wide_flops_per_s",
    "bytes_per_s",
    "memory_bytes",
    "link_bytes_per_s",
    "nic_bytes_per_s",
    "power_share",
]
models = st.sampled_from(sorted(MODELS))
clusters = st.sampled_from(sorted(CLUSTERS))


@settings(max_examples=60, deadline=None)
@given(models, clusters, st.sampled_from(BETTER), st.floats(1.01, 8.0))
def test_more_of_any_rate_is_never_slower(model, cluster, name, factor) -> None:
    asked = CLUSTERS[cluster]
    own = device_of(asked, JOB)
    better = replace(own, **{name: getattr(own, name) * factor})
    before = answers(MODELS[model], asked, LAYOUTS[model]).step_s
    after = answers(MODELS[model], asked, LAYOUTS[model], device=better).step_s
    assert np.all(after <= before * CLOSE)


@settings(max_examples=20, deadline=None)
@given(models, clusters)
def test_rates_scaled_together_scale_the_step(model, cluster) -> None:
    """A unit of time is nobody's business: rates times k and waits over k give steps over k."""
    asked, factor = CLUSTERS[cluster], 7.0
    own, fitted = device_of(asked, JOB), used(asked)
    rates = [each for each in BETTER if each not in ("memory_bytes", "power_share")]
    faster = replace(own, **{name: getattr(own, name) * factor for name in rates})
    waits = [
        each.name
        for each in fields(Constants)
        if each.name.endswith("_s") or each.name in ("host_s_per_kernel", "index_s_per_element")
    ]
    shorter = replace(fitted, **{name: getattr(fitted, name) / factor for name in waits})
    before = answers(MODELS[model], asked, LAYOUTS[model])
    after = answers(MODELS[model], asked, LAYOUTS[model], device=faster, constants=shorter)
    np.testing.assert_allclose(after.step_s * factor, before.step_s, rtol=1e-9)
    np.testing.assert_allclose(after.memory.total, before.memory.total, rtol=1e-12)


@settings(max_examples=20, deadline=None)
@given(models, clusters)
def test_twice_the_batch_takes_between_once_and_twice_the_time(model, cluster) -> None:
    asked = CLUSTERS[cluster]
    once = answers(MODELS[model], asked, LAYOUTS[model]).step_s
    twice = answers(MODELS[model], asked, LAYOUTS[model], job=replace(JOB, batch=128)).step_s
    assert np.all(once < twice)
    assert np.all(twice <= 2.0 * once * CLOSE)
    four = answers(MODELS[model], asked, LAYOUTS[model], job=replace(JOB, batch=256)).step_s
    np.testing.assert_allclose(four - twice, 2.0 * (twice - once), rtol=0.05)


def paired(model: str, name: str, first: object, second: object):
    """Return the layouts with one word changed, where both are allowed."""
    with_first = [each for each in LAYOUTS[model] if getattr(each, name) == first]
    changed = [replace(each, **{name: second}) for each in with_first]
    both = [(a, b) for a, b in zip(with_first, changed, strict=True) if allowed(MODELS[model], b)]
    return [a for a, _ in both], [b for _, b in both]


@settings(max_examples=20, deadline=None)
@given(models, clusters, st.sampled_from([Recompute.NONE, Recompute.SELECTIVE]))
def test_recomputing_all_is_never_faster_and_never_takes_more_memory(model, cluster, less) -> None:
    kept, again = paired(model, "recompute", less, Recompute.FULL)
    asked = CLUSTERS[cluster]
    before, after = answers(MODELS[model], asked, kept), answers(MODELS[model], asked, again)
    assert np.all(after.step_s >= before.step_s / CLOSE)
    assert np.all(after.memory.total <= before.memory.total * CLOSE)


@settings(max_examples=20, deadline=None)
@given(models, clusters, st.integers(0, 2))
def test_a_later_stage_of_zero_never_takes_more_memory(model, cluster, stage) -> None:
    less, more = paired(model, "zero", stage, stage + 1)
    asked = CLUSTERS[cluster]
    before, after = answers(MODELS[model], asked, less), answers(MODELS[model], asked, more)
    assert np.all(after.memory.total <= before.memory.total * CLOSE)


@pytest.mark.parametrize("layers", [1.0, 2.0, 3.0, 40.0])
@pytest.mark.parametrize("data", [1, 2, 32])
def test_sharded_weights_never_take_more_room_than_whole_ones(layers, data) -> None:
    """Gathering two layers of one, or from no other rank, is no loss."""
    asked = CLUSTERS["nv-h100-sxm"]
    few = replace(MODELS["llama3-8b"], layers=xp.array(layers))
    whole, sharded = (Strategy(data=data, zero=stage) for stage in (2, 3))
    memory = answers(few, asked, [whole, sharded]).memory.total
    assert memory[1] <= memory[0] * CLOSE


@pytest.mark.parametrize("model", sorted(MODELS))
def test_twice_the_layers_take_twice_the_time_of_layers(model) -> None:
    shape = MODELS[model]
    even = replace(shape, layers=shape.layers * 0.0 + 24.0, moe_layers=shape.moe_layers * 0.0)
    double = replace(even, layers=even.layers * 2.0)
    layouts = [each for each in LAYOUTS[model] if each.schedule is Schedule.ONE_F_ONE_B]
    asked = CLUSTERS["nv-h100-sxm"]
    one, two = answers(even, asked, layouts).parts, answers(double, asked, layouts).parts
    for name in ("recompute_s", "tensor_s", "context_s"):
        kept = 1.0 if float(shape.mtp_layers) == 0.0 else 48.0 / 50.0
        once, twice = getattr(one, name), getattr(two, name)
        assert np.all(twice * (1.0 + 1e-12) >= 2.0 * kept * once)
        assert np.all(twice <= 2.0 * once * CLOSE)


def test_as_many_key_heads_as_heads_is_plain_attention() -> None:
    plain = Dimensions(layers=8, hidden=4096, heads=32, ffn=11008, vocab=32_000)
    grouped = replace(plain, kv_heads=32)
    for name in (each.name for each in fields(Shape)):
        assert getattr(shape_of(plain), name) == getattr(shape_of(grouped), name)


def test_latent_attention_of_one_key_a_head_costs_no_more_core_than_plain() -> None:
    plain = Dimensions(layers=8, hidden=4096, heads=32, head_dim=128, ffn=11008, vocab=32_000)
    latent = replace(
        plain, head_dim=None, latent=True, kv_lora=512, qk_nope=64, qk_rope=64, v_head=128
    )
    asked = CLUSTERS["nv-h100-sxm"]
    layouts = as_arrays([Strategy(tensor=4, data=8)])
    args = (device_of(asked, JOB), used(asked), layouts, workload_of(asked, JOB))
    first = block_seconds(shape_of(plain), *args)
    second = block_seconds(shape_of(latent), *args)
    np.testing.assert_allclose(first.core_s, second.core_s, rtol=1e-12)


@pytest.mark.parametrize(("tensor", "expert_tensor"), [(1, 1), (4, 4)])
def test_one_expert_that_every_token_meets_is_a_dense_block(tensor, expert_tensor) -> None:
    """Where routing, sorting and grouped products cost nothing, and a router's weights aside."""
    dense = shape_of(
        Dimensions(layers=8, hidden=4096, heads=32, ffn=11008, ffn_matrices=3, vocab=32_000)
    )
    routed = shape_of(
        Dimensions(
            layers=8,
            hidden=4096,
            heads=32,
            expert_ffn=11008,
            ffn_matrices=3,
            vocab=32_000,
            experts=1,
            topk=1,
        )
    )
    asked = CLUSTERS["nv-h100-sxm"]
    free = replace(
        used(asked),
        expert_efficiency=np.array([1.0]),
        permute_scale=np.array([0.0]),
        host_s_per_kernel=np.array([0.0]),
        collective_start_s=np.array([0.0]),
        nic_latency_s=np.array([0.0]),
        link_latency_s=np.array([0.0]),
    )
    layout = [Strategy(tensor=tensor, expert_tensor=expert_tensor, data=32 // tensor)]
    one = answers(dense, asked, layout, constants=free)
    two = answers(routed, asked, layout, constants=free)
    router = 8 * 4096
    assert float(routed.total_parameters - dense.total_parameters) == router
    for item in fields(type(one.parts)):
        first, second = getattr(one.parts, item.name), getattr(two.parts, item.name)
        np.testing.assert_allclose(second, first, rtol=1e-4, err_msg=item.name)
    rows = 2.0 * 2.0 * 8192 * 4096 * 8
    copies = float(np.ravel(two.memory.activations - one.memory.activations)[0])
    assert copies <= rows * CLOSE


def test_experts_that_tensor_ranks_split_keep_their_part_of_the_width() -> None:
    """Every one of four ranks keeps all rows of four times the tokens, a quarter of the columns."""
    wide = replace(MODELS["mixtral-8x7b"], expert_ffn=xp.array(2.0 * 14_336))
    split = [Strategy(tensor=4, expert_tensor=4, expert=8, data=8)]
    whole = [Strategy(tensor=4, expert_tensor=1, expert=8, data=8)]
    asked = CLUSTERS["nv-h100-sxm"]

    def grown(layout: list[Strategy]) -> float:
        more = answers(wide, asked, layout).memory.activations
        return float((more - answers(MODELS["mixtral-8x7b"], asked, layout).memory.activations)[0])

    assert grown(split) == pytest.approx(grown(whole))


def test_names_of_rates_cover_every_rate_of_a_device() -> None:
    host = {each.name for each in fields(Device) if "host" in each.name}
    others = {"element_bytes", "narrow", "ports", "switch_bytes_per_s", "domain"}
    assert {each.name for each in fields(Device)} == set(BETTER) | host | others
