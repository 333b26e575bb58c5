"""``narrows cluster``: chips that train a model by a day, and the cheapest mix of them."""

import json

import pytest

from narrows.cli.app import main

BASE = ["cluster", "llama3-8b", "--on", "dgx-h200", "cloudmatrix384", "--tokens", "1e12"]
DAYS = ["--days", "20", "--batch", "256", "--runs", "3"]
PRICES = ["--price", "dgx-h200=22", "cloudmatrix384=11", "--at-most", "dgx-h200=256"]


def test_the_answer_holds_clusters_a_front_and_a_mix(capsys):
    assert main([*BASE, *DAYS, *PRICES, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["system"] for each in told["systems"]] == ["dgx-h200", "cloudmatrix384"]
    for each in told["systems"]:
        assert each["smallest"]["days"]["p50"] <= 20
        assert each["smallest_surely"]["days"]["p95"] <= 20
        assert each["smallest"]["chips"] <= each["smallest_surely"]["chips"]
        assert each["unbeaten"]
    assert sum(part["runs"] for part in told["mix"]["parts"]) == 3
    assert told["mix"]["cost"] > 0
    assert told["currency"] == "CNY"
    assert {each["system"] for each in told["unbeaten"]} <= {"dgx-h200", "cloudmatrix384"}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("1,000 billion tokens within 20 days", "fastest layout", "Cheapest for 3 run(s)")),
        ("zh-Hant", ("20 天內訓練", "最快佈局", "完成 3 次訓練")),
        ("zh-Hans", ("20 天内训练", "最快布局", "完成 3 次训练")),
    ],
)
def test_it_is_told_in_three_languages(capsys, lang, words):
    assert main([*BASE, *DAYS, *PRICES, "--lang", lang]) == 0
    told = capsys.readouterr().out
    for word in words:
        assert word in told
    assert "⟨" not in told


def test_without_prices_there_is_no_mix_and_no_cost(capsys):
    assert main([*BASE, *DAYS, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["mix"] is None
    assert told["no_mix"] is None
    assert told["currency"] is None
    assert told["systems"][0]["smallest"]["cost"] is None


def test_too_short_a_time_is_said(capsys):
    assert main([*BASE, "--days", "0.001", "--batch", "256", *PRICES]) == 0
    told = capsys.readouterr().out
    assert "none up to 256 chips" in told
    assert "No mix: no cluster with a price surely ends one run in 0.001 days." in told


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--days", "0"], "days"),
        (["--days", "9", "--runs", "-1"], "runs"),
        (["--days", "9", "--tokens", "nan"], "tokens"),
        (["--days", "9", "--price", "hgx-h20=3"], "not asked about"),
        (["--days", "9", "--price", "dgx-h200"], "SYSTEM=NUMBER"),
        (["--days", "9", "--at-most", "dgx-h200=3"], "no cluster"),
        (["--days", "9", "--price", "dgx-h200=3", "dgx-h200=4"], "twice"),
        (["--days", "9", "--on", "dgx-h200", "dgx-h200"], "named twice"),
        (["--days", "9", "--on", "dgx-h200:int3"], "number format"),
        (["--days", "9", "--on", "cloudmatrix384:fp8"], "fp8"),
    ],
)
def test_bad_input_is_told_in_one_line(capsys, words, complaint):
    base = ["cluster", "llama3-8b"]
    given = [] if "--on" in words else ["--on", "dgx-h200"]
    tokens = [] if "--tokens" in words else ["--tokens", "1e12"]
    assert main([*base, *given, *tokens, *words]) == 2
    told = capsys.readouterr().err
    assert complaint in told
    assert told.count("\n") == 1


def test_a_model_that_fits_no_cluster_says_why(capsys):
    few = ["--at-most", "dgx-h200=16", "--batch", "16"]
    base = ["cluster", "deepseek-v3", "--on", "dgx-h200", "--tokens", "1e12", "--days", "9"]
    assert main([*base, *few]) == 0
    told = capsys.readouterr().out
    assert "none up to 16 chips" in told
    assert "no layout fits" in told
