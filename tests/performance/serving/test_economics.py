from __future__ import annotations

import pytest

from narrows.core import Estimate, InputError, Obtained
from narrows.performance.serving import (
    cost_per_million_tokens,
    package_power_w,
    tokens_per_joule,
)

RATE = Estimate(500.0, 1000.0, 2000.0, unit="token/s", obtained=Obtained.CALIBRATED)


def test_cost_turns_the_interval_round():
    cost = cost_per_million_tokens(RATE, 3.6, "USD")
    assert (cost.p05, cost.p50, cost.p95) == pytest.approx((0.5, 1.0, 2.0))


def test_tokens_for_a_joule():
    assert tokens_per_joule(RATE, 800.0, 1.25).p50 == pytest.approx(1.0)


def test_power_of_a_system_includes_host_and_network(catalog):
    power, source = package_power_w(catalog.chips["nv-h200-sxm"], catalog.systems["dgx-h200"])
    assert power == pytest.approx(10_200 / 8)
    assert source == "dgx-h200.power_kw"
    assert package_power_w(catalog.chips["nv-h200-sxm"], None)[1] == "nv-h200-sxm.tdp_w"


@pytest.mark.parametrize("call", [(0.0, 1.2), (700.0, 0.9)])
def test_impossible_power_is_refused(call):
    with pytest.raises(InputError):
        tokens_per_joule(RATE, *call)
