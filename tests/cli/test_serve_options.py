"""Every option of ``narrows serve``, changed alone: it changes the answer."""

import pytest

from narrows.cli.app import main

BASE = {"--on": "dgx-h200", "--chips": "8"}
CHANGES = {
    "--on": "hgx-h20",
    "--chips": "16",
    "--input-tokens": "2000",
    "--output-tokens": "500",
    "--ttft-ms": "250",
    "--tpot-ms": "20",
    "--hit-share": "0.5",
    "--drafts": "2",
    "--engine": "sglang",
    "--weights": "bf16",
    "--cache": "fp8",
    "--usd-per-chip-hour": "3",
    "--pue": "1.6",
    "--lang": "zh-Hans",
}
COST = {"--usd-per-chip-hour", "--pue"}
UNASKED = "--ttft-ms"
"""Rates of pools apart ask no limit on it, as the help of ``--against`` says."""


def _told(capsys, options, *more):
    words = ["serve", "qwen3-32b", *(word for pair in options.items() for word in pair), *more]
    status = main(words)
    return status, capsys.readouterr().out


@pytest.mark.parametrize("name", CHANGES)
def test_an_option_changes_the_ranking(capsys, name):
    status, told = _told(capsys, BASE | {name: CHANGES[name]})
    assert status == 0
    assert told != _told(capsys, BASE)[1]


@pytest.mark.parametrize("name", CHANGES)
def test_an_option_changes_the_comparison_or_is_refused(capsys, name):
    status, told = _told(capsys, BASE | {name: CHANGES[name]}, "--against", "atlas-800t-a2")
    assert status == (2 if name in COST else 0)
    same = told == _told(capsys, BASE, "--against", "atlas-800t-a2")[1]
    assert same == (name == UNASKED)
