from __future__ import annotations

import pytest

from narrows.core import RefusalError, UnknownNameError
from narrows.performance.serving.names import name_chip, name_model


@pytest.mark.parametrize(
    ("written", "chip", "devices"),
    [
        ("NVIDIA H200", "nv-h200-sxm", 1),
        ("NVIDIA H20", "nv-h20", 1),
        ("Ascend 910C (Atlas A3)", "hw-910c", 2),
        ("Ascend 910C die (Atlas 800 A3)", "hw-910c", 1),
        ("Ascend 910C die (Atlas 800 A3)?", "hw-910c", 1),
        ("Ascend 910B (Atlas 800 A2)", "hw-910b3", 1),
        ("AMD MI300X", "amd-mi300x", 1),
        ("Google TPU7x (Ironwood)", "g-tpu-v7", 2),
        ("NVIDIA GB200 NVL72", "nv-gb200", 1),
        ("Ascend 910_93", "hw-910c", 2),
    ],
)
def test_chips_as_tables_write_them(catalog, written, chip, devices):
    found = name_chip(catalog, written)
    assert (found.chip.id, found.devices_per_count) == (chip, devices)


@pytest.mark.parametrize(
    ("written", "system"),
    [
        ("Ascend 910C die (Atlas 800 A3)", "atlas-800-a3"),
        ("Ascend 910C (Atlas A3)", "cloudmatrix384"),
        ("Ascend 910C (CloudMatrix384)", "cloudmatrix384"),
        ("Ascend 910C (no such rack)", "atlas-800-a3"),
        ("NVIDIA H200 (CloudMatrix384)", "dgx-h200"),
    ],
)
def test_brackets_name_the_system_if_it_holds_the_chip(catalog, written, system):
    """Recipes for an Atlas A3 Pod run on the network that joins its servers."""
    found = name_chip(catalog, written).system
    assert found is not None
    assert found.id == system


@pytest.mark.parametrize(
    ("written", "model", "match"),
    [
        ("Llama-3.3-70B", "llama3-70b", "same"),
        ("Llama-3.1-8B-Instruct-FP8", "llama3-8b", "same"),
        ("DeepSeek-R1-0528-w8a8-mtp-QuaRot", "deepseek-r1", "same"),
        ("DeepSeek-V3 671B", "deepseek-v3", "same"),
        ("Qwen3.8-27B-w8a8", "qwen3.5-27b", "kin"),
        ("DeepSeek-R1-Distill-Qwen-32B-W8A8", "qwen2.5-32b", "same"),
        ("Nobody-7B", "generic:nobody-7b", "size"),
    ],
)
def test_models_as_tables_write_them(catalog, written, model, match):
    found = name_model(catalog, written)
    assert (found.model.id, found.match) == (model, match)


def test_a_size_that_a_shared_shape_has_not_is_no_such_model(catalog):
    assert name_model(catalog, "Kimi-K2-7B").match == "size"


def test_an_architecture_that_is_not_modelled_gets_no_stand_in(catalog):
    with pytest.raises(RefusalError, match="mamba"):
        name_model(catalog, "Falcon-Mamba-7B")


def test_a_name_without_record_or_size_is_refused(catalog):
    with pytest.raises(UnknownNameError):
        name_model(catalog, "Somebody-Lite")
