from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from narrows.catalog import load_catalog
from narrows.performance.serving.arrays import array
from narrows.performance.serving.device import device_of
from narrows.performance.serving.effects import Member
from narrows.performance.serving.facts import load_facts
from narrows.performance.serving.iteration import (
    decode_step,
    iteration_s,
    prefill_lanes,
    prefill_s,
)
from narrows.performance.serving.knowledge import load_knowledge
from narrows.performance.serving.layout import candidates, layout
from narrows.performance.serving.numbers import scheme
from narrows.performance.serving.one_pool import drained_rate, flow, together
from narrows.performance.serving.shape import shape_of
from narrows.performance.serving.steady import Caps
from narrows.performance.serving.step import Machine
from narrows.performance.serving.traffic import traffic
from narrows.performance.serving.two_pools import Pool, apart, feed, hand_over_s, prefill_rate

ENGINE = load_facts().engine("vllm")
CAPS = Caps(max_seqs=array(1024.0), chunk_tokens=8192)


def _machine(model="deepseek-v3", chip="nv-h200-sxm", shape=None, **degrees):
    catalog = load_catalog()
    device = device_of(catalog.chips[chip])
    return Machine(
        device=device,
        shape=shape_of(catalog.models[model]),
        scheme=scheme("fp8", "bf16"),
        layout=layout(**degrees) if shape is None else shape,
        constants=load_knowledge().central(Member(device.family, "vllm")),
    )


@settings(max_examples=25, deadline=None)
@given(
    clients=st.integers(1, 4000),
    prompt=st.integers(16, 60_000),
    answer=st.integers(2, 8000),
    drafts=st.integers(0, 3),
)
@example(clients=10, prompt=8191, answer=4, drafts=0)
@example(clients=12, prompt=8300, answer=4, drafts=0)
def test_clients_equal_rate_times_residence(clients, prompt, answer, drafts):
    load = traffic(prompt, answer, clients=clients, drafts=drafts)
    found = together(_machine(tp=8), ENGINE, load, CAPS)
    residence = found.ttft_s + answer * found.tpot_s
    assert (found.request_rate * residence).item() == pytest.approx(clients, rel=1e-4)


@settings(max_examples=25, deadline=None)
@given(clients=st.integers(1, 2000), rate=st.floats(0.01, 5))
def test_slow_arrivals_set_the_rate(clients, rate):
    free = together(_machine(tp=8), ENGINE, traffic(2000, 500, clients=clients), CAPS)
    held = together(
        _machine(tp=8), ENGINE, traffic(2000, 500, clients=clients, arrivals=rate), CAPS
    )
    assert held.request_rate.item() == pytest.approx(min(rate, free.request_rate.item()), rel=1e-3)


@pytest.mark.parametrize("degrees", [{"tp": 8.0}, {"tp": 2.0, "dp": 4.0, "ep": 8.0}])
def test_a_rate_that_nothing_can_do_leaves_all_clients_waiting(degrees):
    loads = [traffic(3500, 512, clients=5000, arrivals=rate) for rate in (np.inf, 1e4)]
    closed, beyond = (together(_machine(**degrees), ENGINE, load, CAPS) for load in loads)
    for name in ("request_rate", "tpot_s", "ttft_s", "sequences"):
        assert getattr(beyond, name).item() == getattr(closed, name).item()


def test_one_candidate_and_many_agree():
    one = _machine(tp=8)
    many = candidates(one.shape, 16, domain=8)
    whole = together(_machine(shape=many), ENGINE, traffic(2000, 500, clients=64), CAPS)
    for i in range(len(many)):
        alone = together(
            _machine(shape=many.at(np.array([i]))), ENGINE, traffic(2000, 500, clients=64), CAPS
        )
        assert alone.tpot_s[0] == pytest.approx(whole.tpot_s[i], rel=1e-5)


@pytest.mark.parametrize("field", ["sequences", "context"])
def test_more_work_takes_longer(field):
    machine = _machine(tp=8)
    plain = traffic(2000, 500)
    longer = traffic(20_000, 500) if field == "context" else plain
    batch = 64.0 if field == "sequences" else 32.0
    base = iteration_s(machine, plain, array(32.0), array(0.0))
    assert iteration_s(machine, longer, array(batch), array(0.0)) > base


def test_cached_prompts_cost_less_prefill():
    cold = together(_machine(tp=8), ENGINE, traffic(8000, 500, clients=64), CAPS)
    warm = together(_machine(tp=8), ENGINE, traffic(8000, 500, clients=64, cached=7200), CAPS)
    assert warm.output_rate > cold.output_rate
    assert warm.ttft_s < cold.ttft_s


def test_latent_decode_without_head_sharding_costs_the_h20_its_compute():
    """242 operations a byte are far above what an H20 offers and near what an H200 does.

    By bandwidth alone the H20 would be 1.2 times slower.
    """
    load, spent = traffic(8000, 1000), {}
    for chip in ("nv-h20", "nv-h200-sxm"):
        step = decode_step(_machine(chip=chip, dp=8, ep=8), load, array(256.0), array(0.0))
        spent[chip] = step.cache_s.item()
    assert 4 < spent["nv-h20"] / spent["nv-h200-sxm"] < 989.4 / 148


def test_pools_apart_are_bound_by_the_slower_one():
    front = Pool(machine=_machine(tp=8), instances=array(1.0), caps=CAPS)
    back = Pool(machine=_machine(tp=8), instances=array(8.0), caps=CAPS)
    load = traffic(8000, 200, clients=5000)
    bound = apart(front, back, ENGINE, load)
    assert float(bound.prefill_share[0]) == pytest.approx(1.0, abs=1e-3)
    wide = Pool(machine=_machine(tp=8), instances=array(2.0), caps=CAPS)
    assert apart(wide, back, ENGINE, load).output_rate > bound.output_rate


def test_a_run_that_ends_pays_for_its_last_batch():
    """With the batch emptying evenly, half the cost of an idle iteration is lost a lifetime."""
    machine = _machine(tp=8)
    load = traffic(1000, 1000, clients=2000.0)
    state = together(machine, ENGINE, load, Caps(max_seqs=array(256.0), chunk_tokens=8192))
    steady = float(state.output_rate.item())
    ended = float(drained_rate(machine, load, state).item())
    idle = float(iteration_s(machine, load, array(1.0), array(0.0)).item())
    assert 2000 * 1000 / ended == pytest.approx(2000 * 1000 / steady + 1000 * idle / 2)


def test_a_run_of_one_batch_has_no_tail():
    machine = _machine(tp=8)
    load = traffic(1000, 1000, clients=64.0)
    state = together(machine, ENGINE, load, CAPS)
    assert drained_rate(machine, load, state) == pytest.approx(state.output_rate)


def test_every_stage_of_a_pipeline_computes_a_chunk():
    """Eight stages of ten layers each compute prompts eight times as fast as a pass takes."""
    load = traffic(8192, 100)
    machine = _machine("llama3-70b", pp=8)
    pass_s = iteration_s(machine, load, array(0.0), array(8192.0))
    pool = Pool(machine=machine, instances=array(1.0), caps=CAPS)
    assert prefill_rate(pool, load) == pytest.approx(8 / pass_s)


def test_stages_follow_the_one_with_most_layers():
    """61 layers in eight stages: the fullest has eight."""
    assert prefill_lanes(_machine(pp=8)) == pytest.approx(61 / 8)


def test_two_stages_keep_two_chunks_going_in_one_pool():
    """Each stage has half the layers, so that twice the devices carry twice the prompts."""
    load = traffic(8192, 2, clients=500)
    rates = []
    for degrees in ({"tp": 4, "pp": 2}, {"tp": 4}):
        machine = _machine("llama3-70b", **degrees)
        rates.append(together(machine, ENGINE, load, CAPS).request_rate.item())
    assert rates[0] == pytest.approx(2 * rates[1], rel=0.1)


def test_microbatches_carry_their_prompts_in_the_same_round():
    """A round with chunks lasts as long as the slowest of four micro-batches; a fourth has any."""
    machine, load = _machine("llama3-70b", pp=4), traffic(2000, 4000)
    lone = prefill_s(machine, load, array(8192.0))
    now = flow(machine, load, array(64.0), CAPS, lone)
    plain = iteration_s(machine, load, array(64.0), array(0.0))
    mixed = iteration_s(machine, load, array(64.0), array(2000.0))
    rounds = 64 / 4000 / 4
    assert now.mean_s == pytest.approx(plain + rounds * (mixed - plain), rel=1e-3)


def test_all_that_a_prompt_leaves_is_handed_over():
    """Windows and recurrent states go over too, and every stage sends its own layers."""
    for model, layers in (("gpt-oss-120b", 36 * 100 * 2 * 8 * 64), ("qwen3-next-80b-a3b", None)):
        pool = Pool(machine=_machine(model), instances=array(1.0), caps=CAPS)
        machine = pool.machine
        sent = hand_over_s(pool, layout(), traffic(100, 10)) * machine.device.nic_bytes_s
        sent = float((sent * machine.constants.link_share).item())
        linear = 36 * 32 * 128 * 128 * 4 + 12 * 100 * 2 * 2 * 256 * 2
        assert sent == pytest.approx(linear if layers is None else 2 * layers)
    staged = Pool(machine=_machine(model, pp=2), instances=array(1.0), caps=CAPS)
    assert hand_over_s(staged, layout(tp=8), traffic(100, 10)) == pytest.approx(
        hand_over_s(pool, layout(tp=8), traffic(100, 10)) / 2
    )


@pytest.mark.parametrize(
    ("behind", "cards"),
    [({"tp": 1}, 1), ({"tp": 2}, 2), ({"dp": 8}, 1), ({"tp": 2, "pp": 2}, 4), ({"tp": 8}, 4)],
)
def test_the_fewer_network_cards_of_both_sides_hand_a_cache_over(behind, cards):
    """Four devices send; a replica of attention takes in through its own devices alone."""
    front = Pool(machine=_machine(tp=4), instances=array(1.0), caps=CAPS)
    load = traffic(8000, 100)
    one = hand_over_s(front, layout(tp=1), load)
    assert hand_over_s(front, layout(**behind), load) == pytest.approx(one / cards)
    back = Pool(machine=_machine(**behind), instances=array(1.0), caps=CAPS)
    wide = Pool(machine=_machine(tp=4), instances=array(1.0), caps=CAPS)
    waited = feed(front, back, load).hand_over_s - feed(front, wide, load).hand_over_s
    assert waited == pytest.approx(one / cards - one / 4)


def test_a_prompt_passes_the_predictor_of_drafts_once():
    """One more layer, whatever the number of drafts; nothing is drafted while nobody decodes."""
    machine = _machine(tp=8)
    none, one, three = (
        iteration_s(machine, traffic(8192, 100, drafts=d), array(0.0), array(8192.0))
        for d in (0, 1, 3)
    )
    assert one == pytest.approx(none * 62 / 61, rel=1e-3)
    assert three == pytest.approx(one)


def test_each_draft_of_one_token_costs_a_layer_and_the_head():
    machine = _machine(tp=8)
    alone = decode_step(machine, traffic(2000, 100), array(64.0), array(0.0))
    two, three = (
        iteration_s(machine, traffic(2000, 100, drafts=d), array(64.0), array(0.0))
        - decode_step(machine, traffic(2000, 100, drafts=d), array(64.0), array(0.0)).total_s
        for d in (2, 3)
    )
    further = (alone.total_s - alone.head_s) / 61 + alone.head_s
    assert two < three < two + 1.1 * further
    assert further * 2 < three
