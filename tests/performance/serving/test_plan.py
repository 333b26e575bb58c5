from __future__ import annotations

import pytest

from narrows.core import InputError
from narrows.performance.serving.cases import read_case
from narrows.performance.serving.phases import Phase
from narrows.performance.serving.plan import plan_case

ROW = {
    "id": "one",
    "chip": "NVIDIA H200",
    "n_chips": "8",
    "engine": "TensorRT-LLM",
    "model": "DeepSeek-R1",
    "weight_precision": "fp8",
    "input_len": "1024",
    "output_len": "1024",
    "concurrency": "64",
    "scenario": "server (fixed concurrency)",
}


def _degrees(catalog, **changes):
    plan = plan_case(read_case(catalog, ROW | changes))
    found = plan.layout
    return [
        tuple(map(int, row)) for row in zip(found.tp, found.pp, found.dp, found.ep, strict=True)
    ]


def test_published_degrees_are_taken_as_they_are(catalog):
    assert _degrees(catalog, tp="8", ep="8", dp="1") == [(8, 1, 1, 8)]
    assert _degrees(catalog, tp="8", dp="1", ep="4", moe_tp="2") == [(8, 1, 1, 4)]


def test_replicas_without_tensor_degree_replicate_attention(catalog):
    assert _degrees(catalog, dp="8", ep="8") == [(1, 1, 8, 8)]


def test_degrees_beyond_the_devices_share_them(catalog):
    assert _degrees(catalog, tp="8", dp="8", ep="8") == [(1, 1, 8, 8)]


def test_an_untold_expert_degree_leaves_two_layouts(catalog):
    assert _degrees(catalog, engine="vLLM", tp="8") == [(8, 1, 1, 1), (8, 1, 1, 8)]


def test_a_lone_tensor_degree_may_hide_replicated_attention(catalog):
    """TensorRT-LLM counts the ranks of attention replicas as tensor ranks."""
    assert _degrees(catalog, tp="8") == [(8, 1, 1, 1), (8, 1, 1, 8), (1, 1, 8, 8)]
    assert _degrees(catalog, tp="8", dp="1", ep="8") == [(8, 1, 1, 8)]


def test_a_tensor_degree_may_hide_replicas_whatever_is_told_of_experts(catalog):
    assert _degrees(catalog, tp="8", ep="8") == [(8, 1, 1, 8), (1, 1, 8, 8)]
    assert _degrees(catalog, tp="8", ep="2", moe_tp="4") == [(8, 1, 1, 2), (1, 1, 8, 2)]
    assert _degrees(catalog, engine="vLLM", tp="8", ep="8") == [(8, 1, 1, 8)]


def test_degrees_that_were_multiplied_count_each_device_once(catalog):
    """No engine cuts an expert over tensor ranks of several boards of eight."""
    twice = {"n_chips": "64", "ep": "8", "moe_tp": "8"}
    assert _degrees(catalog, **twice, tp="1", dp="64") == [(1, 1, 8, 8)]
    assert _degrees(catalog, **twice, tp="64", dp="1") == [(8, 1, 1, 8)]
    plan = plan_case(read_case(catalog, ROW | twice | {"tp": "64", "dp": "1"}))
    assert plan.instances[0] == 1
    assert _degrees(catalog, n_chips="16", ep="16", moe_tp="1", tp="4", dp="4") == [(4, 1, 4, 16)]


def test_an_untold_layout_is_searched_over_what_fits(catalog):
    found = _degrees(catalog)
    assert len(found) > 4
    assert all(tp * pp * dp == 8 and 128 % tp == 0 for tp, pp, dp, _ in found)


def test_an_untold_layout_has_one_stage_and_spreads_experts_where_told(catalog):
    silent, spread = _degrees(catalog), _degrees(catalog, ep="yes")
    assert {pp for _, pp, _, _ in silent} == {1}
    assert {ep for *_, ep in silent} == {1, 8}
    assert {ep for *_, ep in spread} == {8}
    assert {pp for _, pp, _, _ in _degrees(catalog, pp="2")} == {2}


def test_stages_come_in_where_one_does_not_hold_the_weights(catalog):
    """A board of eight reduces over tensor ranks, so 405 billion 16-bit weights need stages."""
    dense = {"model": "Llama-3.1-405B", "weight_precision": "bf16", "chip": "NVIDIA H100"}
    found = _degrees(catalog, **dense, n_chips="16")
    assert {pp for _, pp, _, _ in found} != {1}


def test_both_pools_of_a_split_are_searched(catalog):
    plan = plan_case(read_case(catalog, ROW | {"n_chips": "64", "disagg": "yes"}))
    assert len(set(plan.prefill_layout.tp)) > 1
    assert len(set(plan.layout.tp)) > 1


def test_pools_of_both_roles_are_read(catalog):
    case = read_case(
        catalog,
        ROW
        | {
            "n_chips": "16",
            "disagg": "yes",
            "tp": "8/1",
            "dp": "1/8",
            "ep": "1/8",
            "prefill_workers": "1",
            "decode_workers": "1",
        },
    )
    plan = plan_case(case)
    assert case.phase is Phase.APART
    assert (plan.layout.dp[0], plan.prefill_layout.tp[0]) == (8, 8)


def test_pools_whose_replicas_lie_on_tensor_ranks_count_no_device_twice(catalog):
    workers = {"prefill_workers": "2", "decode_workers": "1", "disagg": "yes", "n_chips": "32"}
    plan = plan_case(read_case(catalog, ROW | workers | {"tp": "8/16", "dp": "8/16"}))
    assert (plan.layout.devices[0], plan.prefill_layout.devices[0]) == (16, 8)


def test_no_cut_gives_a_pool_fewer_devices_than_its_degrees(catalog):
    plan = plan_case(read_case(catalog, ROW | {"n_chips": "24", "disagg": "yes", "tp": "8/16"}))
    assert set(plan.prefill_layout.devices * plan.prefill_instances) == {8}
    assert set(plan.layout.devices * plan.instances) == {16}


def test_a_degree_that_fills_the_devices_with_experts_counts_replicas(catalog):
    wide = {"chip": "NVIDIA GB200", "n_chips": "72", "tp": "72", "ep": "1", "moe_tp": "72"}
    assert {dp for _, _, dp, _ in _degrees(catalog, **wide)} == {72}


def test_untold_pools_are_cut_in_several_ways(catalog):
    plan = plan_case(read_case(catalog, ROW | {"n_chips": "64", "disagg": "yes"}))
    front = plan.prefill_layout.devices * plan.prefill_instances
    back = plan.layout.devices * plan.instances
    assert len(set(front)) > 1
    assert all(front + back <= 64)


@pytest.mark.parametrize(
    ("written", "clients", "batch"),
    [("256 per chip", 2048.0, None), ("16384 tokens per chip", None, 16384.0), ("64", 64.0, None)],
)
def test_concurrency_as_tables_write_it(catalog, written, clients, batch):
    case = read_case(catalog, ROW | {"concurrency": written, "scenario": "decode only"})
    assert (case.clients, case.prompt_batch) == (clients, batch)


@pytest.mark.parametrize(
    ("change", "clients"),
    [
        ({"concurrency": "max"}, None),
        ({"concurrency": "∞"}, None),
        ({"concurrency": "", "request_rate": "inf"}, None),
        ({"concurrency": "64并发"}, 64.0),
        ({"concurrency": "8/GPU"}, 64.0),
    ],
)
def test_requests_in_flight_in_words(catalog, change, clients):
    case = read_case(catalog, ROW | change)
    assert (case.clients, case.request_rate, case.guessed) == (clients, None, ())


@pytest.mark.parametrize("word", ["various", "1-64", "8 per node"])
def test_a_load_that_is_no_number_is_refused(catalog, word):
    with pytest.raises(InputError, match="not a number"):
        read_case(catalog, ROW | {"concurrency": word})


def test_batches_of_workers_are_limits_and_no_requests_in_flight(catalog):
    case = read_case(catalog, ROW | {"concurrency": "1/24 per worker rank"})
    assert (case.clients, case.guessed) == (1.0, ("concurrency",))


@pytest.mark.parametrize(
    ("change", "phase"),
    [
        ({"disagg": "Yes"}, Phase.APART),
        ({"disagg": "PD分离"}, Phase.APART),
        ({"disagg": "disaggregated"}, Phase.APART),
        ({"disagg": "8P8D"}, Phase.APART),
        ({"disagg": "", "scenario": "server, prefill/decode disaggregated"}, Phase.APART),
        ({"disagg": "no", "scenario": "server, prefill/decode together"}, Phase.TOGETHER),
        ({"disagg": "co-located"}, Phase.TOGETHER),
        ({"disagg": "-"}, Phase.TOGETHER),
        ({"scenario": "仅解码"}, Phase.DECODE),
        ({"scenario": "decode-only, offline"}, Phase.DECODE),
        ({"scenario": "Prefill only"}, Phase.PREFILL),
    ],
)
def test_the_phase_that_a_row_measures(catalog, change, phase):
    assert read_case(catalog, ROW | change).phase is phase


def test_a_switch_that_says_neither_is_refused(catalog):
    with pytest.raises(InputError, match="yes nor no"):
        read_case(catalog, ROW | {"disagg": "perhaps"})


def test_both_lengths_may_stand_in_the_first(catalog):
    case = read_case(catalog, ROW | {"input_len": "8k/1k", "output_len": ""})
    assert (case.input_tokens, case.output_tokens) == (8192, 1024)
    with pytest.raises(InputError, match="not a number"):
        read_case(catalog, ROW | {"input_len": "8k/1k", "output_len": "512"})


def test_layouts_in_words_are_degrees(catalog):
    case = read_case(catalog, ROW | {"tp": "TP4 EP8 DP2", "ep": "", "dp": ""})
    assert (case.decode.tp, case.decode.ep, case.decode.dp) == (4, 8, 2)


def test_a_benchmark_round_asks_for_the_highest_rate(catalog):
    offline, server = (
        read_case(catalog, ROW | {"concurrency": "", "scenario": f"MLPerf {kind}"})
        for kind in ("Offline", "Server")
    )
    assert (offline.clients, offline.guessed) == (None, ())
    assert (server.clients, server.guessed) == (None, ("concurrency",))


@pytest.mark.parametrize(
    ("engine", "chip", "found"),
    [
        ("TensorRT LLM 1.0", "B200", "trtllm"),
        ("NVIDIA Dynamo (TRT-LLM)", "GB200", "trtllm"),
        ("vLLM v0.11.0rc1", "MI300X", "vllm-rocm"),
        ("vLLM", "Ascend 910C", "vllm-ascend"),
        ("昇腾 MindIE 2.1.RC1", "Ascend 910B3", "vllm-ascend"),
        ("LMDeploy", "H100", "other"),
    ],
)
def test_engines_as_tables_write_them(catalog, engine, chip, found):
    case = read_case(catalog, ROW | {"engine": engine, "chip": chip, "n_chips": "64"})
    assert case.engine.id == found


def test_a_queue_keeps_the_engine_full_only_where_the_row_says_so(catalog):
    full = read_case(catalog, ROW | {"concurrency": "", "scenario": "offline (max load)"})
    lone = read_case(catalog, ROW | {"concurrency": "", "scenario": "offline, single node"})
    assert full.clients is None
    assert (lone.clients, lone.guessed) == (1.0, ("concurrency",))


def test_speculation_is_read_from_the_column_or_the_scenario(catalog):
    assert read_case(catalog, ROW | {"spec_tokens": "3"}).drafts == 3
    assert read_case(catalog, ROW | {"spec_tokens": "MTP-3"}).drafts == 3
    assert read_case(catalog, ROW | {"scenario": "latency, batch 1, MTP 2"}).drafts == 2
    assert read_case(catalog, ROW).drafts == 0


def test_a_degree_that_divides_no_heads_counts_replicas(catalog):
    found = _degrees(catalog, n_chips="72", tp="72", moe_tp="72", ep="1", dp="1")
    assert found == [(1, 1, 72, 72)]


def test_a_name_of_several_bins_is_told_as_a_guess(catalog):
    loose = read_case(catalog, ROW | {"chip": "Ascend 910B (Atlas 800 A2)", "n_chips": "32"})
    exact = read_case(catalog, ROW | {"chip": "Ascend 910B3", "n_chips": "32"})
    assert "chip bin" in loose.guessed
    assert "chip bin" not in exact.guessed
