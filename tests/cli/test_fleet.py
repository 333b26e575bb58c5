"""``narrows fleet``: chips to add for a load that grows, beside those that are there."""

import json

import pytest

from narrows.cli.app import main

BASE = ["fleet", "llama3-70b", "--on", "dgx-h200", "--output-tokens", "500"]
GROWING = ["--peaks", "10", "--growth", "0.5", "--periods", "4"]
MIXED = ["--held", "hgx-h20=16", "cloudmatrix384:cann=16"]
PRICES = ["--price", "dgx-h200=22", "hgx-h20=9", "cloudmatrix384:cann=8"]


def test_a_growing_load_beside_two_kinds_that_are_there(capsys):
    assert main([*BASE, *GROWING, *MIXED, *PRICES, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["requests_per_s"] for one in told["periods"]] == [10, 15, 22.5, 33.75]
    added = [one["chips_added_safe"] for one in told["periods"]]
    assert added == sorted(added)
    assert all(one["cost_per_million_tokens"] > 0 for one in told["periods"])
    assert [one["system"] for one in told["held"]] == ["hgx-h20", "cloudmatrix384:cann"]
    assert told["held"][1]["unit"]["engine"] == "cann"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("requests/s", "surely enough", "USD/M tokens", "held: 16 x hgx-h20")),
        ("zh-Hant", ("請求/秒", "穩妥枚數", "USD/百萬詞元", "已有：16 枚 hgx-h20")),
        ("zh-Hans", ("请求/秒", "稳妥枚数", "USD/百万词元", "已有：16 枚 hgx-h20")),
    ],
)
def test_it_is_told_in_three_languages(capsys, lang, words):
    assert main([*BASE, *GROWING, *MIXED, *PRICES, "--currency", "USD", "--lang", lang]) == 0
    told = capsys.readouterr().out
    for word in words:
        assert word in told
    assert "⟨" not in told
    assert len(told.splitlines()) <= 24


def test_without_prices_there_is_no_cost(capsys):
    assert main([*BASE, "--peaks", "10"]) == 0
    assert "M tokens" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--peaks", "0"], "peaks must be positive"),
        (["--peaks", "nan"], "peaks must be positive"),
        (["--peaks", "10", "20", "--growth", "0.1", "--periods", "3"], "growth needs one peak"),
        (["--peaks", "10", "--growth", "0.1"], "growth needs one peak"),
        (["--peaks", "10", "--growth", "nan", "--periods", "3"], "growth: out of range"),
        (["--peaks", "10", "--growth", "0.1", "--periods", "0"], "periods: out of range"),
        (["--peaks", "10", "--held", "hgx-h20"], "held: not SYSTEM=NUMBER"),
        (["--peaks", "10", "--held", "hgx-h20=many"], "held: not a positive number"),
        (["--peaks", "10", "--held", "nowhere=8"], "unknown chip 'nowhere'"),
        (["--peaks", "10", "--price", "dgx-h200=-1"], "price: not a positive number"),
        (["--peaks", "10", "--price", "dgx-h200=1", "dgx-h200=2"], "two prices of one system"),
        (["--peaks", "10", "--workers", "2"], "nothing runs elsewhere"),
        (["--peaks", "10", "--price", "hgx-h20=1"], "a price of a system that is not in the fleet"),
        (["--peaks", "10", "--pue", "0.5"], "pue: PUE must be at least 1"),
    ],
)
def test_bad_input_is_named_in_one_line(capsys, words, named):
    assert main([*BASE, *words]) == 2
    told = capsys.readouterr().err
    assert named in told
    assert told.count("\n") == 1
