from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.performance.serving.arrays import array
from narrows.performance.serving.constants import NAMES, Constants
from narrows.performance.serving.device import device_of
from narrows.performance.serving.exchange import MICRO, all_reduce_s, stage_handover_s
from narrows.performance.serving.layout import layout
from narrows.performance.serving.numbers import kernel, scheme
from narrows.performance.serving.roofline import roofline_s
from narrows.performance.serving.shape import shape_of
from narrows.performance.serving.step import (
    BALANCE,
    Machine,
    Work,
    fed_share,
    gemm_share,
    step_time,
)


def _perfect(**changes):
    """Everything reaches its peak and nothing waits."""
    shares = dict.fromkeys(NAMES, 1.0)
    waits = {name: 0.0 for name in NAMES if name.endswith("_us")}
    still = {
        "balance": 0.0,
        "router_skew": 0.0,
        "popularity": 1e-3,
        "tile_tokens": 0.0,
        "unhidden": 0.0,
        "ungraphed": 1.0,
    }
    values = shares | waits | still | changes
    return Constants(**{name: array(value) for name, value in values.items()})


def _machine(catalog, model, constants, weights="bf16", **degrees):
    return Machine(
        device=device_of(catalog.chips["nv-h200-sxm"]),
        shape=shape_of(catalog.models[model]),
        scheme=scheme(weights, "bf16"),
        layout=layout(**degrees),
        constants=constants,
    )


def _decode(sequences, context):
    nothing = array(0.0)
    return Work(
        sequences=array(sequences),
        context=array(context),
        queries=array(1.0),
        chunk=nothing,
        span=nothing,
        past=nothing,
    )


def test_one_token_of_a_dense_model_reads_its_weights_once(catalog):
    step = step_time(_machine(catalog, "llama3-8b", _perfect()), _decode(1.0, 1.0))
    weights = 2 * (8.03e9 - 128256 * 4096) / 4.8e12
    assert (step.projections_s + step.head_s).item() == pytest.approx(weights, rel=0.01)


def test_the_cache_is_read_at_bandwidth(catalog):
    step = step_time(_machine(catalog, "llama3-70b", _perfect(), tp=8), _decode(16.0, 4096.0))
    assert step.cache_s.item() == pytest.approx(16 * 4096 * 327_680 / 8 / 4.8e12)


def test_a_large_batch_is_bound_by_arithmetic(catalog):
    step = step_time(_machine(catalog, "llama3-8b", _perfect()), _decode(4096.0, 1.0))
    shape = shape_of(catalog.models["llama3-8b"])
    flops = 2 * 4096 * (shape.attention_params + shape.dense_params)
    assert step.projections_s.item() == pytest.approx(flops / 989.4e12)


def test_a_mixture_reads_the_experts_that_it_touches(catalog):
    shape = shape_of(catalog.models["deepseek-v3"])
    machine = _machine(catalog, "deepseek-v3", _perfect(), weights="fp8", tp=8)
    step = step_time(machine, _decode(32.0, 1.0))
    read = 163.1 * 58 * shape.expert_params / 8 / 4.8e12
    assert step.experts_s.item() == pytest.approx(read, rel=0.01)


def _chunk(chunk, past, span=None):
    nothing = array(0.0)
    return Work(
        sequences=nothing,
        context=nothing,
        queries=array(1.0),
        chunk=array(chunk),
        span=array(chunk if span is None else span),
        past=array(past),
    )


def test_a_chunk_expands_the_latent_cache_of_all_tokens_before_it(catalog):
    """Keys and values of 128 heads, 128 wide each, are made of 512 for each token, in 61 layers."""
    machine = _machine(catalog, "deepseek-v3", _perfect(), tp=8)
    found = step_time(machine, _chunk(2048.0, 30_000.0)).prefill_attention_s
    made = 2 * 512 * 128 * (128 + 128) * 30_000
    attended = 2 * 128 * (128 + 64 + 128) * 2048 * (30_000 + 1024)
    assert found == pytest.approx(61 * (made + attended) / 8 / 989.4e12, rel=1e-6)


def test_what_several_prompts_have_behind_them_is_expanded_for_each(catalog):
    machine = _machine(catalog, "deepseek-v3", _perfect(), tp=8)
    one = step_time(machine, _chunk(2048.0, 4000.0)).prefill_attention_s
    none = step_time(machine, _chunk(2048.0, 0.0)).prefill_attention_s
    two = step_time(machine, _chunk(4096.0, 4000.0, span=2048.0)).prefill_attention_s
    assert one > none
    assert two == pytest.approx(2 * one)


@pytest.mark.parametrize("model", ["llama3-70b", "deepseek-v3.2", "deepseek-v4-pro"])
def test_a_cache_that_prefill_reads_as_it_lies_is_not_expanded(catalog, model):
    assert all(group.expand_flops == 0 for group in shape_of(catalog.models[model]).groups)


def test_one_new_token_behind_a_cached_prompt_reads_its_cache(catalog):
    """Prefilling one token and decoding one are the same work."""
    machine = _machine(catalog, "llama3-70b", _perfect(), tp=8)
    decoded = step_time(machine, _decode(1.0, 100_000.0)).cache_s
    prefilled = step_time(machine, _chunk(1.0, 99_999.0)).prefill_attention_s
    assert prefilled == pytest.approx(decoded.item())


def test_a_token_is_exchanged_as_narrow_as_experts_take_it(catalog):
    """Kimi K3 narrows 7,168 to 3,584 before its experts."""
    constants = _perfect(link_share=1.0)
    machine = _machine(catalog, "kimi-k3", constants, weights="fp8", dp=8, ep=8)
    wide = replace(machine, shape=replace(machine.shape, expert_hidden=machine.shape.hidden))
    found = [step_time(each, _decode(512.0, 1.0)).communication_s for each in (machine, wide)]
    assert machine.shape.expert_hidden == 3584
    assert found[1] == pytest.approx(2 * found[0])


def test_widened_weights_reach_less(catalog):
    constants = _perfect(gemm_16bit=0.8, gemm_8bit=0.6, mixed_gemm=0.5)
    hopper = device_of(catalog.chips["nv-h200-sxm"])
    blackwell = device_of(catalog.chips["nv-b200"])
    assert gemm_share(hopper, kernel("fp8"), constants) == 0.6
    assert gemm_share(hopper, kernel("fp4"), constants) == 0.3
    assert gemm_share(blackwell, kernel("fp4"), constants) == 1.0
    assert gemm_share(hopper, kernel("int4"), constants) == 0.4


def test_a_ring_moves_twice_all_but_one_part(catalog):
    device = device_of(catalog.chips["nv-h200-sxm"])
    seconds = all_reduce_s(array(8.0), array(1e9), device, _perfect())
    assert seconds == pytest.approx(2 * 7 / 8 * 1e9 / 450e9)


def test_an_all_reduce_beyond_the_domain_pays_for_the_network(catalog):
    device = device_of(catalog.chips["nv-h200-sxm"], catalog.systems["dgx-h200"])
    constants = _perfect(hop_us=3.0, fabric_hop_us=10.0)
    inside = all_reduce_s(array(8.0), array(1e6), device, constants)
    across = all_reduce_s(array(16.0), array(1e6), device, constants)
    assert across - inside == pytest.approx(1e6 / 8 / 50e9 + 10 * MICRO)
    assert all_reduce_s(array(1.0), array(1e6), device, constants) == 0


def test_the_shorter_leg_hides_but_for_its_unhidden_share():
    assert roofline_s(array(3.0), array(2.0), array(0.0)) == 3.0
    assert roofline_s(array(3.0), array(2.0), array(0.5)) == 4.0


def test_with_a_prompt_the_host_may_be_the_slower_one(catalog):
    constants = _perfect(layer_us=50.0, ungraphed=8.0)
    machine = _machine(catalog, "llama3-8b", constants)
    small = Work(
        sequences=array(1.0),
        context=array(1.0),
        queries=array(1.0),
        chunk=array(16.0),
        span=array(16.0),
        past=array(0.0),
    )
    assert step_time(machine, small).total_s == pytest.approx(32 * 8 * 50e-6, rel=1e-6)
    plain = step_time(machine, _decode(1.0, 1.0))
    assert plain.overhead_s == pytest.approx(32 * 50e-6)


def test_draws_and_points_broadcast(catalog):
    constants = _perfect(weight_stream=np.array([[0.5], [1.0]]))
    step = step_time(_machine(catalog, "llama3-8b", constants), _decode([1.0, 2.0, 4.0], 100.0))
    assert step.total_s.shape == (2, 3)
    assert np.all(step.total_s[0] > step.total_s[1])


def test_scarce_arithmetic_is_easier_to_keep_busy(catalog):
    """The log-odds of a share rise by balance x ln(295 / 37) from an H100 to an H20."""
    k = _perfect(balance=0.5)
    usual, scarce = (device_of(catalog.chips[name]) for name in ("nv-h100-sxm", "nv-h20"))
    assert usual.balance == pytest.approx(BALANCE, rel=0.01)
    assert fed_share(usual, array(0.6), k) == pytest.approx(0.6, rel=0.01)
    share = float(fed_share(scarce, array(0.6), k))
    risen = np.log(share / (1 - share)) - np.log(0.6 / 0.4)
    assert risen == pytest.approx(0.5 * np.log(BALANCE / scarce.balance))
    assert share < 1


def test_a_forced_even_load_leaves_out_the_busiest_rank(catalog):
    routed = _machine(catalog, "deepseek-v3", _perfect(router_skew=0.5), weights="fp8", tp=8)
    spread = replace(routed, layout=layout(tp=1, dp=8, ep=8))
    even = replace(spread, even_experts=True)
    many = _decode(65536.0, 1.0)
    uneven = step_time(spread, many).experts_s / step_time(even, many).experts_s
    assert uneven.item() == pytest.approx(1.5, abs=0.05)


def test_a_lone_token_meets_its_experts_in_every_stage(catalog):
    """Four stages pass one token on: each reads the experts of a token, not of a quarter."""
    one, four = (
        step_time(_machine(catalog, "deepseek-v3", _perfect(), pp=pp), _decode(1.0, 1.0))
        for pp in (1, 4)
    )
    assert four.experts_s == pytest.approx(one.experts_s)


def test_an_iteration_has_a_sequence_even_if_few_are_there_on_average(catalog):
    half, one = (
        step_time(_machine(catalog, "deepseek-v3", _perfect()), _decode(sequences, 1.0))
        for sequences in (0.5, 1.0)
    )
    assert half.experts_s == pytest.approx(one.experts_s)


def test_experts_wait_for_the_rank_that_reads_most(catalog):
    """One token's eight experts lie 2.5 on the busiest of eight ranks, not one on each."""
    machine = _machine(catalog, "deepseek-v3", _perfect(), dp=8, ep=8)
    shape = machine.shape
    one_expert = shape.moe_layers * shape.expert_params * 2 / 4.8e12
    step = step_time(machine, _decode(1.0, 1.0))
    assert 2.3 < float(step.experts_s.item()) / one_expert < 2.7
    even = step_time(replace(machine, even_experts=True), _decode(1.0, 1.0))
    assert even.experts_s == pytest.approx(one_expert, rel=0.01)


def test_stages_of_different_servers_hand_over_through_their_network_cards(catalog):
    """Two stages of eight on servers of eight: each rank sends an eighth through its own card."""
    device, size = device_of(catalog.chips["nv-h200-sxm"]), array(1e9)
    near = stage_handover_s(layout(tp=4, pp=2), size, device, _perfect())
    assert near == pytest.approx(1e9 / 450e9)
    far = stage_handover_s(layout(tp=8, pp=2), size, device, _perfect())
    assert far == pytest.approx(1e9 / 8 / 50e9 + 7 / 8 * 1e9 / 450e9)
    mixed = stage_handover_s(layout(tp=4, pp=4), size, device, _perfect())
    assert mixed == pytest.approx(2 * near + 1e9 / 4 / 50e9 + 3 / 4 * 1e9 / 450e9)


@pytest.mark.parametrize(("model", "layers"), [("deepseek-v3", 61), ("llama3-70b", 80)])
@pytest.mark.parametrize("pp", [2, 4, 8])
def test_a_round_of_a_pipeline_lasts_as_long_as_its_longest_stage_takes(catalog, model, layers, pp):
    """Layers that do not share out leave one more on a stage; else the last has the head beside."""
    step = step_time(_machine(catalog, model, _perfect(), pp=pp), _decode(64.0 * pp, 1000.0))
    moved = step.communication_s
    each = (step.total_s - step.stages_s - step.head_s - moved) / layers
    longest = max(-(-layers // pp) * each, layers // pp * each + step.head_s)
    assert step.total_s == pytest.approx(pp * longest)
    assert step.stages_s > 0.0


def test_a_lone_sequence_waits_for_no_stage(catalog):
    machine = _machine(catalog, "deepseek-v3", _perfect(), pp=8)
    assert step_time(machine, _decode(1.0, 1000.0)).stages_s == pytest.approx(0.0)
    assert step_time(machine, _decode(8.0, 1000.0)).stages_s > 0.0


def test_one_stage_waits_for_nobody(catalog):
    machine = _machine(catalog, "deepseek-v3", _perfect(), tp=8)
    assert step_time(machine, _decode(64.0, 1000.0)).stages_s == pytest.approx(0.0)
