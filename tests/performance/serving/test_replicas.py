from __future__ import annotations

import pytest

from narrows.performance.serving import predict_row
from narrows.performance.serving.cases import read_case
from narrows.performance.serving.cells import Degrees
from narrows.performance.serving.knowledge import load_knowledge
from narrows.performance.serving.plan import plan_case
from narrows.performance.serving.replicas import filled

ROW = {
    "id": "one",
    "chip": "NVIDIA H200",
    "n_chips": "32",
    "engine": "vLLM",
    "model": "DeepSeek-V3",
    "weight_precision": "fp8",
    "input_len": "2000",
    "output_len": "500",
    "concurrency": "256",
    "tp": "8",
    "ep": "32",
    "dp": "1",
    "per_chip_kind": "output",
}


def _told(**degrees):
    silent = dict.fromkeys(("tp", "pp", "dp", "ep", "expert_tp", "max_seqs", "workers"))
    return Degrees(**{**silent, "spread_experts": False, **degrees})


@pytest.mark.parametrize(
    ("told", "devices", "meant"),
    [
        ({"tp": 8, "ep": 32, "dp": 1}, 32, (8, 4)),
        ({"tp": 8, "ep": 32}, 64, (8, 4)),
        ({"tp": 4, "ep": 32, "dp": 2}, 32, (4, 8)),
        ({"tp": 2, "ep": 8, "pp": 2}, 16, (2, 4)),
        ({"tp": 4, "ep": 8, "expert_tp": 2}, 16, (4, 4)),
        ({"dp": 8, "ep": 32}, 32, (4, 8)),
    ],
)
def test_attention_fills_the_devices_of_the_experts(told, devices, meant):
    found, note = filled(_told(**told), devices)
    assert (found.tp, found.dp) == meant
    assert "read from experts on" in (note or "")


@pytest.mark.parametrize(
    ("told", "devices"),
    [
        ({"tp": 8, "ep": 32, "dp": 1}, 16),  # so many devices are not there
        ({"tp": 2, "ep": 8, "pp": 4}, 16),
        ({"tp": 8, "ep": 8}, 32),  # they agree
        ({"tp": 8, "ep": 1}, 32),
        (
            {"tp": 1, "ep": 1, "expert_tp": 4},
            4,
        ),  # experts cut over tensor ranks, as TensorRT-LLM does
        ({"tp": 6, "ep": 32}, 32),  # nothing fills it
        ({"ep": 32}, 32),  # attention is untold: the layout is searched
    ],
)
def test_degrees_that_do_not_disagree_stay(told, devices):
    assert filled(_told(**told), devices) == (_told(**told), None)


def test_a_row_says_how_its_degrees_were_read(catalog):
    plan = plan_case(read_case(catalog, ROW))
    assert {float(dp) for dp in plan.layout.dp} == {4.0}
    assert {float(ep) for ep in plan.layout.ep} == {32.0}
    found = predict_row(catalog, ROW, load_knowledge())
    assert found.reason == "dp 4 read from experts on 32 devices"
    agreeing = predict_row(catalog, ROW | {"dp": "4"}, load_knowledge())
    assert (agreeing.reason, agreeing.tpot_ms) == ("", found.tpot_ms)


def test_without_a_count_the_degrees_count(catalog):
    case = read_case(catalog, ROW | {"n_chips": ""})
    assert (case.devices, case.decode.dp) == (32, 4)
