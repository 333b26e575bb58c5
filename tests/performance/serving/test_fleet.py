from __future__ import annotations

import math

import pytest

from narrows.core import InputError
from narrows.performance.serving import Limits, Load, mixed_fleet_rate, smallest_fleet

LOAD = Load(input_tokens=2000, output_tokens=500)


def _fleet(catalog, peaks):
    return smallest_fleet(
        catalog.models["llama3-70b"],
        catalog.chips["nv-h200-sxm"],
        LOAD,
        requests_per_s=peaks,
        limits=Limits(ttft_ms=2000, tpot_ms=40),
        system=catalog.systems["dgx-h200"],
    )


def test_a_growing_load_needs_a_growing_fleet(catalog):
    fleet = _fleet(catalog, [5, 20, 80])
    assert list(fleet.chips) == sorted(fleet.chips)
    assert all(safe >= plain for safe, plain in zip(fleet.chips_safe, fleet.chips, strict=True))
    for chips, peak in zip(fleet.chips, fleet.requests_per_s, strict=True):
        units = chips // fleet.unit_chips
        assert units == math.ceil(peak / fleet.unit.requests_per_s)


def test_mixed_fleets_add_whole_units(catalog):
    fleet = _fleet(catalog, [20])
    one = mixed_fleet_rate([(fleet.unit_chips, fleet.unit)])
    assert mixed_fleet_rate([(fleet.unit_chips * 3, fleet.unit)]) == pytest.approx(3 * one)
    assert mixed_fleet_rate([(0, fleet.unit)]) == 0


@pytest.mark.parametrize("peaks", [[], [0.0], [5, -1]])
def test_peaks_must_be_positive(catalog, peaks):
    with pytest.raises(InputError):
        _fleet(catalog, peaks)
