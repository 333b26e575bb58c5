"""What the search leaves out costs nothing: held against every deployment there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.performance.serving.exhaustive import best_rate_of_all

from narrows.core import RefusalError
from narrows.performance.serving import Deployment, Limits, Load, search, setting
from narrows.performance.serving.knowledge import load_knowledge

GRID_LOSS = 0.04
"""Batch sizes of the search lie up to a twelfth apart, and under a limit the last one counts: a
batch a twelfth smaller yields up to 4 % less where weights are half of what a step reads."""
GRID_GAIN = 0.025
"""The exhaustive search steps by a fiftieth, and by whole sequences where those are few."""

CHAT = Load(input_tokens=4000, output_tokens=1000)
REASONING = Load(input_tokens=500, output_tokens=2000)
READING = Load(input_tokens=16000, output_tokens=100)
LOADS = {"chat": CHAT, "reasoning": REASONING, "reading": READING}

CASES = [
    ("llama3-8b", "nv-h200-sxm", "dgx-h200", 12, Limits(ttft_ms=200, tpot_ms=8)),
    ("llama3-70b", "nv-h200-sxm", "dgx-h200", 8, Limits(ttft_ms=2000, tpot_ms=50)),
    ("llama3-70b", "nv-h200-sxm", "dgx-h200", 16, Limits(ttft_ms=2000, tpot_ms=50)),
    ("llama3-70b", "hw-910c", "cloudmatrix384", 4, Limits(ttft_ms=3000, tpot_ms=50)),
    ("qwen3-32b", "nv-h20", "hgx-h20", 16, Limits(ttft_ms=1000, tpot_ms=20)),
    ("deepseek-v3", "nv-h200-sxm", "dgx-h200", 16, Limits(ttft_ms=3000, tpot_ms=50)),
    ("deepseek-v3", "nv-h20", "hgx-h20", 16, Limits(ttft_ms=None, tpot_ms=30)),
    ("deepseek-v3", "hw-910c", "cloudmatrix384", 16, Limits(ttft_ms=3000, tpot_ms=None)),
]


@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
@pytest.mark.parametrize(
    ("model", "chip", "system", "chips", "limits"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES]
)
def test_the_search_finds_what_trying_everything_finds(
    catalog, model, chip, system, chips, limits, load
):
    served, device, server = catalog.model(model), catalog.chips[chip], catalog.systems[system]
    asked = setting(served, device, system=server, deployment=Deployment())
    devices = chips * asked.device.per_chip
    most = best_rate_of_all(asked, load, devices, limits)
    if most == 0.0:
        with pytest.raises(RefusalError, match="meets the limits"):
            search(served, device, load, chips=chips, limits=limits, system=server)
        return
    first = search(served, device, load, chips=chips, limits=limits, system=server)[0]
    assert first.candidate.devices <= devices
    assert limits.ttft_ms is None or first.ttft_ms.p50 <= limits.ttft_ms
    assert limits.tpot_ms is None or first.tpot_ms.p50 <= limits.tpot_ms
    rate = first.output_rate_per_chip.p50 * first.chips
    sequences = first.candidate.sequences
    gain = max(1 + GRID_GAIN, sequences / np.floor(sequences))
    assert most * (1 - GRID_LOSS) <= rate <= most * gain


def test_an_answer_is_remembered_for_as_long_as_the_question_is_the_same(catalog):
    model, chip = catalog.model("llama3-8b"), catalog.chips["nv-h200-sxm"]
    first = search(model, chip, CHAT, chips=2, limits=Limits(tpot_ms=50))
    assert search(replace(model), replace(chip), CHAT, chips=2, limits=Limits(tpot_ms=50)) is first
    for other in (
        search(model, chip, CHAT, chips=2, limits=Limits(tpot_ms=5)),
        search(model, chip, READING, chips=2, limits=Limits(tpot_ms=50)),
        search(replace(model, layers=30), chip, CHAT, chips=2, limits=Limits(tpot_ms=50)),
    ):
        assert other[0].output_rate_per_chip != first[0].output_rate_per_chip


def test_a_remembered_answer_is_the_one_that_stated_knowledge_gives(catalog):
    model, chip = catalog.model("llama3-8b"), catalog.chips["nv-h200-sxm"]
    limits, known = Limits(tpot_ms=50), load_knowledge()
    stated = search(model, chip, CHAT, chips=2, limits=limits, knowledge=known)
    remembered = search(model, chip, CHAT, chips=2, limits=limits)
    assert remembered[0].output_rate_per_chip == stated[0].output_rate_per_chip
    assert remembered is not stated
