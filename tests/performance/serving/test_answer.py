"""What makes one run less certain than another."""

from __future__ import annotations

import pytest

from narrows.performance.serving.answer import doubts_of
from narrows.performance.serving.cases import read_case
from narrows.performance.serving.knowledge import Doubt
from narrows.performance.serving.plan import plan_case

DENSE = {
    "id": "one",
    "chip": "NVIDIA H200",
    "n_chips": "8",
    "engine": "vLLM",
    "model": "Llama-3.3-70B",
    "weight_precision": "fp8",
    "input_len": "1024",
    "output_len": "1024",
    "concurrency": "64",
    "tp": "8",
    "scenario": "server (fixed concurrency)",
}
MIXTURE = {"model": "DeepSeek-R1", "dp": "1", "ep": "8"}


def _doubts(catalog, **changes):
    case = read_case(catalog, DENSE | changes)
    return doubts_of(case, plan_case(case))


def test_a_dense_model_in_a_known_layout_is_in_no_doubt(catalog):
    assert _doubts(catalog) == {}


@pytest.mark.parametrize(
    ("changes", "doubts"),
    [
        (MIXTURE, {Doubt.EXPERTS}),
        ({"prefix_hit_share": "0.9"}, {Doubt.CACHED}),
        ({"spec_tokens": "3"}, {Doubt.DRAFTS}),
        ({"spec_tokens": "3", "spec_accepted": "0.7"}, set()),
        ({"tp": ""}, {Doubt.SEARCHED}),
        ({"tp": "", "disagg": "yes"}, {Doubt.POOLS}),
        ({"model": "Qwen3.8-27B-w8a8"}, {Doubt.STAND_IN}),
    ],
)
def test_what_a_row_leaves_open_is_a_doubt(catalog, changes, doubts):
    assert set(_doubts(catalog, **changes)) == doubts


def test_more_drafts_of_untold_acceptance_are_more_doubt(catalog):
    sizes = [_doubts(catalog, spec_tokens=n)[Doubt.DRAFTS] for n in ("1", "3", "7")]
    assert sizes == sorted(sizes)
    assert sizes[1] == 1.0
