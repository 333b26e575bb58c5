from __future__ import annotations

from dataclasses import replace

import pytest

from narrows.core import RefusalError
from narrows.performance.serving.device import device_of
from narrows.performance.serving.numbers import Dtype


def test_two_devices_make_one_910c(catalog):
    whole, half = catalog.chips["hw-910c"], device_of(catalog.chips["hw-910c"])
    assert half.per_chip == 2
    assert half.memory_bytes_s * 2 == whole.memory_bandwidth_gb_s * 1e9
    assert half.rate(Dtype.INT8) * 2 == whole.int8_tops * 1e12
    assert half.rate(Dtype.BF16) * 2 == whole.fp16_matrix_only_tflops * 1e12


def test_b200_has_two_dies_and_one_device(catalog):
    assert catalog.chips["nv-b200"].logic_dies == 2
    assert device_of(catalog.chips["nv-b200"]).per_chip == 1


def test_missing_units_fall_back_to_a_wider_format(catalog):
    ascend = device_of(catalog.chips["hw-910b3"])
    assert ascend.rate(Dtype.FP8) == ascend.rate(Dtype.BF16)
    blackwell_ultra = device_of(catalog.chips["nv-b300"])
    assert blackwell_ultra.rate(Dtype.INT8) == blackwell_ultra.rate(Dtype.BF16)


def test_chip_without_bandwidth_is_refused_by_field(catalog):
    with pytest.raises(RefusalError, match="memory_bandwidth_gb_s"):
        device_of(replace(catalog.chips["nv-h20"], memory_bandwidth_gb_s=None))


def test_assumed_network_is_named(catalog):
    alone = device_of(catalog.chips["nv-h200-sxm"])
    wired = device_of(catalog.chips["nv-h200-sxm"], catalog.systems["dgx-h200"])
    assert alone.assumed == ("scaleout_gbit_s_per_chip",)
    assert wired.assumed == ()
