from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

from narrows.core import InputError, RefusalError
from narrows.performance.serving import Candidate, layout
from narrows.performance.serving.peer_names import load_peer_names
from narrows.performance.serving.second_opinion import PeerQuestion, second_opinion

API = "aiconfigurator.cli.api"


def question(**changes):
    values = {
        "model": "deepseek-r1",
        "chip": "nv-h200-sxm",
        "engine": "sglang",
        "weights": "fp8",
        "cache": "fp8",
        "found": Candidate(layout=layout(dp=8, ep=8), instances=2, sequences=64.0),
        "is_moe": True,
        "input_tokens": 1024.0,
        "output_tokens": 512.0,
    }
    return PeerQuestion(**{**values, **changes})


@pytest.fixture
def peer(monkeypatch):
    """The package with tables of our own making: it records what it was asked."""
    asked = []

    def cli_estimate(**arguments):
        asked.append(arguments)
        return SimpleNamespace(
            ttft=200.0,
            tpot=20.0,
            tokens_per_second=3000.0,
            backend_version="9",
            kv_cache_warning=None,
        )

    api = ModuleType(API)
    api.cli_estimate = cli_estimate
    for name in ("aiconfigurator", "aiconfigurator.cli"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, API, api)
    return api, asked


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, API, None)
    with pytest.raises(InputError, match=r"not installed.*pip install 'narrows\[aiconfigurator\]'"):
        second_opinion(question())


def test_a_deployment_is_put_in_their_words(peer):
    opinion = second_opinion(question())
    (asked,) = peer[1]
    assert asked["model_path"] == "deepseek-ai/DeepSeek-R1"
    assert (asked["system_name"], asked["backend_name"]) == ("h200_sxm", "sglang")
    assert (asked["attention_dp_size"], asked["moe_ep_size"], asked["moe_tp_size"]) == (8, 8, 1)
    assert asked["batch_size"] == 8, "sequences of one replica of attention"
    assert asked["mode"] == "agg"
    assert "gemm_quant_mode" not in asked, "the checkpoint tells its own format"
    assert opinion.output_rate == 6000.0, "two instances"
    assert not opinion.waits


def test_a_format_without_a_checkpoint_is_told(peer):
    dense = Candidate(layout=layout(tp=4), instances=1, sequences=16.0)
    second_opinion(question(model="llama3-405b", weights="fp4", found=dense, is_moe=False))
    (asked,) = peer[1]
    assert asked["gemm_quant_mode"] == "nvfp4"
    assert "moe_quant_mode" not in asked
    assert "moe_ep_size" not in asked


def test_two_pools_are_asked_together(peer):
    pools = Candidate(
        layout=layout(dp=16, ep=16), instances=2, sequences=320.0,
        prefill_layout=layout(tp=8), prefill_instances=3,
    )  # fmt: skip
    opinion = second_opinion(question(found=pools))
    (asked,) = peer[1]
    assert asked["mode"] == "disagg"
    assert (asked["prefill_tp_size"], asked["decode_attention_dp_size"]) == (8, 16)
    assert (asked["prefill_num_workers"], asked["decode_num_workers"]) == (3, 2)
    assert asked["decode_batch_size"] == 20
    assert opinion.output_rate == 3000.0, "their rate is of both pools"


def test_drafts_come_with_their_acceptance(peer):
    second_opinion(question(drafts=3, accepted=1.4))
    assert (peer[1][0]["nextn"], peer[1][0]["nextn_accepted"]) == (3, 1.4)


def test_replicas_left_idle_yield_nothing(peer):
    few = Candidate(layout=layout(dp=8, ep=8), instances=1, sequences=4.0)
    assert second_opinion(question(found=few)).output_rate == 1500.0


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"chip": "hw-910c"}, "hw-910c"),
        ({"chip": "nv-h20"}, "nv-h20"),
        ({"model": "pangu-ultra-moe"}, "pangu-ultra-moe"),
        ({"weights": "int4"}, "deepseek-r1 in int4"),
        ({"engine": "vllm-ascend"}, "vllm-ascend"),
        ({"cache": "fp4"}, "fp4"),
    ],
)
def test_what_they_do_not_cover_is_refused_by_name(peer, changes, named):
    with pytest.raises(RefusalError, match=f"no table for {named}"):
        second_opinion(question(**changes))
    assert peer[1] == [], "they are not asked"


def test_their_own_refusal_is_passed_on(peer):
    def cli_estimate(**arguments):
        raise RuntimeError("OOM: does\nnot fit")

    peer[0].cli_estimate = cli_estimate
    with pytest.raises(RefusalError, match="aiconfigurator cannot tell: OOM: does not fit"):
        second_opinion(question())


def test_an_open_batch_is_not_guessed(peer):
    open_batch = Candidate(layout=layout(tp=8), instances=1)
    with pytest.raises(InputError, match="sequences"):
        second_opinion(question(found=open_batch))


def test_the_names_are_ours(catalog):
    names = load_peer_names()
    assert {each.chip for each in names.chips} <= set(catalog.chips)
    assert {each.model for each in names.models} <= set(catalog.models)
