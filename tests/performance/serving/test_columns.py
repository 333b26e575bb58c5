"""Every column of ``predict serving``, changed alone: the answer changes, or docs say it cannot."""

from __future__ import annotations

import pytest

from narrows.performance.serving.knowledge import load_knowledge
from narrows.performance.serving.rows import REFUSED, predict_row

ONE_POOL = {
    "id": "a",
    "chip": "NVIDIA H200",
    "n_chips": "16",
    "engine": "vLLM",
    "engine_version": "0.12",
    "model": "DeepSeek-R1",
    "weight_precision": "fp8",
    "kv_dtype": "bf16",
    "input_len": "4000",
    "output_len": "1000",
    "concurrency": "64",
    "tp": "8",
    "pp": "2",
    "dp": "1",
    "disagg": "no",
    "max_num_seqs_per_dp": "512",
    "spec_tokens": "1",
    "spec_accepted": "0.7",
    "prefix_hit_share": "0.2",
    "scenario": "server",
    "per_chip_kind": "output",
}
TWO_POOLS = {
    **ONE_POOL,
    "n_chips": "24",
    "tp": "8/16",
    "pp": "1",
    "disagg": "yes",
    "prefill_workers": "1",
    "decode_workers": "1",
}
CHANGES = {
    "id": "b",
    "chip": "NVIDIA B200",
    "n_chips": "32",
    "engine": "SGLang",
    "engine_version": "0.19",
    "model": "DeepSeek-V3.2",
    "weight_precision": "w4a8",
    "kv_dtype": "fp8",
    "input_len": "2000",
    "output_len": "500",
    "concurrency": "16",
    "request_rate": "0.5",
    "max_num_seqs_per_dp": "4",
    "spec_tokens": "3",
    "spec_accepted": "0.4",
    "prefix_hit_share": "0.8",
    "scenario": "decode only",
    "per_chip_kind": "input",
}
LAYOUTS = [
    (ONE_POOL, "tp", "4"),
    (ONE_POOL, "pp", "1"),
    (ONE_POOL, "dp", "2"),
    (ONE_POOL, "ep", "8"),
    (ONE_POOL, "moe_tp", "2"),
    (ONE_POOL, "disagg", "yes"),
    (TWO_POOLS, "tp", "8/8"),
    (TWO_POOLS, "pp", "2"),
    (TWO_POOLS, "dp", "2"),
    (TWO_POOLS, "moe_tp", "8"),
    (TWO_POOLS, "prefill_workers", "2"),
    (TWO_POOLS, "decode_workers", "2"),
    ({**ONE_POOL, "n_chips": ""}, "chips_per_instance", "32"),
]
WITHOUT_EFFECT = {
    "source_title": "another",
    "source_url": "another",
    "source_section": "another",
    "date": "2025-01-01",
    "per_chip_origin": "derived",
    "ttft_stat": "p99",
    "tpot_stat": "p99",
    "evidence": "press",
    "completeness": "partial",
}


@pytest.fixture(scope="module")
def known():
    return load_knowledge()


@pytest.mark.parametrize("base", [ONE_POOL, TWO_POOLS], ids=["one pool", "two pools"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_column_changes_the_answer(catalog, known, base, name):
    plain = predict_row(catalog, base, known)
    assert plain.status != REFUSED
    assert predict_row(catalog, {**base, name: CHANGES[name]}, known) != plain


@pytest.mark.parametrize(("base", "name", "value"), LAYOUTS)
def test_a_column_of_the_layout_changes_the_answer(catalog, known, base, name, value):
    plain = predict_row(catalog, base, known)
    changed = predict_row(catalog, {**base, name: value}, known)
    assert plain.status != REFUSED
    assert changed != plain


@pytest.mark.parametrize("name", WITHOUT_EFFECT)
def test_what_a_source_says_of_itself_has_no_effect(catalog, known, name):
    changed = {**ONE_POOL, name: WITHOUT_EFFECT[name]}
    assert predict_row(catalog, changed, known) == predict_row(catalog, ONE_POOL, known)


@pytest.mark.parametrize("name", ["prefill_workers", "decode_workers"])
def test_workers_are_of_two_pools(catalog, known, name):
    told = predict_row(catalog, {**ONE_POOL, name: "1"}, known)
    assert told.status == REFUSED
    assert name in told.reason
    silent = {**TWO_POOLS, "disagg": ""}
    assert predict_row(catalog, silent, known) == predict_row(catalog, TWO_POOLS, known)


@pytest.mark.parametrize("base", [ONE_POOL, TWO_POOLS], ids=["one pool", "two pools"])
def test_a_rate_alone_sets_the_load(catalog, known, base):
    """Neither one client nor a queue without end, which silence would mean."""
    told = predict_row(catalog, {**base, "concurrency": "", "request_rate": "2"}, known)
    assert told.output_tok_s_total == pytest.approx(2 * 1000, rel=1e-3)
    assert told.ttft_ms is not None
    assert "concurrency" not in told.reason


def test_a_rate_alone_sets_what_decodes(catalog, known):
    row = {**ONE_POOL, "scenario": "decode only", "concurrency": "", "request_rate": "2"}
    assert predict_row(catalog, row, known).output_tok_s_total == pytest.approx(2000, rel=1e-3)
