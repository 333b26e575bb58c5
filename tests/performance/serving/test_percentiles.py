from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.performance.serving.closed_loop import answered

from narrows.core import InputError
from narrows.performance.serving import Deployment, Load, layout
from narrows.performance.serving.candidate import (
    Candidate,
    accepting,
    alike,
    caps,
    machine,
    state,
    states,
)
from narrows.performance.serving.knowledge import load_knowledge
from narrows.performance.serving.percentiles import (
    bench_of,
    saturation,
    simulate_candidate,
    steady_at,
    steady_requests,
)
from narrows.performance.serving.question import setting
from narrows.performance.serving.requests import Requests

LOAD = Load(input_tokens=2000, output_tokens=300)
TOGETHER = Candidate(layout=layout(tp=8), instances=2)
APART = Candidate(
    layout=layout(tp=8), instances=1, prefill_layout=layout(tp=4), prefill_instances=2
)


@pytest.fixture
def asked(catalog):
    return setting(
        catalog.models["llama3-70b"],
        catalog.chips["nv-h200-sxm"],
        system=catalog.systems["dgx-h200"],
        deployment=Deployment(),
    )


def met(asked, found, rate):
    coming = steady_requests(asked, found, LOAD, requests_per_s=rate, requests=20_000)
    return simulate_candidate(asked, found, LOAD, coming)


@pytest.mark.parametrize("found", [TOGETHER, APART], ids=["together", "apart"])
def test_latencies_grow_with_the_load(asked, found):
    quiet, busy = (met(asked, found, rate) for rate in (2.0, 10.0))
    assert busy.ttft_s.p99 > quiet.ttft_s.p99
    assert busy.tpot_s.mean > quiet.tpot_s.mean
    assert quiet.ttft_s.p50 <= quiet.ttft_s.p90 <= quiet.ttft_s.p99


@pytest.mark.parametrize("found", [TOGETHER, APART], ids=["together", "apart"])
def test_a_load_beyond_saturation_is_refused_with_the_limit(asked, found):
    with pytest.raises(InputError, match="stay below"):
        steady_requests(asked, found, LOAD, requests_per_s=1e5)


@pytest.mark.parametrize("share", [0.4, 0.8])
def test_pools_apart_meet_what_the_steady_state_says(asked, share):
    """Two ways to the same figures: a fixed point of means, and events one by one."""
    known = load_knowledge()
    bounds, constants = caps(asked, None), known.central(asked.member)

    def steady(sequences: float):
        held = alike([Candidate(**{**_fields(APART), "sequences": sequences})])
        return states(asked, held, LOAD, bounds, constants)

    sequences = 60.0 * share
    expected = steady(sequences)
    found = met(asked, APART, float(expected.request_rate.item()))
    assert found.tpot_s.mean == pytest.approx(float(expected.tpot_s.item()), rel=0.05)
    assert found.ttft_s.mean == pytest.approx(float(expected.ttft_s.item()), rel=0.1)
    assert found.mean_sequences == pytest.approx(sequences, rel=0.1)


def _fields(found: Candidate) -> dict[str, object]:
    names = ("layout", "instances", "prefill_layout", "prefill_instances")
    return {name: getattr(found, name) for name in names}


def test_requests_that_come_at_once_wait_for_one_another(asked):
    def together(count: int):
        coming = Requests(
            arrived_s=np.zeros((1, count)),
            output_tokens=np.full((1, count), 300.0),
            edge_share=0.0,
        )
        return simulate_candidate(asked, APART, LOAD, coming)

    alone, crowd = together(1), together(40)
    assert crowd.requests == 40
    assert crowd.ttft_s.p50 > 3 * alone.ttft_s.p50
    assert crowd.ttft_s.p99 > crowd.ttft_s.p50


def test_answers_of_other_lengths_keep_their_own_time_per_token(asked):
    lengths = np.array([[10.0, 1000.0, 10.0, 1000.0]])
    coming = Requests(
        arrived_s=np.array([[0.0, 100.0, 200.0, 300.0]]), output_tokens=lengths, edge_share=0.0
    )
    found = simulate_candidate(asked, TOGETHER, LOAD, coming)
    assert found.tpot_s.p99 == pytest.approx(found.tpot_s.p50, rel=0.1)


DENSE, SPARSE = "llama3-70b", "deepseek-v3"
SPREAD = layout(dp=8, ep=8)
GRID = {
    **{f"one-pp{pp}": (DENSE, {"layout": layout(tp=4, pp=pp), "instances": 1}) for pp in (1, 2, 4)},
    **{
        f"two-pp{pp}": (
            DENSE,
            {
                "layout": layout(tp=8),
                "instances": 2,
                "prefill_layout": layout(tp=4, pp=pp),
                "prefill_instances": 1,
            },
        )
        for pp in (1, 2, 4)
    },
    "one-dp8": (SPARSE, {"layout": SPREAD, "instances": 1}),
    "two-dp8": (
        SPARSE,
        {"layout": SPREAD, "instances": 4, "prefill_layout": SPREAD, "prefill_instances": 1},
    ),
}


@pytest.mark.parametrize("prompt", [500, 2000, 16_000])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.8, 0.95])
@pytest.mark.parametrize("name", GRID)
def test_the_steady_state_meets_what_is_simulated(catalog, name, share, prompt):
    """Two ways to the same figures, of prompts that share a chunk and of prompts in chunks.

    Near the limit a queue and what decodes beside it vary far and slowly, so that neither a mean
    nor a simulation of some thousand requests is sharp. Where memory is nearly full, the wait for
    a place is longer than the steady state says.
    """
    model, degrees = GRID[name]
    found, load = Candidate(**degrees), Load(input_tokens=prompt, output_tokens=500)
    asked = setting(
        catalog.models[model],
        catalog.chips["nv-h200-sxm"],
        system=catalog.systems["dgx-h200"],
        deployment=Deployment(),
    )
    rate = share * saturation(asked, found, load)
    expected = steady_at(asked, found, load, requests_per_s=rate)
    coming = steady_requests(asked, found, load, requests_per_s=rate, requests=10_000)
    simulated = simulate_candidate(asked, found, load, coming)
    near = share > 0.6
    assert expected.request_rate.item() == pytest.approx(rate, rel=1e-3)
    assert expected.tpot_s.item() == pytest.approx(simulated.tpot_s.mean, rel=0.2 if near else 0.1)
    if expected.sequences.item() < 0.6 * expected.room.item():
        assert expected.ttft_s.item() == pytest.approx(
            simulated.ttft_s.mean, rel=0.6 if near else 0.25
        )


CLOSED = {
    "pp1": (DENSE, layout(tp=4)),
    "pp2": (DENSE, layout(tp=4, pp=2)),
    "dp8": (SPARSE, SPREAD),
    "pp2-dp8": (SPARSE, layout(dp=8, ep=8, pp=2)),
}


@pytest.mark.parametrize("answer", [100, 1000])
@pytest.mark.parametrize("prompt", [500, 8000])
@pytest.mark.parametrize("clients", [1, 8, 64, 10_000])
@pytest.mark.parametrize("name", CLOSED)
def test_clients_who_start_together_get_what_is_simulated(catalog, name, clients, prompt, answer):
    """Answers of one length: clients stay together, so that replicas and stages compute at once.

    Of the rate the law lacks up to a quarter where all clients fit in one block of prompts: it
    has them disturb one another. Where few tokens are answered it takes some of their wait for time
    per token.
    """
    model, spread = CLOSED[name]
    asked = setting(
        catalog.models[model],
        catalog.chips["nv-h200-sxm"],
        system=catalog.systems["dgx-h200"],
        deployment=Deployment(),
    )
    constants, load = (
        load_knowledge().central(asked.member),
        Load(input_tokens=prompt, output_tokens=answer),
    )
    bench = bench_of(asked, machine(asked, spread, accepting(constants, load)), load)
    many = min(clients, bench.room, 1024)
    found = Candidate(layout=spread, instances=1)
    held = replace(load, clients=many)
    law = state(asked, found, held, caps(asked, None), constants)
    met = answered(bench, many, answer, rounds=8)
    alone = 1 < many <= bench.replicas
    assert law.request_rate.item() == pytest.approx(met.request_rate, rel=0.25 if alone else 0.1)
    assert law.tpot_s.item() == pytest.approx(met.tpot_s, rel=0.36)
