"""``narrows serve`` as a person and as a program call it."""

import json
import re

import pytest

from narrows.brief.serving import render_serving_html
from narrows.cli.app import main
from narrows.core import InputError

MODEL = "deepseek-v3"
SYSTEMS = ("hgx-h20", "cloudmatrix384")
BASE = ("serve", MODEL, "--on", "dgx-h200", "--chips", "32")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("serving")
    words = [*BASE, "--against", *SYSTEMS, "tianchi-256", "--output", str(path), "--json"]
    assert main(words) == 0
    return path


@pytest.fixture(scope="module")
def tree(folder):
    return json.loads((folder / "serving.json").read_text(encoding="utf-8"))


def test_the_mapping_has_frontier_and_curve_of_each_system(tree):
    assert [one["system"] for one in tree["systems"]] == ["dgx-h200", *SYSTEMS]
    for one in tree["systems"]:
        for point in (*one["frontier"], *one["curve"]):
            rate = point["output_tokens_per_s_per_chip"]
            assert rate["p05"] < rate["p50"] < rate["p95"]
    assert [one["system"] for one in tree["refused"]] == ["tianchi-256"]
    assert [one["system"] for one in tree["phases"]] == [*SYSTEMS, "dgx-h200"]


def test_the_page_draws_the_numbers_of_the_mapping(folder, tree):
    page = (folder / "serving.html").read_text(encoding="utf-8")
    drawn = re.findall(r'<polyline class="curve c\d" points="([^"]*)"', page)
    lines = [len(one["frontier"]) for one in tree["systems"]]
    lines += [len(one["curve"]) for one in tree["systems"]]
    assert sorted(len(points.split()) for points in drawn) == sorted(lines * 2 * 3), (
        "each line for a desk and a phone, in three languages"
    )
    assert page == render_serving_html(tree, language="en"), "nothing but the mapping goes in"


def test_the_page_speaks_three_languages_without_a_script(folder):
    page = (folder / "serving.html").read_text(encoding="utf-8")
    for words in ("The frontier of each chip", "各晶片的最優邊界", "各芯片的最优边界"):
        assert words in page
    for how in ("calibrated on measurements", "按實測校準", "按实测校准"):
        assert how in page
    assert "<script" not in page
    assert "⟨" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_mapping_that_lacks_a_part_is_refused(tree):
    broken = {key: value for key, value in tree.items() if key != "systems"}
    with pytest.raises(InputError, match="systems"):
        render_serving_html(broken, language="en")


@pytest.mark.parametrize(
    ("lang", "heads"),
    [
        ("en", ("decode", "prefill", "of dgx-h200", "5-95 %")),
        ("zh-Hant", ("解碼", "預填充", "相當於 dgx-h200", "區間")),
        ("zh-Hans", ("解码", "预填充", "相当于 dgx-h200", "区间")),
    ],
)
def test_the_two_phases_are_told_in_each_language(capsys, lang, heads):
    assert main([*BASE, "--against", *SYSTEMS, "tianchi-256", "--lang", lang]) == 0
    told = capsys.readouterr().out
    for words in heads:
        assert words in told
    assert "tianchi-256" in told, "who cannot be answered is listed with the reason"
    assert re.search(r"hgx-h20 .*\d \(\d.*-.*\)", told), "rates carry their interval"
    assert len(told.splitlines()) <= 24


def test_a_lone_chip_and_an_engine_may_be_named(capsys):
    assert main([*BASE, "--against", "h20", "cloudmatrix384:cann", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["phases"]
    assert [row["engine"] for row in rows] == ["vllm", "cann", "vllm"]


def test_a_ranking_fits_a_terminal(capsys):
    assert main([*BASE, "--usd-per-chip-hour", "3"]) == 0
    told = capsys.readouterr().out
    assert len(told.splitlines()) <= 24
    assert "USD for a million tokens" in told


def test_power_that_is_not_public_is_said_and_not_guessed(capsys):
    assert main(["serve", "llama3-70b", "--on", "hw-950dt", "--chips", "8"]) == 0
    assert "token/J unknown: no public power of hw-950dt" in capsys.readouterr().out
    assert main(["serve", "llama3-70b", "--on", "hw-950dt", "--chips", "8", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tokens_per_joule"] is None


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--engine", "foo"], "engine: unknown engine (got 'foo'); use one of"),
        (["--weights", "foo"], "weights: unknown weight format (got 'foo'); use one of"),
        (["--cache", "foo"], "cache: unknown cache format (got 'foo'); use one of"),
        (["--usd-per-chip-hour", "nan"], "a price must be positive"),
        (["--usd-per-chip-hour", "-1"], "a price must be positive"),
        (["--pue", "0.5"], "pue: PUE must be at least 1"),
        (["--output-tokens", "0"], "output_tokens: out of range"),
        (["--ttft-ms", "nan"], "ttft_ms: out of range"),
        (["--against", "nowhere"], "unknown chip 'nowhere'"),
        (["--against", "hgx-h20", "--second-opinion"], "leave out --against"),
        (["--against", "hgx-h20", "--pue", "1.2"], "pue: the cost of tokens is of one system"),
        (
            ["--against", "hgx-h20", "--usd-per-chip-hour", "2"],
            "usd-per-chip-hour: the cost of tokens is of one system",
        ),
        (["--output", "/dev/null/x"], "folder cannot be written"),
    ],
)
def test_bad_input_is_named_in_one_line(capsys, words, named):
    assert main([*BASE, *words]) == 2
    told = capsys.readouterr().err
    assert named in told
    assert told.count("\n") == 1


def test_an_engine_missing_after_its_colon_and_an_open_count_are_named(capsys):
    assert main(["serve", MODEL, "--on", "dgx-h200:"]) == 2
    assert "no engine after the colon" in capsys.readouterr().err
    assert main(["serve", MODEL, "--on", "dgx-h200", "--chips", "0"]) == 2
    assert "chips: out of range (got 0)" in capsys.readouterr().err
    assert main(["serve", MODEL, "--on", "h20"]) == 2
    assert "give --chips" in capsys.readouterr().err
