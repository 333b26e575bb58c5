"""Simulated percentiles against distributions that can be computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import gammaln
from scipy.stats import poisson

from narrows.performance.serving.prefill_queue import Desks, prompts_done
from narrows.performance.serving.requests import poisson_requests
from narrows.performance.serving.simulate import Bench, measure, run_lanes

SHARES = (0.5, 0.9, 0.99)
NOTHING = np.zeros(33)


def _bench(plain_s, mixed_s, **changes):
    values = {"pieces": 1, "prompts_per_iteration": 1, "tokens_per_step": 1.0}
    return Bench(
        plain_s=plain_s, mixed_s=mixed_s, further_s=mixed_s - plain_s, **(values | changes)
    )


def _met(bench, arrivals, tokens, edge_share=0.0):
    output_tokens = np.broadcast_to(np.asarray(tokens, dtype=float), arrivals.shape)
    return measure(
        run_lanes(bench, arrivals, output_tokens),
        asked_s=arrivals,
        output_tokens=output_tokens,
        entry_s=bench.entry_s,
        edge_share=edge_share,
    )


def _percentiles(found):
    return [found.p50, found.p90, found.p99]


def _waits_m_d_1(asked, share):
    """The wait, in services, that a share of prompts does not exceed (Erlang 1909)."""

    def below(wait):
        k = np.arange(int(wait) + 1)
        ahead = asked * (k - wait)
        terms = (-1.0) ** k * np.exp(
            k * np.log(np.maximum(-ahead, 1e-300)) - gammaln(k + 1) - ahead
        )
        return (1 - asked) * np.sum(terms) - share

    return 0.0 if below(0.0) >= 0 else brentq(below, 0.0, 20.0)


@pytest.mark.parametrize("asked", [0.3, 0.6, 0.8])
def test_first_tokens_of_one_prompt_at_a_time_are_those_of_m_d_1(asked):
    coming = poisson_requests(asked / 0.05, 1.0, streams=100, each=3000, seed=3)
    found = _met(_bench(NOTHING, NOTHING + 0.05), coming.arrived_s, 1.0, edge_share=0.1)
    expected = [0.05 * (1 + _waits_m_d_1(asked, share)) for share in SHARES]
    assert _percentiles(found.ttft_s) == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("asked", [0.3, 0.6, 0.8])
def test_a_prefill_pool_of_one_lane_is_m_d_1(asked):
    coming = poisson_requests(asked, 1.0, streams=100, each=3000, seed=4)
    desks = Desks(servers=1, lanes=1, most=1, one_s=1.0, done_s=1.0, more_s=1.0)
    took = (prompts_done(coming.arrived_s, desks) - coming.arrived_s)[:, 300:-300]
    expected = [1 + _waits_m_d_1(asked, share) for share in SHARES]
    assert np.quantile(took, SHARES) == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(("replicas", "shared"), [(1, 1), (4, 1), (4, 2)])
def test_first_tokens_of_a_burst_are_steps_of_its_blocks(replicas, shared):
    """48 prompts at once: a block is 0.05 s, and 0.05 s more for each further turn of its lanes."""
    bench = _bench(np.zeros(65), np.full(65, 0.05), replicas=replicas, prompts_per_iteration=shared)
    found = _met(bench, np.zeros((1, 48)), 10.0)
    steps = 0.05 * (1 + np.arange(48) // replicas)
    assert _percentiles(found.ttft_s) == pytest.approx(list(np.quantile(steps, SHARES)))
    assert found.ttft_s.mean == pytest.approx(0.05 * (48 / replicas + 1) / 2)


def test_a_sequence_is_held_up_once_for_each_prompt_of_a_given_log():
    """The first decodes beside nobody, then beside one; two prompts ride in its hundred steps."""
    plain, mixed = np.array([0.0, 0.01, 0.02, 0.03]), np.array([0.1, 0.11, 0.12, 0.13])
    run = run_lanes(
        _bench(plain, mixed), np.array([[0.0, 0.5, 0.61]]), np.array([[50.0, 40.0, 40.0]])
    )
    # 0.1 first token; 40 steps to 0.5; rides 0.11 to 0.61; the third rides at once, 0.12, to 0.73
    assert run.first[0] == pytest.approx([0.1, 0.61, 0.73])
    # the first has 50 - 42 steps left among three; the others 39 - 8 and 40 - 8 more
    assert run.done[0] == pytest.approx([0.97, 0.97 + 31 * 0.02, 0.97 + 31 * 0.02 + 0.01])


def _interruptions(begun, each, share):
    """Prompts in a life that a share of lives does not exceed: Consul's generalised Poisson.

    ``begun`` come in its own time, and each holds it up for a time in which ``each`` more come.
    """
    n = np.arange(400)
    mean = begun + n * each
    chance = np.exp(np.log(begun) + (n - 1) * np.log(mean) - mean - gammaln(n + 1))
    return int(np.searchsorted(np.cumsum(chance), share))


@pytest.mark.parametrize("rate", [2.0, 5.0])
def test_times_per_token_follow_the_prompts_that_ride_in_a_life(rate):
    """A thousand steps of 10 ms, each prompt 20 ms more; hardly one waits for another."""
    coming = poisson_requests(rate, 1000.0, streams=40, each=1000, seed=11)
    bench = _bench(np.full(201, 0.01), np.full(201, 0.03))
    found = _met(bench, coming.arrived_s, 1000.0, edge_share=0.1)
    expected = [
        (10.0 + 0.02 * _interruptions(rate * 10.0, rate * 0.02, share)) / 1000 for share in SHARES
    ]
    assert _percentiles(found.tpot_s) == pytest.approx(expected, rel=0.01)
    assert found.tpot_s.mean == pytest.approx(0.01 / (1 - rate * 0.02), rel=0.01)


def test_a_full_house_waits_as_erlang_says():
    """Four places, lives of one second, no prefill: M/D/4 with the wait of its exact chain."""
    rate, places = 3.0, 4
    coming = poisson_requests(rate, 100.0, streams=100, each=3000, seed=13)
    bench = _bench(np.full(places + 1, 0.01), np.full(places + 1, 0.01), pieces=0)
    found = _met(bench, coming.arrived_s, 100.0, edge_share=0.1)
    assert found.ttft_s.mean - 0.005 == pytest.approx(_mean_wait_m_d_c(rate, places), rel=0.1)


def _mean_wait_m_d_c(rate, places):
    """The mean wait of M/D/c with a service of one, by Crommelin's chain of a service."""
    number = np.arange(200)
    step = np.array(
        [poisson.pmf(number - max(there - places, 0), rate) for there in number], dtype=float
    )
    step[:, -1] += 1 - step.sum(axis=1)
    held = step.T - np.eye(number.size)
    held[-1] = 1.0
    chance = np.linalg.solve(held, np.eye(number.size)[-1])
    return float(chance @ np.maximum(number - places, 0)) / rate
