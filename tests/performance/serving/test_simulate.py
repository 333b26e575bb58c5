from __future__ import annotations

import numpy as np
import pytest

from narrows.performance.serving.requests import poisson_requests
from narrows.performance.serving.simulate import Bench, measure, run_lanes
from narrows.performance.serving.steady import queue_wait_s


def poisson_arrivals(rate, lanes, requests, seed):
    coming = poisson_requests(rate, 1.0, streams=lanes, each=requests, seed=seed)
    return coming.arrived_s


def simulate(bench, arrivals, tokens):
    output_tokens = np.full(arrivals.shape, tokens)
    return measure(
        run_lanes(bench, arrivals, output_tokens),
        asked_s=arrivals,
        output_tokens=output_tokens,
        entry_s=bench.entry_s,
        edge_share=0.1,
    )


def _bench(**changes):
    batch = np.arange(65)
    values = {
        "plain_s": 0.01 + 0.0002 * batch,
        "mixed_s": 0.03 + 0.0002 * batch,
        "further_s": np.full(65, 0.02),
        "pieces": 1,
        "prompts_per_iteration": 1,
        "tokens_per_step": 1.0,
    }
    return Bench(**(values | changes))


@pytest.mark.parametrize("busy", [0.3, 0.6, 0.8])
def test_a_prompt_queue_waits_as_m_d_1_says(busy):
    """One prompt at a time, nothing to decode: the simulation is an M/D/1 queue."""
    service = 0.05
    nothing = np.zeros(33)
    bench = _bench(plain_s=nothing, mixed_s=nothing + service)
    arrivals = poisson_arrivals(busy / service, 200, 4000, seed=3)
    found = simulate(bench, arrivals, 1.0)
    share = np.array(busy)
    wait = queue_wait_s(np.array(service), share, np.array(np.inf), full=share)
    assert found.ttft_s.mean - service == pytest.approx(float(wait), rel=0.05)


def test_littles_law_holds_between_arrivals_and_running_sequences():
    found = simulate(_bench(), poisson_arrivals(4.0, 64, 2000, seed=5), 200.0)
    expected = found.request_rate * found.tpot_s.mean * 200
    assert found.mean_sequences == pytest.approx(expected, rel=0.03)


def test_alone_a_request_takes_its_prefill_and_its_iterations():
    found = simulate(_bench(), np.arange(20)[None, :] * 1000.0, 100.0)
    assert found.ttft_s.p50 == pytest.approx(0.03)
    assert found.tpot_s.p50 == pytest.approx(0.0102)


def test_sequences_end_while_prompts_still_wait():
    """Ten prompts at once in blocks of a second: one of two iterations ends two blocks later."""
    bench = _bench(mixed_s=np.ones(65))
    run = run_lanes(bench, np.zeros((1, 10)), np.full((1, 10), 2.0))
    assert run.first[0] == pytest.approx(np.arange(10) + 1.0)
    assert run.done[0, :8] == pytest.approx(np.arange(8) + 3.0)


def test_a_short_prompt_adds_its_share_of_a_full_chunk():
    bench = _bench(mixed_s=np.ones(65), further_s=np.full(65, 0.25), prompts_per_iteration=4)
    run = run_lanes(bench, np.zeros((1, 4)), np.full((1, 4), 2.0))
    assert run.first[0] == pytest.approx([1.0, 1.25, 1.5, 1.75])


def test_drafts_shorten_a_life():
    slow = simulate(_bench(), np.arange(20)[None, :] * 1000.0, 100.0)
    fast = simulate(_bench(tokens_per_step=2.0), np.arange(20)[None, :] * 1000.0, 100.0)
    assert fast.tpot_s.p50 == pytest.approx(slow.tpot_s.p50 / 2)


def test_a_full_engine_makes_requests_wait():
    small = _bench(plain_s=_bench().plain_s[:9], mixed_s=_bench().mixed_s[:9])
    arrivals = poisson_arrivals(4.0, 32, 500, seed=9)
    assert simulate(small, arrivals, 200.0).ttft_s.p99 > 10 * (
        simulate(_bench(), arrivals, 200.0).ttft_s.p99
    )


def test_percentiles_are_ordered_and_repeat():
    arrivals = poisson_arrivals(6.0, 32, 500, seed=2)
    once, again = (simulate(_bench(), arrivals, 150.0) for _ in range(2))
    assert once == again
    assert once.ttft_s.p50 <= once.ttft_s.p90 <= once.ttft_s.p99


def test_a_prompt_that_comes_during_an_iteration_waits_for_the_next():
    """Eight replicas prefill side by side, but none joins an iteration that has begun."""
    bench = _bench(replicas=8)
    arrivals = np.array([[0.0, 0.0, 0.01]])
    run = run_lanes(bench, arrivals, np.full((1, 3), 100.0))
    assert run.first[0] == pytest.approx([0.03, 0.03, 0.06 + 2 * 0.0002])
