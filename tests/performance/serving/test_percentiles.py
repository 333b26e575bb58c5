from __future__ import annotations

import pytest

from narrows.core import InputError
from narrows.performance.serving import Deployment, Load, layout
from narrows.performance.serving.candidate import Candidate
from narrows.performance.serving.percentiles import simulate_candidate
from narrows.performance.serving.question import setting

LOAD = Load(input_tokens=2000, output_tokens=300)
FOUND = Candidate(layout=layout(tp=8), instances=2)


@pytest.fixture
def asked(catalog):
    return setting(
        catalog.models["llama3-70b"],
        catalog.chips["nv-h200-sxm"],
        system=catalog.systems["dgx-h200"],
        deployment=Deployment(),
    )


def test_latencies_grow_with_the_load(asked):
    quiet, busy = (
        simulate_candidate(asked, FOUND, LOAD, requests_per_s=rate, requests=20_000)
        for rate in (2.0, 10.0)
    )
    assert busy.ttft_s.p99 > quiet.ttft_s.p99
    assert busy.tpot_s.mean > quiet.tpot_s.mean
    assert quiet.ttft_s.p50 <= quiet.ttft_s.p99


def test_a_load_beyond_saturation_is_refused_with_the_limit(asked):
    with pytest.raises(InputError, match="stay below"):
        simulate_candidate(asked, FOUND, LOAD, requests_per_s=1e5)


def test_pools_apart_are_refused(asked):
    apart = Candidate(
        layout=layout(tp=8), instances=1, prefill_layout=layout(tp=8), prefill_instances=1
    )
    with pytest.raises(InputError, match="one pool"):
        simulate_candidate(asked, apart, LOAD, requests_per_s=1.0)
