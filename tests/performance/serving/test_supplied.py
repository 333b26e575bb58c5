from __future__ import annotations

from dataclasses import replace

import pytest

from narrows.performance.serving import Candidate, Deployment, Limits, Load, layout, search, setting
from narrows.performance.serving.candidate import caps, state
from narrows.performance.serving.knowledge import load_knowledge
from narrows.performance.serving.supplied import all_supplied

LOAD = Load(input_tokens=4000, output_tokens=1000)


@pytest.fixture(scope="module")
def asked(catalog):
    return setting(
        catalog.models["deepseek-v3"],
        catalog.chips["nv-h200-sxm"],
        system=catalog.systems["dgx-h200"],
        deployment=Deployment(),
    )


POOLS = Candidate(
    layout=layout(dp=16, ep=16), instances=1, sequences=2048.0,
    prefill_layout=layout(dp=8, ep=8), prefill_instances=1,
)  # fmt: skip


def supplied(asked, found, load, limits, known):
    (fed,) = all_supplied(asked, [found], load, limits, known)
    return fed


def ttft_ms(asked, found):
    known = load_knowledge()
    now = state(asked, found, LOAD, caps(asked, None), known.central(asked.member))
    return float(now.ttft_s.item()) * 1e3


@pytest.mark.parametrize("limit", [1500.0, 3000.0])
def test_first_tokens_come_in_time_and_not_much_earlier(asked, limit):
    assert ttft_ms(asked, POOLS) > limit, "the case is one in which prefill cannot keep up"
    fed = supplied(asked, POOLS, LOAD, Limits(ttft_ms=limit), load_knowledge())
    assert limit * 0.99 < ttft_ms(asked, fed) <= limit
    assert fed.sequences < POOLS.sequences


def test_prefill_is_never_asked_for_more_than_it_computes(asked):
    known = load_knowledge()
    fed = supplied(asked, POOLS, LOAD, Limits(), known)
    now = state(asked, fed, LOAD, caps(asked, None), known.central(asked.member))
    assert float(now.prefill_share.item()) <= 0.98


def test_what_is_in_time_comes_back_as_it_is(asked):
    idle = replace(POOLS, sequences=8.0)
    assert supplied(asked, idle, LOAD, Limits(ttft_ms=3000), load_knowledge()) is idle
    one = Candidate(layout=layout(dp=8, ep=8), instances=1, sequences=64.0)
    assert supplied(asked, one, LOAD, Limits(ttft_ms=3000), load_knowledge()) is one


def test_pools_that_one_sequence_overtaxes_are_left_out(asked):
    many = replace(POOLS, instances=1000)
    one = Candidate(layout=layout(dp=8, ep=8), instances=1, sequences=64.0)
    found = [many, one, POOLS]
    kept = all_supplied(asked, found, LOAD, Limits(ttft_ms=1500), load_knowledge())
    assert [each.instances for each in kept] == [1, 1]


def test_no_deployment_of_a_search_passes_its_limits(catalog):
    for chip, system, chips in (
        ("nv-h200-sxm", "dgx-h200", 32),
        ("nv-h20", "hgx-h20", 32),
        ("hw-910c", "cloudmatrix384", 64),
    ):
        found = search(
            catalog.models["deepseek-v3"],
            catalog.chips[chip],
            LOAD,
            chips=chips,
            limits=Limits(ttft_ms=3000, tpot_ms=60),
            system=catalog.systems[system],
        )
        assert all(each.ttft_ms.p50 <= 3000.001 and each.tpot_ms.p50 <= 60.001 for each in found)
        rates = [each.output_rate_per_chip.p50 * each.chips for each in found]
        assert rates == sorted(rates, reverse=True)
