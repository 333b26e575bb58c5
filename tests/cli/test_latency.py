"""``narrows latency``: what single requests meet at the best deployment."""

import json

import pytest

from narrows.cli.app import main

BASE = ["latency", "llama3-70b", "--on", "dgx-h200", "--output-tokens", "200"]


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("arrived_s,output_tokens\n0,100\n0,100\n1,\n", encoding="utf-8")
    return str(path)


def test_percentiles_rise_with_the_rate(capsys):
    assert main([*BASE, "--rates", "1", "5", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    quiet, busy = told["rows"]
    assert busy["ttft_ms"]["p99"] > quiet["ttft_ms"]["p99"]
    assert busy["tpot_ms"]["p50"] > quiet["tpot_ms"]["p50"]
    assert quiet["requests"] > 1000
    assert told["most_requests_per_s"] > 5


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("requests/s", "TTFT p99", "TPOT p50")),
        ("zh-Hant", ("請求/秒", "首詞元 p99", "每詞元 p50")),
        ("zh-Hans", ("请求/秒", "首词元 p99", "每词元 p50")),
    ],
)
def test_a_log_of_ones_own_is_told_in_three_languages(capsys, log, lang, words):
    assert main([*BASE, "--log", log, "--lang", lang]) == 0
    told = capsys.readouterr().out
    for word in words:
        assert word in told
    assert "⟨" not in told


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--rates", "1e6"], "stay below"),
        (["--rates", "0"], "stay below"),
        (["--rates", *["1"] * 13], "too many rates"),
        (["--log", "nowhere.csv"], "file cannot be read"),
    ],
)
def test_bad_input_is_told_in_one_line(capsys, words, complaint):
    assert main([*BASE, *words]) == 2
    told = capsys.readouterr().err
    assert complaint in told
    assert told.count("\n") == 1


def test_rates_and_a_log_exclude_each_other(capsys, log):
    assert main([*BASE, "--rates", "1", "--log", log]) == 2
    assert "give one of them" in capsys.readouterr().err
