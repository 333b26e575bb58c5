from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from narrows.catalog import load_catalog
from narrows.core import InputError

Edit = Callable[[str, str, str], Path]

NVIDIA = "catalog/chips/nvidia.yaml"
HUAWEI = "catalog/chips/huawei.yaml"
BOXES = "catalog/systems/nvidia.yaml"
LLAMA = "catalog/models/llama.yaml"
EVENTS = "catalog/events/2026.yaml"
PRICES = "catalog/market/price.yaml"
RATES = "catalog/rates.yaml"
SOURCES = "catalog/sources/hardware.yaml"

FAULTS = [
    pytest.param(NVIDIA, "tdp_w: 300", "tdp_watts: 300", "Unexpected", id="unknown key"),
    pytest.param(NVIDIA, "tdp_w: 300", "tdp_w: -300", "above zero", id="negative power"),
    pytest.param(NVIDIA, "tdp_w: 300", "tdp_w: 0", "above zero", id="zero is not unknown"),
    pytest.param(NVIDIA, "tdp_w: 300", "tdp_w: 300 W", "valid number", id="unit in the value"),
    pytest.param(NVIDIA, "memory_gb: 16", "memory_gb: &a 16", "anchors", id="anchor"),
    pytest.param(NVIDIA, "id: nv-t4", "id: nv-p100", "used twice", id="id twice"),
    pytest.param(NVIDIA, "id: nv-t4", "id: nv t4", "not an id", id="no id"),
    pytest.param(
        NVIDIA, "sources: [epoch-ml-hardware]", "sources: [nowhere]", "source", id="source"
    ),
    pytest.param(
        NVIDIA, "sources: [epoch-ml-hardware]", "sources: []", "needs a source", id="none"
    ),
    pytest.param(NVIDIA, "dense_basis: published_dense", "dense_basis: sparse", "", id="sparse"),
    pytest.param(
        NVIDIA, "dense_basis: published_dense", "dense_basis: unpublished", "basis", id="basis"
    ),
    pytest.param(NVIDIA, "known_on: 2016-04-05", "known_on: 2027-01-01", "compilation", id="later"),
    pytest.param(NVIDIA, "known_on: 2016-04-05", "known_on: 2016-13-05", "no such day", id="day"),
    pytest.param(NVIDIA, "price_date: 2016", "origin: TW", "date of its quote", id="price"),
    pytest.param(
        NVIDIA,
        "scaleup_gb_s_bidirectional: 160",
        "scaleup_gb_s_bidirectional: 80",
        "not twice",
        id="direction",
    ),
    pytest.param(NVIDIA, "fp8_tflops: 1978.9", "fp8_tflops: 989.4", "is not 2 x", id="multiple"),
    pytest.param(HUAWEI, "used: 752\n", "used: 800\n", "settles another value", id="dispute"),
    pytest.param(HUAWEI, "fieldname: int8_tops", "fieldname: int8", "no such field", id="field"),
    pytest.param(NVIDIA, "      value: 336\n", "", "needs the value", id="revision"),
    pytest.param(
        HUAWEI,
        "mixed\n      known_on: 2025-06-30",
        "mixed\n      known_on: 2025-01-30",
        "known after its record",
        id="early",
    ),
    pytest.param(
        HUAWEI,
        "die\n      known_on: 2025-06-30",
        "die\n      known_on: 2025-05-30",
        "disputed before",
        id="dispute day",
    ),
    pytest.param(BOXES, "bf16_pflops: 7.92", "bf16_pflops: 15.8", "is not 8 x", id="sum"),
    pytest.param(BOXES, "logic_dies: 144", "logic_dies: 72", "is not 72 packages", id="dies"),
    pytest.param(BOXES, "chip: nv-a100-80-sxm", "chip: nv-a100-99", "no such chip", id="chip"),
    pytest.param(
        BOXES, "known_on: 2020-11-16", "known_on: 2019-11-16", "before its chip", id="order"
    ),
    pytest.param(LLAMA, "layers: 32", "layers: 33", "dimensions give", id="parameter count"),
    pytest.param(LLAMA, "kv_heads: 8", "kv_heads: 16", "dimensions give", id="cache"),
    pytest.param(LLAMA, "experts_topk: 1", "experts_topk: 99", "above the", id="experts"),
    pytest.param(
        "catalog/models/nvidia.yaml", "MEMEM*E", "MEMEM?E", "unknown letter", id="layer letter"
    ),
    pytest.param(
        "catalog/models/nvidia.yaml",
        '  layer_pattern: "M',
        '  layers: 52\n  layer_pattern: "M',
        "beside a pattern",
        id="layers and pattern",
    ),
    pytest.param(EVENTS, "effect: tighten", "effect: loosen", "does not fit", id="strength"),
    pytest.param(EVENTS, "gate: us_export", "gate: us_exports", "unknown word", id="gate"),
    pytest.param(EVENTS, "date: 2026-01-06", "date: soon", "not a date", id="event date"),
    pytest.param(PRICES, "unit: USD/chip", "unit: USD", "unknown word", id="unit"),
    pytest.param(PRICES, "  unit: USD/chip\n", "", "Field required", id="no unit"),
    pytest.param(PRICES, "low: 20000", "low: 90000", "out of order", id="band"),
    pytest.param(RATES, "quote: HKD", "quote: GBP", "unknown word", id="currency"),
    pytest.param(RATES, "quote: HKD", "quote: USD", "same as base", id="one currency"),
    pytest.param(SOURCES, "title: Machine", "titel: Machine", "Field required", id="source key"),
    pytest.param("aliases.yaml", "  nv-h20: [", "  nv-h21: [", "no such id", id="alias"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), FAULTS)
def test_a_fault_is_refused_on_one_line_with_its_place(
    spoil: Edit, file: str, old: str, new: str, said: str
) -> None:
    root = spoil(file, old, new)
    with pytest.raises(InputError) as caught:
        load_catalog(root)
    line = str(caught.value)
    assert "\n" not in line
    assert re.search(rf"{re.escape(file.rsplit('/', 1)[-1])}:\d+: ", line)
    assert said in line
    assert caught.value.mend


def test_the_line_is_that_of_the_field(spoil: Edit) -> None:
    root = spoil(BOXES, "bf16_pflops: 7.92", "bf16_pflops: 15.8")
    with pytest.raises(InputError) as caught:
        load_catalog(root)
    text = (root / BOXES).read_text(encoding="utf-8").splitlines()
    assert caught.value.line is not None
    assert text[caught.value.line - 1].strip() == "bf16_pflops: 15.8"
    assert caught.value.fieldname == "dgx-h100.bf16_pflops"


def test_a_system_without_a_chip_cannot_count_rates(spoil: Edit) -> None:
    root = spoil(BOXES, "  chip: nv-a100-80-sxm\n", "")
    with pytest.raises(InputError, match="no chip to count"):
        load_catalog(root)


def test_a_stated_reason_excuses_a_count_that_differs(spoil: Edit) -> None:
    reason = "params_tolerance_reason: the published total includes a vision tower"
    root = spoil("catalog/models/google.yaml", f"  {reason} of about 0.4 B\n", "")
    with pytest.raises(InputError, match="total_params_b"):
        load_catalog(root)
