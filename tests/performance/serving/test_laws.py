"""What holds between answers, whatever the constants: more of anything is never worse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.performance.serving.worlds import CLOSE, KNOWN, World, faster, worlds

from narrows.performance.serving.arrays import array
from narrows.performance.serving.candidate import (
    Candidate,
    caps,
    load_traffic,
    machine,
    state,
)
from narrows.performance.serving.constants import NAMES
from narrows.performance.serving.iteration import iteration_s
from narrows.performance.serving.layout import layout
from narrows.performance.serving.question import Deployment, Load, setting
from narrows.performance.serving.traffic import traffic

TIMES = st.sampled_from((1.1, 2.0, 5.0))
SEQUENCES = st.sampled_from((1.0, 2.0, 7.0, 32.0, 500.0))
RESOURCES = ("bandwidth", "links", "network", "arithmetic", "memory")
QUEUED = 0.05
"""The mean wait for prefill of a closed loop is bounded from two sides, not exact: up to this."""
SETTLED = 1e-3
"""Two fixed points, of a number of sequences and of a rate, lie as close as this."""
FEW = settings(max_examples=60, deadline=None, derandomize=True)


@pytest.mark.parametrize("what", RESOURCES)
@FEW
@given(world=worlds(), times=TIMES, sequences=SEQUENCES)
def test_a_better_device_is_never_slower(what, world: World, times, sequences):
    better = world.on(faster(world.asked.device, what, times))
    for found in (world.pool, world.two_pools, world.decoding(sequences)):
        least = world.answer(found).output_rate.item() * (1 - CLOSE)
        assert better.answer(found).output_rate.item() >= least


@pytest.mark.parametrize("what", ["bandwidth", "links", "network", "arithmetic"])
@FEW
@given(world=worlds(), times=TIMES)
def test_requests_at_random_are_never_served_slower_by_a_better_device(what, world: World, times):
    rate = world.full.request_rate.item() / 2
    then = world.at_random(rate)
    now = world.on(faster(world.asked.device, what, times)).at_random(rate)
    assert now.tpot_s.item() <= then.tpot_s.item() * (1 + SETTLED)
    assert now.ttft_s.item() <= then.ttft_s.item() * (1 + SETTLED)


@FEW
@given(world=worlds())
def test_more_requests_at_random_are_never_served_faster(world: World):
    full = world.full.request_rate.item()
    few, many = world.at_random(full * 0.5), world.at_random(full * 0.7)
    assert few.tpot_s.item() <= many.tpot_s.item() * (1 + SETTLED)
    assert few.ttft_s.item() <= many.ttft_s.item() * (1 + SETTLED)


@FEW
@given(world=worlds(), times=TIMES, sequences=SEQUENCES)
def test_a_larger_batch_yields_more_and_each_waits_longer(world: World, times, sequences):
    few = world.answer(world.decoding(sequences))
    many = world.answer(world.decoding(sequences * times))
    assert many.output_rate.item() >= few.output_rate.item() * (1 - CLOSE)
    assert many.tpot_s.item() >= few.tpot_s.item() * (1 - CLOSE)


@FEW
@given(world=worlds(), times=TIMES, sequences=SEQUENCES)
def test_a_longer_prompt_is_never_faster(world: World, times, sequences):
    longer = world.under(input_tokens=world.load.input_tokens * times)
    decoding = world.decoding(sequences)
    most = longer.answer(decoding).tpot_s.item() * (1 + CLOSE)
    assert world.answer(decoding).tpot_s.item() <= most
    if longer.room >= 1:
        yields = world.answer(world.pool).output_rate.item() * (1 + CLOSE)
        assert longer.answer(world.pool).output_rate.item() <= yields


@FEW
@given(world=worlds())
def test_more_clients_get_more_while_memory_holds_them(world: World):
    few = world.under(clients=min(8.0, world.room * world.instances / 2))
    many = few.under(clients=few.load.clients * 2)
    for found in (world.pool, world.two_pools):
        least = few.answer(found).output_rate.item() * (1 - QUEUED)
        assert many.answer(found).output_rate.item() >= least


@FEW
@given(world=worlds())
def test_what_is_found_in_a_cache_need_not_be_computed(world: World):
    rates = [
        world.under(hit_share=share).answer(world.pool).output_rate.item()
        for share in (0.0, 0.3, 0.9)
    ]
    assert rates[1] >= rates[0] * (1 - CLOSE)
    assert rates[2] >= rates[1] * (1 - CLOSE)


def test_the_last_token_of_a_prompt_is_never_found_in_a_cache():
    assert traffic(1.0, 10.0, cached=0.9).cached == 0
    assert traffic(100.0, 10.0, cached=99.9).cached == 99
    assert traffic(100.0, 10.0, cached=50.0).cached == 50


@FEW
@given(world=worlds(), drafts=st.sampled_from((1, 3)), sequences=SEQUENCES)
def test_drafts_that_are_never_accepted_are_never_faster(world: World, drafts, sequences):
    found = world.decoding(sequences)
    none = world.under(drafts=0).answer(found).tpot_s.item()
    refused = world.under(drafts=drafts, accept=0.001).answer(found).tpot_s.item()
    assert refused >= none / 1.0011


@FEW
@given(world=worlds(), drafts=st.sampled_from((1, 3)))
def test_drafts_that_are_accepted_more_often_are_never_slower(world: World, drafts):
    rates = [
        world.under(drafts=drafts, accept=accept).answer(world.pool).output_rate.item()
        for accept in (0.3, 0.6, 0.9)
    ]
    assert rates[1] >= rates[0] * (1 - CLOSE)
    assert rates[2] >= rates[1] * (1 - CLOSE)


@FEW
@given(world=worlds())
def test_two_halves_of_a_fleet_are_the_whole(world: World):
    clients = world.load.clients
    double = world.under(clients=None if clients is None else 2 * clients)
    half = world.answer(world.pool)
    whole = double.answer(replace(world.pool, instances=2 * world.instances))
    assert whole.output_rate.item() == pytest.approx(2 * half.output_rate.item(), rel=CLOSE)
    assert whole.ttft_s.item() == pytest.approx(half.ttft_s.item(), rel=CLOSE)
    assert whole.tpot_s.item() == pytest.approx(half.tpot_s.item(), rel=CLOSE)


@FEW
@given(world=worlds(), sequences=SEQUENCES)
def test_a_clock_of_another_unit_changes_no_answer(world: World, sequences):
    """All rates a third and all waits three times as long: every time is three times as long."""
    slow = world.asked.device
    for what in ("bandwidth", "network", "links", "arithmetic"):
        slow = faster(slow, what, 1 / 3)
    waits = {name: getattr(world.constants, name) * 3 for name in NAMES if name.endswith("_us")}
    slowed = replace(world.on(slow), constants=replace(world.constants, **waits))
    for found in (world.pool, world.two_pools, world.decoding(sequences)):
        now, then = world.answer(found), slowed.answer(found)
        assert then.tpot_s.item() == pytest.approx(3 * now.tpot_s.item(), rel=CLOSE)
        assert then.ttft_s.item() == pytest.approx(3 * now.ttft_s.item(), rel=CLOSE)


@FEW
@given(world=worlds())
def test_another_instance_that_prefills_is_never_slower(world: World):
    more = replace(world.two_pools, prefill_instances=2)
    least = world.answer(world.two_pools).output_rate.item() * (1 - CLOSE)
    assert world.answer(more).output_rate.item() >= least


def test_prompts_a_second_are_bounded_by_iterations_with_chunks(catalog):
    """Eight clients with long prompts and short answers get no more than prefill can compute."""
    asked = setting(
        catalog.models["llama3-8b"], catalog.chips["nv-h200-sxm"], deployment=Deployment()
    )
    load = Load(input_tokens=60_000, output_tokens=50, clients=8)
    constants = KNOWN.central(asked.member)
    pool, limits = Candidate(layout=layout(), instances=1), caps(asked, None)
    found = state(asked, pool, load, limits, constants)
    run = machine(asked, layout(), constants)
    chunk = array(limits.chunk_tokens)
    full_s = iteration_s(run, load_traffic(load), found.sequences, chunk)
    most = limits.chunk_tokens / load.input_tokens / full_s
    assert found.request_rate.item() <= most.item() * (1 + CLOSE)
