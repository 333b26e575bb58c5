from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from narrows.core import InputError, RefusalError
from narrows.performance.serving import (
    Deployment,
    Limits,
    Load,
    best_rate,
    layout,
    predict,
    search,
)

CHAT = Load(input_tokens=2000, output_tokens=500)


@pytest.fixture
def llama(catalog):
    return catalog.models["llama3-70b"]


@pytest.fixture
def h200(catalog):
    return catalog.chips["nv-h200-sxm"]


def _clients(count):
    return Load(input_tokens=2000, output_tokens=500, clients=count)


def test_more_clients_give_more_tokens_and_slower_ones(llama, h200):
    deployment = Deployment(layout=layout(tp=8))
    found = [
        predict(llama, h200, _clients(n), chips=8, deployment=deployment) for n in (1, 8, 64, 256)
    ]
    rates = [p.output_rate_per_chip.p50 for p in found]
    waits = [p.tpot_ms.p50 for p in found]
    assert rates == sorted(rates)
    assert waits == sorted(waits)


def test_clients_obey_littles_law(llama, h200):
    found = predict(llama, h200, _clients(64), chips=8, deployment=Deployment(layout=layout(tp=8)))
    lifetime_s = (found.ttft_ms.p50 + 500 * found.tpot_ms.p50) / 1e3
    assert found.requests_per_s * lifetime_s == pytest.approx(64, rel=1e-4)


def test_instances_share_clients_and_add_up(llama, h200):
    one = predict(llama, h200, _clients(32), chips=4, deployment=Deployment(layout=layout(tp=4)))
    two = predict(llama, h200, _clients(64), chips=8, deployment=Deployment(layout=layout(tp=4)))
    assert two.tpot_ms.p50 == pytest.approx(one.tpot_ms.p50)
    assert two.requests_per_s == pytest.approx(2 * one.requests_per_s)


def test_an_interval_surrounds_its_middle(llama, h200):
    found = predict(llama, h200, CHAT, chips=8, deployment=Deployment(layout=layout(tp=8)))
    for estimate in (found.tpot_ms, found.ttft_ms, found.output_rate_per_chip):
        assert 0 < estimate.p05 < estimate.p50 < estimate.p95


def test_parts_of_a_step_make_the_step(llama, h200):
    found = predict(llama, h200, _clients(1), chips=8, deployment=Deployment(layout=layout(tp=8)))
    assert sum(found.parts_ms.values()) == pytest.approx(found.tpot_ms.p50)


def test_drafting_takes_memory_and_an_assumed_head_is_flagged(llama, h200):
    deployment = Deployment(layout=layout(tp=8))
    plain, drafted = (
        predict(llama, h200, replace(CHAT, drafts=drafts), chips=8, deployment=deployment)
        for drafts in (0, 3)
    )
    assert drafted.weights_gb > plain.weights_gb
    assert "serving.drafter.assumed" in [flag.id for flag in drafted.flags]
    assert "serving.drafter.assumed" not in [flag.id for flag in plain.flags]


def test_weights_that_do_not_fit_are_refused(catalog, h200):
    with pytest.raises(RefusalError, match="does not fit"):
        predict(
            catalog.models["deepseek-v3"],
            h200,
            CHAT,
            chips=1,
            deployment=Deployment(layout=layout(tp=1)),
        )


def test_a_layout_larger_than_the_chips_is_refused(llama, h200):
    with pytest.raises(InputError, match="layout"):
        predict(llama, h200, CHAT, chips=4, deployment=Deployment(layout=layout(tp=8)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"input_tokens": 0, "output_tokens": 1},
        {"input_tokens": 1, "output_tokens": 1, "hit_share": 1.0},
        {"input_tokens": 1, "output_tokens": 1, "clients": 0},
    ],
)
def test_loads_out_of_range_are_refused(wrong):
    with pytest.raises(InputError):
        Load(**wrong)


def test_search_meets_its_limits_and_ranks(catalog, h200):
    limits = Limits(ttft_ms=2000, tpot_ms=40)
    found = search(catalog.models["deepseek-v3"], h200, CHAT, chips=16, limits=limits)
    rates = [p.output_rate_per_chip.p50 for p in found]
    assert rates == sorted(rates, reverse=True)
    assert all(p.ttft_ms.p50 <= 2000 * 1.001 for p in found)
    assert all(p.tpot_ms.p50 <= 40 * 1.001 for p in found)


def test_looser_limits_never_cost_tokens(catalog, h200):
    model = catalog.models["deepseek-v3"]
    rates = [
        best_rate(model, h200, CHAT, chips=16, limits=Limits(ttft_ms=4000, tpot_ms=t)).p50
        for t in (20, 30, 50, 100)
    ]
    assert all(b >= a * (1 - 1e-6) for a, b in pairwise(rates))  # fed sequences are halved so far


def test_impossible_limits_are_refused(catalog, h200):
    with pytest.raises(RefusalError, match="meets the limits"):
        best_rate(catalog.models["deepseek-v3"], h200, CHAT, chips=8, limits=Limits(tpot_ms=0.5))


def test_the_same_question_has_the_same_answer(catalog, h200):
    model = catalog.models["deepseek-v3"]
    once, again = (search(model, h200, CHAT, chips=16) for _ in range(2))
    assert [p.output_rate_per_chip for p in once] == [p.output_rate_per_chip for p in again]
    assert np.isfinite(once[0].output_rate_per_chip.p95)


@pytest.mark.parametrize("wrong", [0, -4])
def test_a_limit_below_one_sequence_is_refused(wrong):
    with pytest.raises(InputError, match="max_seqs"):
        Deployment(max_seqs=wrong)


@pytest.mark.parametrize("degrees", [{"tp": 7}, {"tp": 128}, {"pp": 81}, {"tp": 4, "ep": 3}])
def test_a_layout_that_the_model_does_not_allow_is_refused(llama, h200, degrees):
    wrong, whole = layout(**degrees), layout(tp=8)
    for deployment in (
        Deployment(layout=wrong),
        Deployment(layout=whole, prefill_layout=wrong),
    ):
        with pytest.raises(InputError, match="cannot split"):
            predict(llama, h200, CHAT, chips=512, deployment=deployment)
